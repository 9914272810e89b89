package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// defaultURL is the address of localsepay when nothing else is known.
const defaultURL = "http://127.0.0.1:8787"

// running is a file that serve writes into the user's runtime folder, so that
// other verbs find its port. It contains no secret.
type running struct {
	URL     string    `json:"url"`
	PID     int       `json:"pid"`
	Started time.Time `json:"started"`
}

// runtimeFolder returns $XDG_RUNTIME_DIR, or the user's cache folder.
func runtimeFolder() (string, error) {
	if dir := os.Getenv("XDG_RUNTIME_DIR"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "localsepay"), nil
	}
	dir, err := os.UserCacheDir()
	return filepath.Join(dir, "localsepay", "running"), err
}

// leave writes the file of this process and returns a function that removes it.
// Errors are ignored, as the file is a convenience.
func leave(url string, now time.Time) (remove func()) {
	nothing := func() {}
	dir, err := runtimeFolder()
	if err != nil || os.MkdirAll(dir, 0o700) != nil {
		return nothing
	}
	text, err := json.Marshal(running{url, os.Getpid(), now})
	if err != nil {
		return nothing
	}
	file := filepath.Join(dir, strconv.Itoa(os.Getpid())+".json")
	if os.WriteFile(file+".new", text, 0o600) != nil || os.Rename(file+".new", file) != nil {
		return nothing
	}
	return func() { _ = os.Remove(file) }
}

// found lists the user's running localsepays, newest first.
func found() []running {
	dir, err := runtimeFolder()
	if err != nil {
		return nil
	}
	files, _ := filepath.Glob(filepath.Join(dir, "*.json"))
	var list []running
	for _, file := range files {
		text, err := readWhole(file)
		var r running
		if err != nil || json.Unmarshal(text, &r) != nil || !strings.HasPrefix(r.URL, "http://") {
			continue
		}
		if !alive(r.PID) {
			_ = os.Remove(file)
			continue
		}
		list = append(list, r)
	}
	slices.SortFunc(list, func(a, b running) int { return cmp.Compare(b.Started.UnixNano(), a.Started.UnixNano()) })
	return list
}

// alive returns whether a process exists. On Windows FindProcess alone decides.
func alive(pid int) bool {
	p, err := os.FindProcess(pid)
	if err != nil || runtime.GOOS == "windows" {
		return err == nil
	}
	err = p.Signal(syscall.Signal(0))
	return err == nil || errors.Is(err, syscall.EPERM)
}

// whereToLook returns the address that a verb uses without --url: that of
// LOCALSEPAY_LISTEN, of the newest running localsepay, or the default.
func whereToLook() string {
	if listen := os.Getenv("LOCALSEPAY_LISTEN"); listen != "" {
		return urlOf(listen)
	}
	if list := found(); len(list) > 0 {
		return list[0].URL
	}
	return defaultURL
}

// urlOf converts an address to listen on into one to call: loopback for a
// wildcard.
func urlOf(listen string) string {
	host, port, err := net.SplitHostPort(listen)
	if err != nil {
		return "http://" + listen
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return "http://" + net.JoinHostPort(host, port)
}

//go:build unix

package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/localsepay/localsepay/emulator"
)

func TestAFullStandardOutputIsAnError(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip("there is no /dev/full here")
	}
	defer full.Close()
	sepay := emulator.StartT(t, emulator.AllowPending())
	sepay.Company().Account().Receive(1000, "DH1")
	res, err := http.Get(sepay.URL() + "/v2/transactions")
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	for _, line := range []string{
		"", "--help", "--version", "version", "version --json", "explain", "explain habits", "explain --json", "scenario list", "scenario show notice-of-a-transfer",
		"scenario show --schema", "scenario run notice-of-a-transfer", "scenario run notice-of-a-transfer --json", "contract template", "contract twin",
		"contract run --name nothing", "qr encode 0123456789 --bank MBBank", "serve --listen 127.0.0.1:0", "serve --listen 127.0.0.1:0 --json",
		"@ state", "@ env", "@ orders", "@ cards", "@ deliveries", "@ timeline", "@ timeline --json", "@ clients", "@ advance 1s", "@ ready", "@ transfer 1000", "@ faults",
	} {
		args := strings.Fields(strings.TrimPrefix(line, "@ "))
		if strings.HasPrefix(line, "@ ") {
			args = append(args, "--url", sepay.URL())
		}
		var errOut bytes.Buffer
		code := run(context.Background(), args, full, &errOut)
		said := errOut.String()
		if code != 2 || !strings.HasSuffix(said, "localsepay: cannot write to standard output: no space left on device\n") || !strings.HasPrefix(line, "contract run") && strings.Count(said, "\n") != 1 {
			t.Errorf("%q: exit %d, %q", line, code, said)
		}
	}
}

// A reader that has seen enough, such as head, is no failure.
func TestAClosedPipeEndsQuietly(t *testing.T) {
	for _, args := range [][]string{{"scenario", "list"}, {"--help"}, {"explain", "--json"}, {"scenario", "run", "--all"}, {"serve", "--listen", "127.0.0.1:0"}} {
		read, write, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		read.Close()
		var errOut bytes.Buffer
		cmd := exec.Command(binary(t), args...)
		cmd.Stdout, cmd.Stderr = write, &errOut
		setGroup(cmd)
		err = cmd.Run()
		write.Close()
		if err != nil || errOut.Len() > 0 {
			t.Errorf("%v: %v, %s", args, err, &errOut)
		}
	}
}

func TestAFailedWriteLeavesWhatWasThere(t *testing.T) {
	dir := t.TempDir()
	name, link := filepath.Join(dir, "base.json"), filepath.Join(dir, "link.json")
	write := func(text string) {
		t.Helper()
		if err := writeFile(name, func(w io.Writer) error { _, err := io.WriteString(w, text); return err }); err != nil {
			t.Fatal(err)
		}
	}
	only := func(when string, want fs.FileMode, content string) {
		t.Helper()
		entries, err := os.ReadDir(dir)
		if err != nil || len(entries) > 2 {
			t.Errorf("%s: %v, %v", when, entries, err)
		}
		text, err := os.ReadFile(name)
		if err != nil || string(text) != content {
			t.Errorf("%s: %q, %v", when, text, err)
		}
		if info, err := os.Stat(name); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: mode %v, %v", when, info.Mode(), err)
		}
	}
	old := syscall.Umask(0o027)
	defer syscall.Umask(old)
	write("first")
	only("a new file", 0o640, "first")
	if err := os.Chmod(name, 0o666); err != nil {
		t.Fatal(err)
	}
	write("second")
	only("a file that was there", 0o666, "second")
	err := writeFile(name, func(w io.Writer) error {
		_, _ = w.Write(bytes.Repeat([]byte("x"), 1<<20))
		return &fs.PathError{Op: "write", Path: name, Err: syscall.ENOSPC}
	})
	var errOut bytes.Buffer
	if code := report(err, &errOut); code != exitUsage || errOut.String() != "localsepay: cannot write "+name+": no space left on device\n" {
		t.Errorf("exit %d, %q", code, &errOut)
	}
	only("a full disk", 0o666, "second")
	if err := os.Symlink("base.json", link); err != nil {
		t.Fatal(err)
	}
	if err := writeFile(link, func(w io.Writer) error { _, err := io.WriteString(w, "third"); return err }); err != nil {
		t.Fatal(err)
	}
	only("behind a link", 0o666, "third")
	if to, err := os.Readlink(link); err != nil || to != "base.json" {
		t.Errorf("the link leads to %q, %v", to, err)
	}
	if err := writeNew(name, []byte("x")); err == nil {
		t.Error("a file that is there was written anew")
	}
	only("not anew", 0o666, "third")
}

func TestReportsThatCannotBeWrittenAreSaidInOneLine(t *testing.T) {
	if _, err := os.Stat("/dev/full"); err != nil {
		t.Skip("there is no /dev/full here")
	}
	har := filepath.Join(t.TempDir(), "traffic.har")
	if err := os.WriteFile(har, []byte(`{"log":{"entries":[{"request":{"method":"GET","url":"https://userapi.sepay.vn/v2/transactions"},"response":{"status":200}}]}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{
		"contract lint " + har + " --junit", "contract lint " + har + " --sarif", "contract run --surface qr --quiet --html", "contract run --surface qr --quiet --junit",
		"contract run --surface qr --quiet --sarif", "contract drift --surface qr --quiet --write", "scenario run declined-card --junit", "qr encode 0123456789 --bank MBBank --out",
	} {
		args := append(strings.Fields(line), "/dev/full")
		code, _, errOut := verb(t, args...)
		if code != exitUsage || errOut != "localsepay: cannot write /dev/full: no space left on device\n" {
			t.Errorf("%s: exit %d, %q", line, code, errOut)
		}
	}
}

func TestTheLinkOfATargetIsFollowedToItsEnd(t *testing.T) {
	dir := t.TempDir()
	if err := os.Symlink("b", filepath.Join(dir, "a")); err != nil {
		t.Fatal(err)
	}
	if err := writeFile(filepath.Join(dir, "a"), func(w io.Writer) error { return nil }); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Lstat(filepath.Join(dir, "b")); errors.Is(err, fs.ErrNotExist) {
		t.Error("a link that leads to nothing yet was replaced")
	}
}

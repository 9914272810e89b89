package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

// binaries are the built commands.
type binaries struct{ localsepay, bare string }

// build builds the stripped binaries into a folder.
func build(ctx context.Context, dir string) (binaries, error) {
	one := func(name string) (string, error) {
		out := filepath.Join(dir, name)
		if runtime.GOOS == "windows" {
			out += ".exe"
		}
		cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", out, "github.com/localsepay/localsepay/cmd/"+name)
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
		if text, err := cmd.CombinedOutput(); err != nil {
			return "", fmt.Errorf("building %s: %w\n%s", name, err, text)
		}
		return out, nil
	}
	var (
		b   binaries
		err error
	)
	if b.localsepay, err = one("localsepay"); err != nil {
		return b, err
	}
	b.bare, err = one("bare")
	return b, err
}

// revision is the commit of the working tree, empty where git does not know.
func revision(ctx context.Context) string {
	text, err := exec.CommandContext(ctx, "git", "describe", "--always", "--dirty").Output()
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(text))
}

package main

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
)

// shipped is the command that is weighed.
const shipped = "./cmd/localsepay"

func main() {
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := weigh(ctx, os.Stdout, flag.Args())
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "weigh:", err)
		os.Exit(1)
	}
}

// weight is what a module adds to the stripped binary, in bytes.
type weight struct {
	module   string
	packages int
	bytes    int64
}

// weigh writes a table of the modules whose path has one of the words, or of all.
func weigh(ctx context.Context, w io.Writer, words []string) error {
	dir, err := os.MkdirTemp("", "weigh")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	packages, err := list(ctx)
	if err != nil {
		return err
	}
	all, err := build(ctx, dir)
	if err != nil {
		return err
	}
	var weights []weight
	for _, m := range modules(packages) {
		if len(words) > 0 && !slices.ContainsFunc(words, func(word string) bool { return strings.Contains(m.Path, word) }) {
			continue
		}
		fmt.Fprintln(os.Stderr, "without", m.Path)
		size, err := without(ctx, dir, m, packages)
		if err != nil {
			return fmt.Errorf("without %s: %w", m.Path, err)
		}
		weights = append(weights, weight{m.Path, len(m.packages), all - size})
	}
	slices.SortStableFunc(weights, func(a, b weight) int { return cmp.Compare(b.bytes, a.bytes) })
	fmt.Fprintf(w, "| module | packages | KiB |\n| --- | ---: | ---: |\n")
	for _, one := range weights {
		fmt.Fprintf(w, "| %s | %d | %d |\n", one.module, one.packages, one.bytes>>10)
	}
	fmt.Fprintf(w, "| all of it | %d | %d |\n", len(packages), all>>10)
	return nil
}

// build returns the size of the stripped command, built with further flags.
func build(ctx context.Context, dir string, flags ...string) (int64, error) {
	out := filepath.Join(dir, "localsepay")
	args := append([]string{"build", "-trimpath", "-ldflags=-s -w", "-o", out}, flags...)
	if text, err := exec.CommandContext(ctx, "go", append(args, shipped)...).CombinedOutput(); err != nil {
		return 0, fmt.Errorf("go build: %w\n%s", err, text)
	}
	info, err := os.Stat(out)
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

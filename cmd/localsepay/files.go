package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// writable refuses, before work starts, a file that could not be written when
// it ends. It changes nothing.
func writable(flag, name string) error {
	if name == "" {
		return nil
	}
	bad := func(problem string) error {
		return &usageError{fmt.Sprintf("%s %s: %s", flag, name, problem), "name a file in a folder that exists"}
	}
	info, err := os.Stat(name)
	switch {
	case err == nil && info.IsDir():
		return bad("that is a folder")
	case err == nil:
		f, err := os.OpenFile(name, os.O_WRONLY, 0)
		if err != nil {
			return bad(reason(err))
		}
		return f.Close()
	case !errors.Is(err, fs.ErrNotExist):
		return bad(reason(err))
	}
	probe, err := os.CreateTemp(filepath.Dir(name), ".localsepay-*")
	if err != nil {
		return bad(reason(err))
	}
	return errors.Join(probe.Close(), os.Remove(probe.Name()))
}

// reason is what the system said, without the path that the caller names.
func reason(err error) string {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err.Error()
	}
	return err.Error()
}

// writeFile writes a report to a file; without a name it does nothing. A file
// that was there is replaced as a whole, or stays as it was.
func writeFile(name string, write func(io.Writer) error) error {
	if name == "" {
		return nil
	}
	if info, err := os.Stat(name); err == nil && !info.Mode().IsRegular() {
		return writeInto(name, write) // a pipe or a terminal cannot be replaced
	}
	f, err := os.CreateTemp(filepath.Dir(name), ".localsepay-*")
	if err != nil {
		return &usageError{fmt.Sprintf("cannot write %s: %s", name, reason(err)), "name a file in a folder that exists"}
	}
	err = errors.Join(write(f), f.Chmod(0o644), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		_ = os.Remove(f.Name())
		return &usageError{fmt.Sprintf("cannot write %s: %s", name, reason(err)), "is the disk full?"}
	}
	return nil
}

func writeInto(name string, write func(io.Writer) error) error {
	f, err := os.OpenFile(name, os.O_WRONLY, 0)
	if err != nil {
		return &usageError{fmt.Sprintf("cannot write %s: %s", name, reason(err)), ""}
	}
	return errors.Join(write(f), f.Close())
}

// readInput reads a file that a flag names.
func readInput(flag, name, hint string) ([]byte, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, &usageError{fmt.Sprintf("%s %s: %s", flag, name, reason(err)), hint}
	}
	return text, nil
}

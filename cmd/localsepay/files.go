package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// writable refuses, before the work, a file that could not be written at its
// end. It changes nothing.
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
	case err == nil && !info.Mode().IsRegular():
		f, err := os.OpenFile(name, os.O_WRONLY, 0)
		if err != nil {
			return bad(reason(err))
		}
		return f.Close()
	case err == nil && info.Mode().Perm()&0o222 == 0:
		return bad("it is read-only")
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return bad(reason(err))
	}
	probe, err := beside(target(name), reportMode)
	if err != nil {
		return bad(reason(err))
	}
	return errors.Join(probe.Close(), os.Remove(probe.Name()))
}

// reason returns the system's error without the path.
func reason(err error) string {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err.Error()
	}
	var link *os.LinkError
	if errors.As(err, &link) {
		return link.Err.Error()
	}
	return err.Error()
}

// reportMode is the mode of a file without secrets, before the umask.
const reportMode fs.FileMode = 0o644

// writeFile writes a report to a file; without a name it does nothing. An
// existing file is replaced as a whole, with its permissions, or left
// unchanged; a symbolic link is followed.
func writeFile(name string, write func(io.Writer) error) error {
	if name == "" {
		return nil
	}
	mode := reportMode
	info, err := os.Stat(name)
	if err == nil && !info.Mode().IsRegular() {
		return cannotWrite(name, writeInto(name, write)) // a pipe or a terminal cannot be replaced
	}
	if err == nil {
		mode = info.Mode().Perm()
	}
	return cannotWrite(name, replace(target(name), mode, err == nil, write))
}

// writeNew writes a file that does not exist yet.
func writeNew(name string, text []byte) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, reportMode)
	if errors.Is(err, fs.ErrExist) {
		return &usageError{fmt.Sprintf("%s already exists", name), "name a file that does not exist yet"}
	}
	if err != nil {
		return cannotWrite(name, err)
	}
	// Creating the file reserves the name; the content is written in one step.
	err = errors.Join(f.Close(), replace(name, reportMode, false, func(w io.Writer) error {
		_, err := w.Write(text)
		return err
	}))
	if err != nil {
		_ = os.Remove(name)
	}
	return cannotWrite(name, err)
}

// replace writes a temporary file in the same folder and renames it. exact sets
// the permissions regardless of the umask.
func replace(name string, mode fs.FileMode, exact bool, write func(io.Writer) error) error {
	f, err := beside(name, mode)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(f)
	err = write(w)
	if err == nil {
		err = w.Flush()
	}
	if err == nil && exact {
		err = f.Chmod(mode)
	}
	if err == nil {
		err = f.Sync()
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		_ = os.Remove(f.Name())
	}
	return err
}

// beside creates a temporary file in the folder of another. Its name begins
// with a dot, so that patterns of watchers do not match it half written.
func beside(name string, mode fs.FileMode) (*os.File, error) {
	const tries = 100
	var f *os.File
	var err error
	for i := range tries {
		temporary := fmt.Sprintf(".%s.%d-%d.tmp", filepath.Base(name), os.Getpid(), i)
		f, err = os.OpenFile(filepath.Join(filepath.Dir(name), temporary), os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
		if !errors.Is(err, fs.ErrExist) {
			break
		}
	}
	return f, err
}

// target follows a symbolic link, even to a file that does not exist.
func target(name string) string {
	const most = 32
	for range most {
		to, err := os.Readlink(name)
		if err != nil {
			return name
		}
		if !filepath.IsAbs(to) {
			to = filepath.Join(filepath.Dir(name), to)
		}
		name = to
	}
	return name
}

// cannotWrite describes in one line which file could not be written, and why.
func cannotWrite(name string, err error) error {
	if err == nil {
		return nil
	}
	return &usageError{fmt.Sprintf("cannot write %s: %s", name, reason(err)), ""}
}

func writeInto(name string, write func(io.Writer) error) error {
	f, err := os.OpenFile(name, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(f)
	if err = write(w); err == nil {
		err = w.Flush()
	}
	return errors.Join(err, f.Close())
}

// first returns the first of several errors, for one line.
func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// readInput reads a file that a flag names.
func readInput(flag, name, hint string) ([]byte, error) {
	text, err := readWhole(name)
	if err != nil {
		return nil, &usageError{fmt.Sprintf("%s %s: %s", flag, name, reason(err)), hint}
	}
	return text, nil
}

// readWhole reads a file of at most [maxInput] bytes.
func readWhole(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxInput+1))
	if len(text) > maxInput {
		return nil, fmt.Errorf("it has more than %d bytes", maxInput)
	}
	return text, err
}

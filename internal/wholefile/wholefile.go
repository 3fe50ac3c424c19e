// Package wholefile writes a file whole or not at all: whoever reads it finds the old content or the new one.
package wholefile

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

const (
	// newMode is that of files that are meant to be committed, and read by others.
	newMode = 0o644
	// ownMode is that of files with secrets.
	ownMode = 0o600
)

// Check returns the error with which Write would refuse name, or could not write it. It must be a regular file or be
// missing in a folder that is there: a link, a folder or a device is never replaced. For a moment there is another file
// in the folder.
func Check(name string) error {
	if err := check(name); err != nil {
		return err
	}
	folder := filepath.Dir(name)
	probe, err := os.CreateTemp(folder, "."+filepath.Base(name)+".*")
	if err != nil {
		return fmt.Errorf("%q cannot be written: its folder %q takes no new files: %w", name, folder, Cause(err))
	}
	return errors.Join(probe.Close(), os.Remove(probe.Name()))
}

func check(name string) error {
	info, err := os.Lstat(name)
	switch {
	case name == "":
		return errors.New(`"" must name a file`)
	case errors.Is(err, fs.ErrNotExist):
		return checkFolder(name)
	case err != nil:
		return about(name, err)
	case info.Mode().IsRegular():
		return nil
	}
	return fmt.Errorf("%q must be a regular file, and is %s", name, kind(info.Mode()))
}

func checkFolder(name string) error {
	folder := filepath.Dir(name)
	info, err := os.Stat(folder)
	switch {
	case err != nil:
		return about(folder, err)
	case !info.IsDir():
		return fmt.Errorf("%q must be a folder", folder)
	}
	return nil
}

func kind(mode fs.FileMode) string {
	switch {
	case mode.IsDir():
		return "a folder"
	case mode&fs.ModeSymlink != 0:
		return "a symbolic link"
	}
	return "none"
}

// about is an error of the file system with the path quoted, which stands in it unquoted.
func about(name string, err error) error { return fmt.Errorf("%q: %w", name, Cause(err)) }

// Cause is an error of the file system without the operation and the path: for messages that name the file themselves.
func Cause(err error) error {
	if of, is := errors.AsType[*fs.PathError](err); is {
		return of.Err
	}
	return err
}

// Write replaces the content of name and keeps its mode, or makes the file with mode 0644. A file that has the content
// already is left alone, and changed is false. Nothing is replaced once the context is done. See [Check] for what is
// refused.
func Write(ctx context.Context, name string, content []byte) (changed bool, err error) {
	if err := check(name); err != nil {
		return false, err
	}
	if old, err := os.ReadFile(name); err == nil && bytes.Equal(old, content) {
		return false, nil
	}
	_, err = replace(ctx, name, content, modeOf(name))
	return err == nil, err
}

// Create makes a file with mode 0644. Where there is one of that name already, whatever it is, it stays, and that is an
// error.
func Create(name string, content []byte) error {
	if err := Check(name); err != nil {
		return err
	}
	file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, newMode)
	if err != nil {
		return about(name, err)
	}
	if _, err := fill(file, content, newMode); err != nil {
		return errors.Join(fmt.Errorf("write %q: %w", name, err), os.Remove(name))
	}
	return nil
}

// WriteOwn replaces or makes a file that only its owner may read, with mode 0600. A link is replaced too. The result
// identifies the file that was written, see [os.SameFile].
func WriteOwn(name string, content []byte) (fs.FileInfo, error) {
	return replace(context.Background(), name, content, ownMode)
}

// replace writes the content beside name, in a file that is gone when it returns, and which takes the place of name
// when it is on disk.
func replace(ctx context.Context, name string, content []byte, mode fs.FileMode) (written fs.FileInfo, err error) {
	beside, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+".*")
	if err != nil {
		return nil, about(filepath.Dir(name), err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(beside.Name()))
		}
	}()
	if written, err = fill(beside, content, mode); err != nil {
		return nil, fmt.Errorf("write beside %q: %w", name, err)
	}
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("write %q: %w", name, err)
	}
	if err := os.Rename(beside.Name(), name); err != nil {
		return nil, fmt.Errorf("replace %q: %w", name, err)
	}
	return written, nil
}

// modeOf is the mode of the file that is replaced; [newMode] where there is none.
func modeOf(name string) fs.FileMode {
	if info, err := os.Lstat(name); err == nil {
		return info.Mode().Perm()
	}
	return newMode
}

// fill writes the content to the disk and closes the file, also where that is an error.
func fill(file *os.File, content []byte, mode fs.FileMode) (fs.FileInfo, error) {
	_, err := file.Write(content)
	err = errors.Join(err, file.Chmod(mode), file.Sync())
	written, statErr := file.Stat()
	return written, errors.Join(err, statErr, file.Close())
}

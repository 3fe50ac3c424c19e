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

// newMode is that of new files: what is written is meant to be committed, and read by others.
const newMode = 0o644

// Check says why Write would refuse name. It must be a regular file or be missing in a folder that is there: a link, a
// folder or a device is never replaced.
func Check(name string) error {
	info, err := os.Lstat(name)
	switch {
	case name == "":
		return errors.New(`"" must name a file`)
	case errors.Is(err, fs.ErrNotExist):
		return checkFolder(name)
	case err != nil:
		return cause(name, err)
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
		return cause(folder, err)
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

// cause is an error of the file system with the path quoted, which stands in it unquoted.
func cause(name string, err error) error {
	if of, is := errors.AsType[*fs.PathError](err); is {
		err = of.Err
	}
	return fmt.Errorf("%q: %w", name, err)
}

// Write replaces the content of name and keeps its mode, or makes the file. The content is written beside it, in a file
// that is gone when Write returns, and takes its place when it is on disk. A file that has the content already is left
// alone, and changed is false. Nothing is replaced once the context is done.
func Write(ctx context.Context, name string, content []byte) (changed bool, err error) {
	if err := Check(name); err != nil {
		return false, err
	}
	if old, err := os.ReadFile(name); err == nil && bytes.Equal(old, content) {
		return false, nil
	}
	beside, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+".*")
	if err != nil {
		return false, cause(filepath.Dir(name), err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(beside.Name()))
		}
	}()
	if err := fill(beside, content, modeOf(name)); err != nil {
		return false, fmt.Errorf("write beside %q: %w", name, err)
	}
	if err := ctx.Err(); err != nil {
		return false, fmt.Errorf("write %q: %w", name, err)
	}
	if err := os.Rename(beside.Name(), name); err != nil {
		return false, fmt.Errorf("replace %q: %w", name, err)
	}
	return true, nil
}

// modeOf is the mode of what is replaced: whom the file was kept from does not get to read it now.
func modeOf(name string) fs.FileMode {
	if info, err := os.Lstat(name); err == nil {
		return info.Mode().Perm()
	}
	return newMode
}

// fill writes the content to the disk and closes the file, also where that is an error.
func fill(file *os.File, content []byte, mode fs.FileMode) error {
	_, err := file.Write(content)
	return errors.Join(err, file.Chmod(mode), file.Sync(), file.Close())
}

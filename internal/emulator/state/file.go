package state

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"cloison.dev/cloison/internal/wholefile"
)

// File is where a State is kept. It holds secrets' values and API keys in the clear, and has mode 0600.
type File struct {
	path  string
	known fs.FileInfo // of the file that was read or written last; nil: of none
}

// Open reads the file at a path. Where there is none, saved is nil and the first Write makes it.
func Open(path string) (file *File, saved *State, err error) {
	data, known, err := readWhole(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return &File{path: path}, nil, nil
	case err != nil:
		return nil, nil, fmt.Errorf("read the emulator's state: %w", err)
	}
	file = &File{path, known}
	decoded, err := decode(data)
	if err != nil {
		return nil, nil, file.Damaged(err)
	}
	return file, &decoded, nil
}

// Damaged is the error for a file with content that cannot be used.
func (f *File) Damaged(why error) error {
	return fmt.Errorf("the emulator's state in %q is damaged: %w; repair the file or move it away", f.path, why)
}

// Write replaces the file, which is whole at any time. A file that another program has written since it was read or
// written here is refused, because the changes in it would be lost; one that is gone is made anew.
func (f *File) Write(s State) error {
	data, err := s.encode()
	if err != nil {
		return err
	}
	if err := f.checkOwn(); err != nil {
		return fmt.Errorf("write the emulator's state: %w", err)
	}
	written, err := wholefile.WriteOwn(f.path, data)
	if err != nil {
		return fmt.Errorf("write the emulator's state: %w", err)
	}
	f.known = written
	return nil
}

func (f *File) checkOwn() error {
	if f.known == nil {
		return nil
	}
	there, err := os.Stat(f.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case os.SameFile(there, f.known) && there.ModTime().Equal(f.known.ModTime()) && there.Size() == f.known.Size():
		return nil
	}
	return fmt.Errorf("%q was changed by another program since it was read; two emulators must not share a file",
		f.path)
}

// readWhole returns a file's content and which file that was.
func readWhole(path string) (data []byte, of fs.FileInfo, err error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	defer file.Close() //nolint:errcheck // nothing was written
	if of, err = file.Stat(); err != nil {
		return nil, nil, err
	}
	data, err = io.ReadAll(file)
	return data, of, err
}

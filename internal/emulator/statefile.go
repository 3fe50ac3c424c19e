package emulator

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// stateFile is where the state is kept.
type stateFile struct {
	path  string      // empty: in memory only
	known fs.FileInfo // of the file that this Server read or wrote last
	dirty bool        // the state has changed since it was written
	iam   uint64      // the changes of IAM that are in it
}

// OpenState keeps the state in a file from now on: the file is written after every
// change, before the caller learns of it, so that a Server that opens it later
// goes on with the same ids, versions, values and keys. A file that is there
// already replaces everything that the Server holds, and found is true; else it
// is made from what the Server holds. The clocks of both Servers must agree.
//
// The file holds the secrets' values and the API keys in the clear and has mode
// 0600. A new one is written beside it and renamed, so that it is whole at any
// time. What a crash leaves beside it begins with a dot and its name, and can be
// removed. A change that cannot be written fails its call, is kept in memory and is
// written with the next one; until then every call fails. A file that is damaged is
// an error and stays as it is, and the Server goes on as before. Two Servers must
// not share a file: the one that finds that the other has written it cannot write
// any more.
func (s *Server) OpenState(path string) (found bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	data, known, err := readWhole(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if known, err = s.writeState(path); err != nil {
			return false, err
		}
	case err != nil:
		return false, fmt.Errorf("read the emulator's state: %w", err)
	default:
		state, err := decodeState(data)
		if err == nil {
			err = s.take(state)
		}
		if err != nil {
			return false, fmt.Errorf("the emulator's state in %q is damaged: %w; repair the file or move it away", path, err)
		}
		found = true
	}
	s.file = stateFile{path: path, known: known, iam: s.iam.Changes()}
	return found, nil
}

// changed remembers that the state must be written; every change of it must call
// this before the lock is released.
func (s *Server) changed() { s.file.dirty = true }

// save writes the state if it has changed since it was written.
func (s *Server) save() error {
	changes := s.iam.Changes()
	if s.file.path == "" || !s.file.dirty && s.file.iam == changes {
		return nil
	}
	if err := s.file.checkOwn(); err != nil {
		return fmt.Errorf("write the emulator's state: %w", err)
	}
	known, err := s.writeState(s.file.path)
	if err != nil {
		return err
	}
	s.file.known, s.file.dirty, s.file.iam = known, false, changes
	return nil
}

// checkOwn refuses a file that somebody else has written: its changes would be
// lost. A file that is gone can be written anew.
func (f stateFile) checkOwn() error {
	there, err := os.Stat(f.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case os.SameFile(there, f.known) && there.ModTime().Equal(f.known.ModTime()) && there.Size() == f.known.Size():
		return nil
	}
	return fmt.Errorf("%q was changed by another program since it was read; two emulators must not share a file", f.path)
}

func (s *Server) writeState(path string) (written fs.FileInfo, err error) {
	data, err := json.Marshal(s.state())
	if err != nil {
		return nil, fmt.Errorf("encode the emulator's state: %w", err)
	}
	if written, err = replaceFile(path, append(data, '\n')); err != nil {
		return nil, fmt.Errorf("write the emulator's state: %w", err)
	}
	return written, nil
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

// replaceFile writes a file of mode 0600 beside path, renames it and returns which
// file it is.
func replaceFile(path string, data []byte) (written fs.FileInfo, err error) {
	beside, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return nil, err
	}
	_, err = beside.Write(data)
	if err == nil {
		err = beside.Sync()
	}
	if err == nil {
		written, err = beside.Stat()
	}
	if closed := beside.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(beside.Name(), path)
	}
	if err != nil {
		return nil, errors.Join(err, os.Remove(beside.Name()))
	}
	return written, nil
}

package emulator

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// stateFile is where the state is kept.
type stateFile struct {
	path  string // empty: in memory only
	dirty bool   // the state has changed since it was written
	iam   uint64 // the changes of IAM that are in it
}

// OpenState keeps the state in a file from now on: the file is written after every
// change, before the caller learns of it, so that a Server that opens it later
// goes on with the same ids, versions, values and keys. A file that is there
// already replaces everything that the Server holds, and found is true; else it
// is made from what the Server holds. The clocks of both Servers must agree.
//
// The file holds the secrets' values and the API keys in the clear and has mode
// 0600. A new one is written beside it and renamed, so that it is whole at any
// time. A file that is damaged is an error and stays as it is, and the Server
// goes on as before. Two Servers must not share a file.
func (s *Server) OpenState(path string) (found bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	data, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if err := s.writeState(path); err != nil {
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
	s.file = stateFile{path: path, iam: s.iam.Changes()}
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
	if err := s.writeState(s.file.path); err != nil {
		return err
	}
	s.file.dirty, s.file.iam = false, changes
	return nil
}

func (s *Server) writeState(path string) error {
	data, err := json.Marshal(s.state())
	if err != nil {
		return fmt.Errorf("encode the emulator's state: %w", err)
	}
	if err := replaceFile(path, append(data, '\n')); err != nil {
		return fmt.Errorf("write the emulator's state: %w", err)
	}
	return nil
}

// replaceFile writes a file of mode 0600 beside path and renames it.
func replaceFile(path string, data []byte) error {
	beside, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	_, err = beside.Write(data)
	if err == nil {
		err = beside.Sync()
	}
	if closed := beside.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(beside.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(beside.Name()))
	}
	return nil
}

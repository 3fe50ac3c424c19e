package emulator

import (
	"cloison.dev/cloison/internal/emulator/state"
)

// stateFile is where the state is kept.
type stateFile struct {
	file  *state.File // nil: in memory only
	saved changes     // what is in the file
}

// changes counts the changes of the models.
type changes struct{ secrets, iam uint64 }

func (s *Server) changes() changes { return changes{s.secrets.Changes(), s.iam.Changes()} }

// OpenState keeps the state in a file from now on: the file is written after every change, before the caller learns
// of it, so that a Server that opens it later goes on with the same ids, versions, values and keys. A file that is
// there already replaces everything that the Server holds, and found is true; else it is made from what the Server
// holds. The clocks of both Servers must agree.
//
// The file holds the secrets' values and the API keys in the clear and has mode 0600. A new one is written beside it
// and renamed, so that it is whole at any time. What a crash leaves beside it begins with a dot and its name, and can
// be removed. A change that cannot be written fails its call, is kept in memory and is written with the next one;
// until then every call fails. A file that is damaged is an error and stays as it is, and the Server goes on as
// before. Two Servers must not share a file: the one that finds that the other has written it cannot write any more.
func (s *Server) OpenState(path string) (found bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	file, saved, err := state.Open(path)
	if err != nil {
		return false, err
	}
	if saved == nil {
		err = file.Write(s.state())
	} else if err = s.take(*saved); err != nil {
		err = file.Damaged(err)
	}
	if err != nil {
		return false, err
	}
	s.file = stateFile{file, s.changes()}
	return saved != nil, nil
}

// state returns what a file keeps.
func (s *Server) state() state.State {
	return state.State{Snapshot: s.secrets.Snapshot(), IAM: s.iam.Snapshot(), Keys: s.keys}
}

// take replaces the Server's state, or nothing where IAM refuses its part. What was due in the meantime happens at
// the next call.
func (s *Server) take(saved state.State) error {
	if err := s.iam.Restore(saved.IAM); err != nil {
		return err
	}
	s.secrets.LoadSnapshot(saved.Snapshot)
	s.keys = saved.Keys
	return nil
}

// save writes the state if it has changed since it was written.
func (s *Server) save() error {
	now := s.changes()
	if s.file.file == nil || s.file.saved == now {
		return nil
	}
	if err := s.file.file.Write(s.state()); err != nil {
		return err
	}
	s.file.saved = now
	return nil
}

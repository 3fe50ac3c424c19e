package emulator

type stateFile struct {
	path  string
	dirty bool
}

func (s *Server) changed()    { s.file.dirty = true }
func (s *Server) save() error { return nil }

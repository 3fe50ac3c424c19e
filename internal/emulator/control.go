package emulator

import (
	"encoding/json"
	"io"
	"net/http"
)

const (
	controlRoot = "/_emulator/"
	// maxControlBody is far more than all faults need.
	maxControlBody = 1 << 20
)

// newControl serves what steers the emulator and is no part of Scaleway's API:
//
//	GET  /_emulator/stats    the counts
//	POST /_emulator/reset    sets the counts to zero
//	GET  /_emulator/faults   the faults, as fault.Read reads them
//	PUT  /_emulator/faults   replaces them
//
// Errors are plain text, a problem a line.
func (s *Server) newControl() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+controlRoot+"stats", func(w http.ResponseWriter, _ *http.Request) { tell(w, s.Stats()) })
	mux.HandleFunc("POST "+controlRoot+"reset", func(w http.ResponseWriter, _ *http.Request) {
		s.ResetStats()
		w.WriteHeader(http.StatusNoContent)
	})
	mux.HandleFunc("GET "+controlRoot+"faults", func(w http.ResponseWriter, _ *http.Request) {
		tell(w, s.faults.Faults())
	})
	mux.HandleFunc("PUT "+controlRoot+"faults", s.putFaults)
	return mux
}

func (s *Server) putFaults(w http.ResponseWriter, r *http.Request) {
	data, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxControlBody))
	if err != nil {
		http.Error(w, "the body must be at most 1 MiB of JSON", http.StatusBadRequest)
		return
	}
	faults, err := s.faults.Read(data)
	if err == nil {
		err = s.SetFaults(faults)
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

func tell(w http.ResponseWriter, what any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(what) // fails where the caller is gone
}

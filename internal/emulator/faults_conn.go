package emulator

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"sync"
	"time"
)

// seized is a connection that was taken from the HTTP server, which no longer
// waits for it when it stops.
type seized struct {
	net.Conn
	gone <-chan struct{} // closed when the caller closed the connection
}

// seize takes the connection of a call. Where that is impossible, as under
// HTTP/2, it breaks the call off, which is as near as can be.
func seize(w http.ResponseWriter) seized {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		_, _ = io.Copy(io.Discard, conn) // its error is the end that is waited for
	}()
	return seized{conn, gone}
}

// hang holds the connection until the caller or the Server closes it.
func (s *Server) hang(w http.ResponseWriter) {
	conn := seize(w)
	defer conn.Close() //nolint:errcheck // nobody to tell
	select {
	case <-conn.gone:
	case <-s.closed:
	}
}

// reset drops the connection with a TCP reset.
func reset(w http.ResponseWriter) {
	conn := seize(w)
	if tcp, ok := conn.Conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0) // fails on a closed connection only
	}
	_ = conn.Close()
}

// truncate sends the head and the first half of the body.
func (a reply) truncate(w *meter) {
	header := w.Header()
	conn := seize(w)
	defer conn.Close() //nolint:errcheck // nobody to tell
	if conn.begin(a, header) == nil {
		half := a.body[:len(a.body)/2]
		w.status = a.status
		w.count(len(half))
		_, _ = conn.Write(half) // the caller is gone: nobody to tell
	}
}

// drip sends the body byte by byte, until the caller or the Server closes the
// connection.
func (s *Server) drip(a reply, w *meter, every time.Duration) {
	header := w.Header()
	conn := seize(w)
	defer conn.Close() //nolint:errcheck // nobody to tell
	if conn.begin(a, header) != nil {
		return
	}
	w.status = a.status
	ticks := time.NewTicker(every)
	defer ticks.Stop()
	for i := range a.body {
		select {
		case <-conn.gone:
			return
		case <-s.closed:
			return
		case <-ticks.C:
		}
		w.count(1)
		_, _ = conn.Write(a.body[i : i+1]) // an error shows as the end of the connection
	}
}

// begin sends the head of an answer with the length of its whole body. Fields of
// the answer's header replace those of the other.
func (c seized) begin(a reply, header http.Header) error {
	var head bytes.Buffer
	fmt.Fprintf(&head, "HTTP/1.1 %d %s\r\n", a.status, http.StatusText(a.status))
	merged := header.Clone()
	maps.Copy(merged, a.header)
	if err := merged.Write(&head); err != nil {
		return err
	}
	fmt.Fprintf(&head, "Content-Length: %d\r\nConnection: close\r\n\r\n", len(a.body))
	_, err := c.Write(head.Bytes())
	return err
}

// ending closes a channel once.
type ending struct {
	once   sync.Once
	closed chan struct{}
}

// Close breaks off the calls that hang, drip or wait. An http.Server that is
// being shut down then has none to wait for. A closed Server answers calls that
// meet no latency as before.
func (s *Server) Close() { s.once.Do(func() { close(s.closed) }) }

// wait lets the time pass. It returns false when the caller went away before,
// and breaks the call off when the Server was closed.
func (s *Server) wait(r *http.Request, d time.Duration) bool {
	if d <= 0 {
		return true
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-r.Context().Done():
		return false
	case <-s.closed:
		panic(http.ErrAbortHandler)
	}
}

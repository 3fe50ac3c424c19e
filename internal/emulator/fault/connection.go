package fault

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"time"
)

// seized is a connection that was taken from the HTTP server. The server does not wait for it any more when it stops.
type seized struct {
	net.Conn
	gone <-chan struct{} // closed when the caller closed the connection
}

// seize takes the connection of a call. Where that is impossible, as under HTTP/2, it breaks the call off.
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

// hang holds the connection until the caller or the Injector closes it.
func (e Effect) hang(w http.ResponseWriter) {
	conn := seize(w)
	defer conn.Close() //nolint:errcheck // the caller has gone
	select {
	case <-conn.gone:
	case <-e.closed:
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
func (a reply) truncate(w ResponseWriter) {
	header := w.Header()
	conn := seize(w)
	defer conn.Close() //nolint:errcheck // the caller has gone
	if conn.begin(a, header) == nil {
		half := a.body[:len(a.body)/2]
		w.Sent(a.status, len(half))
		_, _ = conn.Write(half) // fails where the caller is gone
	}
}

// trickle sends the body of an answer byte by byte, until the caller or the Injector closes the connection.
func (e Effect) trickle(a reply, w ResponseWriter) {
	header := w.Header()
	conn := seize(w)
	defer conn.Close() //nolint:errcheck // the caller has gone
	if conn.begin(a, header) != nil {
		return
	}
	w.Sent(a.status, 0)
	ticks := time.NewTicker(e.drip)
	defer ticks.Stop()
	for i := range a.body {
		select {
		case <-conn.gone:
			return
		case <-e.closed:
			return
		case <-ticks.C:
		}
		w.Sent(a.status, 1)
		_, _ = conn.Write(a.body[i : i+1]) // an error shows as the end of the connection
	}
}

// begin sends the head of an answer with the length of its whole body. Fields of the answer's header replace those of
// the other.
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

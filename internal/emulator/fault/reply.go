package fault

import (
	"bytes"
	"fmt"
	"maps"
	"net/http"
	"strconv"
)

// reply is an answer that is complete before any of it is sent.
type reply struct {
	status int
	header http.Header
	body   []byte
}

// substitute returns the reply that replaces the answer; ok is false for faults that change it.
func (e Effect) substitute(r *http.Request) (reply, bool) {
	if status, form, ok := e.Fault.status(); ok {
		return failure(status, form), true
	}
	switch e.Fault {
	case RateLimit:
		return reply{http.StatusTooManyRequests, http.Header{"X-Envoy-Ratelimited": {"true"}}, nil}, true
	case HTML:
		return webPage(http.StatusOK, "Welcome to the network"), true
	case Empty:
		return reply{http.StatusOK, typed("application/json"), nil}, true
	case EmptyObject:
		return reply{http.StatusOK, typed("application/json"), []byte("{}")}, true
	case Redirect:
		return reply{
			http.StatusTemporaryRedirect, http.Header{"Location": {e.redirectTo + r.URL.RequestURI()}}, nil,
		}, true
	}
	return reply{}, false
}

// failure is an error of the server. The JSON body of the 500 and the 503 has the message and the length, 28 bytes, of
// the real one; the other two are inferred, as are the other forms. Facts: docs/facts.md, "Errors of the API".
func failure(status int, form string) reply {
	switch form {
	case "html":
		return webPage(status, fmt.Sprintf("%d %s", status, http.StatusText(status)))
	case "empty":
		return reply{status: status}
	}
	return reply{status, typed("application/json"), []byte(`{"message":"internal error"}`)}
}

// webPage is an HTML page such as proxies make.
func webPage(status int, title string) reply {
	body := "<html>\r\n<head><title>" + title + "</title></head>\r\n<body>\r\n<center><h1>" + title +
		"</h1></center>\r\n</body>\r\n</html>\r\n"
	return reply{status, typed("text/html"), []byte(body)}
}

func typed(contentType string) http.Header { return http.Header{"Content-Type": {contentType}} }

// send answers in one piece.
func (a reply) send(w http.ResponseWriter) {
	maps.Copy(w.Header(), a.header)
	if bodyAllowed(a.status) {
		w.Header().Set("Content-Length", strconv.Itoa(len(a.body)))
	}
	w.WriteHeader(a.status)
	if len(a.body) > 0 {
		_, _ = w.Write(a.body) // fails where the caller is gone
	}
}

func bodyAllowed(status int) bool {
	return status != http.StatusNoContent && status != http.StatusNotModified
}

// recorder is an http.ResponseWriter that keeps the answer.
type recorder struct {
	header http.Header
	status int
	body   bytes.Buffer
}

// Header implements http.ResponseWriter.
func (r *recorder) Header() http.Header { return r.header }

// WriteHeader implements http.ResponseWriter.
func (r *recorder) WriteHeader(status int) { r.status = status }

// Write implements http.ResponseWriter.
func (r *recorder) Write(body []byte) (int, error) { return r.body.Write(body) }

// record returns what serve answers.
func record(serve http.HandlerFunc, r *http.Request) reply {
	kept := &recorder{header: http.Header{}, status: http.StatusOK}
	serve(kept, r)
	return reply{kept.status, kept.header, kept.body.Bytes()}
}

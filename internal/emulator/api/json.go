package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"time"
)

// maxBodyBytes leaves room to spare for the largest value of a secret, 64 KiB, in base64.
const maxBodyBytes = 1 << 20

// ReadBody reads the request's body. It must be called before the state is locked, so that a slow caller does not delay
// others.
func ReadBody(r *http.Request) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBodyBytes+1))
	switch {
	case err != nil:
		return nil, &Error{http.StatusBadRequest, plainBody{"the body ends early"}}
	case len(body) > maxBodyBytes:
		return nil, &Error{http.StatusRequestEntityTooLarge, plainBody{"the body is too large"}}
	}
	return body, nil
}

// NoContent is the answer of calls that delete: 204 and no body, but with a Content-Type. Facts: docs/facts.md, "Form
// of answers".
type NoContent struct{}

// Write sends what a handler returned: compact JSON, no newline at its end, no charset in its type, as recorded.
func Write(w http.ResponseWriter, body any, err error) {
	status := http.StatusOK
	if err != nil {
		failed := &Error{http.StatusInternalServerError, plainBody{"the emulator is broken"}}
		errors.As(err, &failed)
		status, body = failed.status, failed.body
	}
	var encoded bytes.Buffer
	encoder := json.NewEncoder(&encoded)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(body); err != nil {
		status = http.StatusInternalServerError
		encoded.Reset()
	}
	w.Header().Set("Content-Type", "application/json")
	if _, empty := body.(NoContent); empty {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	w.WriteHeader(status)
	_, _ = w.Write(bytes.TrimSuffix(encoded.Bytes(), []byte("\n"))) // fails where the caller is gone
}

// Timestamp is written with 0, 3 or 6 decimals, whichever suffices. Facts: docs/facts.md, "Form of answers".
type Timestamp time.Time

// MarshalJSON implements json.Marshaler.
func (t Timestamp) MarshalJSON() ([]byte, error) {
	layout := "2006-01-02T15:04:05.000000Z"
	switch micro := time.Time(t).Nanosecond() / 1000; {
	case micro == 0:
		layout = "2006-01-02T15:04:05Z"
	case micro%1000 == 0:
		layout = "2006-01-02T15:04:05.000Z"
	}
	return []byte(strconv.Quote(time.Time(t).UTC().Format(layout))), nil
}

// OptionalTimestamp is null for nil.
func OptionalTimestamp(t *time.Time) *Timestamp { return (*Timestamp)(t) }

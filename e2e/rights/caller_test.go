package rights_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"k8s.io/client-go/rest"
)

// caller sends requests to the API server, as an administrator or with a token, and reads whole answers.
type caller struct {
	client *http.Client
	host   string
	token  string
}

func newCaller(t *testing.T, config *rest.Config) caller {
	t.Helper()
	client, err := rest.HTTPClientFor(config)
	require.NoError(t, err)
	return caller{client: client, host: strings.TrimSuffix(config.Host, "/")}
}

// with is a caller with a token.
func (c caller) with(token string) caller {
	c.token = token
	return c
}

// answer is what the API server says. Of a watch it is what comes within a moment.
type answer struct {
	code int
	body []byte
}

func (a answer) ok() bool { return a.code >= 200 && a.code < 300 }

// hasCanary reports whether the answer has the value of the other component's Secret, written out or as in a Secret.
func (a answer) hasCanary() bool {
	value := []byte(canary)
	return bytes.Contains(a.body, value) || bytes.Contains(a.body, []byte(base64.StdEncoding.EncodeToString(value)))
}

// call is a request.
type call struct {
	method, path string
	body         any
	// patch is the type of a patch; empty for JSON.
	patch string
	// as is whom to impersonate.
	as string
	// gains is what it is to be answered with success; empty where the answer tells.
	gains string
}

// moment is how long a watch is listened to.
const moment = 300 * time.Millisecond

// do sends a request again for as long as the API server says that there are too many.
func (c caller) do(ctx context.Context, r call) (answer, error) {
	for range 100 {
		a, err := c.once(ctx, r)
		if err != nil || a.code != http.StatusTooManyRequests {
			return a, err
		}
		time.Sleep(moment)
	}
	return answer{}, fmt.Errorf("%s %s: too many requests", r.method, r.path)
}

func (c caller) once(ctx context.Context, r call) (answer, error) {
	isWatch := strings.Contains(r.path, "watch=1")
	if isWatch {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, moment)
		defer cancel()
	}
	var body io.Reader
	if r.body != nil {
		text, err := json.Marshal(r.body)
		if err != nil {
			return answer{}, fmt.Errorf("encode the body: %w", err)
		}
		body = bytes.NewReader(text)
	}
	request, err := http.NewRequestWithContext(ctx, r.method, c.host+r.path, body)
	if err != nil {
		return answer{}, fmt.Errorf("make the request: %w", err)
	}
	request.Header.Set("Accept", "application/json")
	request.Header.Set("Content-Type", "application/json")
	if r.patch != "" {
		request.Header.Set("Content-Type", r.patch)
	}
	if c.token != "" {
		request.Header.Set("Authorization", "Bearer "+c.token)
	}
	if r.as != "" {
		request.Header.Set("Impersonate-User", r.as)
	}
	response, err := c.client.Do(request)
	if err != nil && isWatch && ctx.Err() != nil {
		return answer{}, nil // it was refused nothing, and saw nothing
	}
	if err != nil {
		return answer{}, fmt.Errorf("%s %s: %w", r.method, r.path, err)
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil && !isWatch {
		return answer{}, fmt.Errorf("read the answer to %s %s: %w", r.method, r.path, err)
	}
	return answer{response.StatusCode, text}, nil
}

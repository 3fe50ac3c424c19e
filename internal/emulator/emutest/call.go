package emutest

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Answer is what a call was answered.
type Answer struct {
	Status int
	Header http.Header
	Body   string
}

// Get is a call of the Fixture's key.
func (f Fixture) Get(t *testing.T, path string) Answer {
	t.Helper()
	return f.Call(t, http.MethodGet, path, "")
}

// Post is a call of the Fixture's key.
func (f Fixture) Post(t *testing.T, path, body string) Answer {
	t.Helper()
	return f.Call(t, http.MethodPost, path, body)
}

// Patch is a call of the Fixture's key.
func (f Fixture) Patch(t *testing.T, path, body string) Answer {
	t.Helper()
	return f.Call(t, http.MethodPatch, path, body)
}

// Delete is a call of the Fixture's key.
func (f Fixture) Delete(t *testing.T, path string) Answer {
	t.Helper()
	return f.Call(t, http.MethodDelete, path, "")
}

// Call is a call of the Fixture's key.
func (f Fixture) Call(t *testing.T, method, path, body string) Answer {
	t.Helper()
	return f.Send(t, method, path, f.Key.SecretKey, body)
}

// Do is a call without body, with any token; an empty one is none.
func (f Fixture) Do(t *testing.T, method, path, token string) Answer {
	t.Helper()
	return f.Send(t, method, path, token, "")
}

// Send is a call with any token; an empty one is none.
func (f Fixture) Send(t *testing.T, method, path, token, body string) Answer {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, f.URL+path, strings.NewReader(body))
	require.NoError(t, err)
	if token != "" {
		request.Header.Set("X-Auth-Token", token)
	}
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer func() { require.NoError(t, response.Body.Close()) }()
	answered, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return Answer{response.StatusCode, response.Header, string(answered)}
}

// Make creates something, and returns the answer and its id or access key.
func (f Fixture) Make(t *testing.T, path, body string) (got Answer, id string) {
	t.Helper()
	got = f.Post(t, path, body)
	return got, IDOf(t, got)
}

// IDOf returns the id or the access key of what was created.
func IDOf(t *testing.T, a Answer) string {
	t.Helper()
	var created struct {
		ID        string
		AccessKey string `json:"access_key"`
	}
	require.Equal(t, http.StatusOK, a.Status, a.Body)
	require.NoError(t, json.Unmarshal([]byte(a.Body), &created))
	return created.ID + created.AccessKey
}

// Open lists the secrets of Project over a connection of its own and returns the answer, its body unread.
func (f Fixture) Open(ctx context.Context) (*http.Response, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, f.URL+Secrets, http.NoBody)
	if err != nil {
		return nil, err
	}
	request.Header.Set("X-Auth-Token", f.Key.SecretKey)
	transport := &http.Transport{DisableKeepAlives: true}
	return transport.RoundTrip(request)
}

// Statuses lists the secrets of Project n times and returns the statuses of the answers.
func (f Fixture) Statuses(t *testing.T, n int) []int {
	t.Helper()
	var statuses []int
	for range n {
		statuses = append(statuses, f.Get(t, Secrets).Status)
	}
	return statuses
}

// List returns the paths and names of a page of Project's secrets, and how many there are on all pages.
func (f Fixture) List(t *testing.T, query string) (names []string, total int) {
	t.Helper()
	got := f.Get(t, Secrets+query)
	require.Equal(t, http.StatusOK, got.Status, got.Body)
	var page struct {
		Secrets    []struct{ Name, Path string }
		TotalCount int `json:"total_count"`
	}
	require.NoError(t, json.Unmarshal([]byte(got.Body), &page))
	for _, s := range page.Secrets {
		names = append(names, s.Path+":"+s.Name)
	}
	return names, page.TotalCount
}

// VersionsOf lists a secret's versions as "revision status".
func (f Fixture) VersionsOf(t *testing.T, id, query string) []string {
	t.Helper()
	got := f.Get(t, Root+"/secrets/"+id+"/versions"+query)
	require.Equal(t, http.StatusOK, got.Status, got.Body)
	var page struct {
		Versions []struct {
			Revision int
			Status   string
		}
	}
	require.NoError(t, json.Unmarshal([]byte(got.Body), &page))
	var versions []string
	for _, v := range page.Versions {
		versions = append(versions, fmt.Sprintf("%d %s", v.Revision, v.Status))
	}
	return versions
}

// Paths is List without the total.
func (f Fixture) Paths(t *testing.T, query string) []string {
	t.Helper()
	names, _ := f.List(t, query)
	return names
}

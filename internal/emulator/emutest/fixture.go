// Package emutest serves emulators to tests and calls them. Only tests import it.
package emutest

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/emulator"
	"cloison.dev/cloison/internal/emulator/fault"
	"cloison.dev/cloison/internal/emulator/iam"
	"cloison.dev/cloison/internal/emulator/secret"
)

const (
	// Project is the project of secrets and grants that name no other.
	Project = "11111111-2222-4333-8444-555555555555"
	// OtherProject is a project over which the key of a Fixture has no rights.
	OtherProject = "66666666-7777-4888-8999-aaaaaaaaaaaa"
	// Organization is the organization of a Fixture that StartManager returns.
	Organization = "99999999-0000-4000-8000-000000000000"
	// UnknownID is the id of nothing.
	UnknownID = "00000000-0000-4000-8000-000000000000"

	// Root is the path of Secret Manager's calls.
	Root = "/secret-manager/v1beta1/regions/fr-par"
	// Secrets is the path of the list of all secrets of Project.
	Secrets = Root + "/secrets?project_id=" + Project
	// IAM is the path of IAM's calls.
	IAM = "/iam/v1alpha1"

	// Projects is the path of the account API's calls.
	Projects = "/account/v3/projects"
)

// The paths of IAM's kinds.
const (
	Applications = IAM + "/applications"
	APIKeys      = IAM + "/api-keys"
	Groups       = IAM + "/groups"
	Policies     = IAM + "/policies"
	Rules        = IAM + "/rules"
)

// Fixture is a served emulator and the key with which it is called.
type Fixture struct {
	*emulator.Server
	URL string
	Key emulator.Key
}

// Start serves an emulator whose clock ticks. The key may read everything in Project.
func Start(t *testing.T) Fixture {
	t.Helper()
	return StartWith(t, emulator.Config{Random: 1, Now: Ticking()})
}

// StartWith is Start for an emulator that is configured.
func StartWith(t *testing.T, c emulator.Config) Fixture {
	t.Helper()
	server := emulator.New(c)
	served := httptest.NewServer(server)
	t.Cleanup(served.Close)
	f := Fixture{Server: server, URL: served.URL}
	f.Key = f.NewKey(t, iam.SecretManagerReadOnly, iam.SecretManagerSecretAccess)
	return f
}

// StartAt is Start at 12:00:00 with the key of an Owner, and the clock.
func StartAt(t *testing.T) (Fixture, *Wall) {
	t.Helper()
	w := NewWall()
	return StartWith(t, emulator.Config{Random: 1, Now: w.Time}).Owner(t), w
}

// StartManager is Start for the Organization with a clock that hands out the given times, and a key that manages IAM.
func StartManager(t *testing.T, times ...string) Fixture {
	t.Helper()
	return StartWith(t, emulator.Config{Random: 1, OrganizationID: Organization, Now: Clock(t, times...)}).Manager(t)
}

// Owner returns the Fixture with a key that may do everything in Project.
func (f Fixture) Owner(t *testing.T) Fixture {
	t.Helper()
	return f.With(t, iam.SecretManagerFullAccess)
}

// With returns the Fixture with a key that has permission sets over Project.
func (f Fixture) With(t *testing.T, sets ...iam.SetName) Fixture {
	t.Helper()
	f.Key = f.NewKey(t, sets...)
	return f
}

// Manager returns the Fixture with a key that may do everything in IAM and nothing else.
func (f Fixture) Manager(t *testing.T) Fixture {
	t.Helper()
	f.Key = f.Granted(t, emulator.Grant{Organization: true, PermissionSets: []iam.SetName{iam.IAMManager}})
	return f
}

// NewKey makes a key with permission sets over Project.
func (f Fixture) NewKey(t *testing.T, sets ...iam.SetName) emulator.Key {
	t.Helper()
	return f.Granted(t, Over("", sets...))
}

// Granted makes a key with grants.
func (f Fixture) Granted(t *testing.T, grants ...emulator.Grant) emulator.Key {
	t.Helper()
	key, err := f.AddKey(grants...)
	require.NoError(t, err)
	return key
}

// Over returns a grant over Project; an empty condition is none.
func Over(condition string, sets ...iam.SetName) emulator.Grant {
	return emulator.Grant{Projects: []string{Project}, PermissionSets: sets, Condition: condition}
}

// Named returns the key of a name of the seeds that were loaded.
func (f Fixture) Named(t *testing.T, name string) emulator.Key {
	t.Helper()
	key, found := f.KeyNamed(name)
	require.True(t, found, name)
	return key
}

// Add adds a secret of Project with a version for each value.
func (f Fixture) Add(t *testing.T, path, name string, values ...string) (id string) {
	t.Helper()
	var versions []emulator.Version
	for _, value := range values {
		versions = append(versions, emulator.Value(value))
	}
	id, err := f.AddSecret(emulator.Secret{ProjectID: Project, Path: path, Name: name}, versions...)
	require.NoError(t, err)
	return id
}

// AddEphemeral adds a secret with a policy and two versions.
func (f Fixture) AddEphemeral(t *testing.T, policy secret.EphemeralPolicy) (id string) {
	t.Helper()
	id, err := f.AddSecret(emulator.Secret{ProjectID: Project, Path: "/shop", Name: "brief", Ephemeral: &policy},
		emulator.Value("one"), emulator.Value("two"))
	require.NoError(t, err)
	return id
}

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

// CreateBody is the body with which the SDK creates a secret, with further fields.
func CreateBody(name, more string) string {
	return fmt.Sprintf(`{"project_id":%q,"name":%q,"tags":null,"type":"opaque","path":"/","protected":false%s}`,
		Project, name, more)
}

// InOrganization is the body that creates something of the Organization, with further fields.
func InOrganization(name, more string) string {
	return `{"organization_id":"` + Organization + `","name":"` + name + `"` + more + `}`
}

// BadArgument is the body of a 400 for one argument.
func BadArgument(argument, reason, help string) string {
	return fmt.Sprintf(`{"details":[{"argument_name":%q,"help_message":%q,"reason":%q}],`+
		`"message":"invalid argument(s)","type":"invalid_arguments"}`, argument, help, reason)
}

// NameTaken is the body of the 400 for the name and path of another secret.
func NameTaken() string {
	return BadArgument("name", "format", "cannot have same secret name in same path")
}

// Strike makes a fault strike every call.
func (f Fixture) Strike(t *testing.T, kind fault.Kind) {
	t.Helper()
	require.NoError(t, f.SetFaults(fault.Faults{Rules: []fault.Rule{{Fault: kind}}}))
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

// Denied is the body of a 403 for an action on a secret.
func Denied(action string) string {
	return `{"details":[{"action":"` + action + `","resource":"secret"}],"message":"insufficient permissions",` +
		`"type":"permissions_denied"}`
}

// Unusable is the body of a 412 for something that is deleted or disabled.
func Unusable(help string) string {
	return `{"help_message":"` + help + `","message":"precondition is not respected",` +
		`"precondition":"resource_not_usable","type":"precondition_failed"}`
}

// Package emutest serves emulators to tests and calls them. Only tests import it.
package emutest

import (
	"net/http/httptest"
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

// Strike makes a fault strike every call.
func (f Fixture) Strike(t *testing.T, kind fault.Kind) {
	t.Helper()
	require.NoError(t, f.SetFaults(fault.Faults{Rules: []fault.Rule{{Fault: kind}}}))
}

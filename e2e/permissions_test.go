package e2e

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/emulator"
)

// Conditions on the folder /shop, as a policy of Scaleway's IAM has them: one for reading values, and one under which lists
// work, which ask about no secret in particular.
const (
	inFolder       = `resource.name.startsWith("/shop/")`
	inFolderOrList = inFolder + ` || !has(resource.id)`
)

// TestWhatEachPermissionProfileLetsTheOperatorSync holds the operator's columns of the table in docs/paths.md. The operator
// lists before it reads, so that a key which may only read values, or whose condition refuses lists, syncs nothing.
func TestWhatEachPermissionProfileLetsTheOperatorSync(t *testing.T) {
	access := []emulator.PermissionSet{emulator.SecretManagerSecretAccess}
	read := []emulator.PermissionSet{emulator.SecretManagerReadOnly}
	grant := func(sets []emulator.PermissionSet, condition string) emulator.Grant {
		return emulator.Grant{Projects: []string{project}, PermissionSets: sets, Condition: condition}
	}
	lab := newLab(t)
	lab.scaleway.put(t, "/shop", "a", canary+"a")
	lab.scaleway.put(t, "/shop", "o", canary+"o")
	lab.scaleway.put(t, "/other", "a", canary+"other")
	both := map[string]string{"A": canary + "a", "O": canary + "o"}
	for _, test := range []struct {
		name   string
		grants []emulator.Grant
		own    map[string]string // what is synced of the folder; nil for nothing
		others bool              // whether another folder can be read
	}{
		{"access-only", []emulator.Grant{grant(access, "")}, nil, false},
		{"read-only", []emulator.Grant{grant(read, "")}, nil, false},
		{"both", []emulator.Grant{grant(read, ""), grant(access, "")}, both, true},
		{"both-in-folder", []emulator.Grant{grant(read, inFolder), grant(access, inFolder)}, nil, false},
		{"lists-everywhere", []emulator.Grant{grant(read, inFolderOrList), grant(access, inFolder)}, both, false},
		{"read-everywhere", []emulator.Grant{grant(read, ""), grant(access, inFolder)}, both, false},
		{"other-project", []emulator.Grant{{Projects: []string{productionProject}, PermissionSets: append(read, access...)}}, nil, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			lab.applyProfile(t, test.name, test.grants)
			lab.applyExternalSecret(t, test.name, test.name, sources{
				data:     []string{required("A", "/shop", "a")},
				dataFrom: []string{optional("O", "/shop", "o")},
			})
			lab.applyExternalSecret(t, test.name+"-other", test.name, sources{data: []string{required("A", "/other", "a")}})
			lab.expectOutcome(t, test.name, test.own)
			other := map[string]string{"A": canary + "other"}
			if !test.others {
				other = nil
			}
			lab.expectOutcome(t, test.name+"-other", other)
		})
	}
}

// expectOutcome expects data, or a failure without any where there is none.
func (l *lab) expectOutcome(t *testing.T, name string, data map[string]string) {
	t.Helper()
	if data != nil {
		l.expectSynced(t, name, data)
		return
	}
	l.expectFailed(t, name, nil)
}

// applyProfile applies a SecretStore with an API key of its own. The operator calls it ready whatever the key may do.
func (l *lab) applyProfile(t *testing.T, name string, grants []emulator.Grant) {
	t.Helper()
	key, err := l.scaleway.AddKey(grants...)
	require.NoError(t, err)
	shared.Apply(t, fmt.Appendf(nil, `
apiVersion: v1
kind: Secret
metadata: {name: %[1]s-credentials, namespace: %[2]s}
stringData: {access-key: %[3]s, secret-key: %[4]s}
---
apiVersion: external-secrets.io/v1
kind: SecretStore
metadata: {name: %[1]s, namespace: %[2]s}
spec:
  provider:
    scaleway:
      region: fr-par
      projectId: %[5]s
      apiUrl: %[6]s
      accessKey: {secretRef: {name: %[1]s-credentials, key: access-key}}
      secretKey: {secretRef: {name: %[1]s-credentials, key: secret-key}}
`, name, l.namespace, key.AccessKey, key.SecretKey, project, l.scaleway.url))
	await(t, "SecretStore "+name+" to be ready", func(ctx context.Context) (bool, string, error) {
		ready, _, err := l.ready(ctx, "secretstores", name)
		return ready == "True", ready, err
	})
}

package e2e

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"cloison.dev/cloison/internal/emulator"
)

// Conditions on the folder /shop, as a policy of Scaleway's IAM has them: one for a secret of the folder, and one under
// which lists work too, which ask about no secret in particular.
const (
	inFolder       = `resource.name.startsWith("/shop/")`
	inFolderOrList = inFolder + ` || !has(resource.id)`
)

// profile is an API key of the table in docs/paths.md.
type profile struct {
	// row is the text of its row there.
	row string
	// rules are those of its policy, in a seed.
	rules []string
	// expires is when the key did; empty for never.
	expires string
	// confined says that it reads no other folder.
	confined bool
}

// rule is one of a policy in a seed.
func rule(project, condition string, sets ...string) string {
	return fmt.Sprintf("{permissionSets: [%s], projects: [%s], condition: '%s'}", strings.Join(sets, ", "),
		project, condition)
}

func profiles() []profile {
	const access, read = "SecretManagerSecretAccess", "SecretManagerReadOnly"
	return []profile{
		{row: "SecretAccess only", rules: []string{rule(project, "", access)}, confined: true},
		{row: "ReadOnly only", rules: []string{rule(project, "", read)}, confined: true},
		{row: "ReadOnly and SecretAccess", rules: []string{rule(project, "", read, access)}},
		{row: "ReadOnly and SecretAccess, both with *folder*", rules: []string{rule(project, inFolder, read, access)},
			confined: true},
		{
			row:   "ReadOnly with *folder or lists*, SecretAccess with *folder*",
			rules: []string{rule(project, inFolderOrList, read), rule(project, inFolder, access)}, confined: true,
		},
		{
			row:   "ReadOnly, SecretAccess with *folder*",
			rules: []string{rule(project, "", read), rule(project, inFolder, access)}, confined: true,
		},
		{row: "FullAccess", rules: []string{rule(project, "", "SecretManagerFullAccess")}},
		{row: "of another project", rules: []string{rule(productionProject, "", read, access)}, confined: true},
		{row: "expired", rules: []string{rule(project, "", read, access)}, expires: "2020-01-01T00:00:00Z",
			confined: true},
	}
}

// TestWhatEachPermissionProfileLetsTheOperatorSync holds the operator's columns of the table in docs/paths.md. The
// operator lists before it reads, so that a key which may only read values, or whose condition refuses lists, syncs
// nothing.
func TestWhatEachPermissionProfileLetsTheOperatorSync(t *testing.T) {
	rows := operatorColumns(t)
	require.Len(t, rows, len(profiles()))
	lab := newLab(t)
	lab.scaleway.put(t, "/shop", "a", canary+"a")
	lab.scaleway.put(t, "/other", "a", canary+"other")
	for i, p := range profiles() {
		t.Run(p.row, func(t *testing.T) {
			name := fmt.Sprintf("profile-%d", i)
			lab.applyProfile(t, name, p)
			path, find, other := name+"-path", name+"-find", name+"-other"
			lab.applyExternalSecret(t, path, name, sources{data: []string{required("A", "/shop", "a")}})
			lab.applyExternalSecret(t, find, name, sources{dataFrom: []string{optional("A", "/shop", "a")}})
			lab.applyExternalSecret(t, other, name, sources{data: []string{required("A", "/other", "a")}})
			const ready = "yes" // applyProfile has waited for it
			got := []string{lab.outcome(t, path), lab.outcome(t, find), ready}
			require.Equal(t, rows[p.row], got)
			if p.confined {
				require.Equal(t, "no", lab.outcome(t, other), "another folder")
			}
		})
	}
}

// operatorColumns are the cells of the operator's columns, by the first cell of the row.
func operatorColumns(t *testing.T) map[string][]string {
	t.Helper()
	text, err := os.ReadFile("../docs/paths.md")
	require.NoError(t, err)
	_, table, found := strings.Cut(string(text), "| operator: `path:` | operator: `find` (optional "+
		"keys) | SecretStore Ready |\n")
	require.True(t, found, "the table of permissions")
	table, _, _ = strings.Cut(table, "\n\n")
	rows := map[string][]string{}
	for _, line := range strings.Split(table, "\n")[1:] {
		cells := strings.Split(strings.Trim(line, "| "), " | ")
		require.Len(t, cells, 7, line)
		rows[cells[0]] = cells[4:]
	}
	return rows
}

// outcome waits until the operator is done with an ExternalSecret, and reports whether there is a Secret then.
func (l *lab) outcome(t *testing.T, name string) string {
	t.Helper()
	await(t, "ExternalSecret "+name+" to be served", func(ctx context.Context) (bool, string, error) {
		ready, _, err := l.ready(ctx, "externalsecrets", name)
		return ready != "", "Ready=" + ready, err
	})
	secrets, err := shared.Clientset.CoreV1().Secrets(l.namespace).List(t.Context(),
		metav1.ListOptions{FieldSelector: "metadata.name=" + name})
	require.NoError(t, err)
	if len(secrets.Items) == 0 {
		return "no"
	}
	require.Contains(t, secrets.Items[0].Data, "A")
	return "yes"
}

// applyProfile applies a SecretStore with the profile's API key. The operator calls it ready whatever the key may do.
func (l *lab) applyProfile(t *testing.T, name string, p profile) {
	t.Helper()
	expires := ""
	if p.expires != "" {
		expires = ", expiresAt: " + p.expires
	}
	seed, err := emulator.ReadSeed(fmt.Appendf(nil, `
project: %[1]s
applications: [{name: %[2]s}]
policies: [{name: %[2]s, application: %[2]s, rules: [%[3]s]}]
keys: [{name: %[2]s, application: %[2]s%[4]s}]
`, project, name, strings.Join(p.rules, ", "), expires))
	require.NoError(t, err)
	require.NoError(t, l.scaleway.Load(seed))
	key, found := l.scaleway.KeyNamed(name)
	require.True(t, found)
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

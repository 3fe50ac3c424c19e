package cli_test

import (
	"bytes"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/cli"
	"cloison.dev/cloison/internal/emulator"
)

const (
	project      = "3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90"
	otherProject = "e4f7a2d3-91c8-4d06-b5fe-27a6c0918d35"
)

// profiles are the API keys of the table in docs/paths.md, by the text of their row: the rules of their policy, in a
// seed.
func profiles() map[string]string {
	const (
		folder = `resource.name.startsWith("/shop/")`
		lists  = folder + ` || !has(resource.id)`
	)
	rule := func(condition string, sets ...string) string {
		return fmt.Sprintf("{permissionSets: [%s], projects: [%s], condition: '%s'}", strings.Join(sets, ", "), project,
			condition)
	}
	const access, read = "SecretManagerSecretAccess", "SecretManagerReadOnly"
	elsewhere := strings.ReplaceAll(rule("", read, access), project, otherProject)
	return map[string]string{
		"SecretAccess only":                                           rule("", access),
		"ReadOnly only":                                               rule("", read),
		"ReadOnly and SecretAccess":                                   rule("", read, access),
		"ReadOnly and SecretAccess, both with *folder*":               rule(folder, read, access),
		"ReadOnly with *folder or lists*, SecretAccess with *folder*": rule(lists, read) + ", " + rule(folder, access),
		"ReadOnly, SecretAccess with *folder*":                        rule("", read) + ", " + rule(folder, access),
		"FullAccess":                                                  rule("", "SecretManagerFullAccess"),
		"of another project":                                          elsewhere,
		"expired":                                                     rule("", read, access),
	}
}

// TestTheTableOfPermissionsIsTrue holds the columns of Cloison in docs/paths.md against the emulator. Those of External
// Secrets Operator are held by e2e, which has the operator.
func TestTheTableOfPermissionsIsTrue(t *testing.T) {
	rows := permissionRows(t)
	all := profiles()
	require.Len(t, rows, len(all), "rows of the table")
	for name, cells := range rows {
		rules, known := all[name]
		require.True(t, known, "the row %q is no profile of this test", name)
		t.Run(name, func(t *testing.T) {
			expires := ""
			if name == "expired" {
				expires = ", expiresAt: 2020-01-01T00:00:00Z"
			}
			asScaleway(t, fmt.Sprintf(`
project: %s
applications: [{name: checks}]
policies: [{name: checks, application: checks, rules: [%s]}]
keys: [{name: checks, application: checks%s}]
secrets:
- {path: /shop, name: a, values: ['{"x": "canary"}']}
- {path: /other, name: a, values: [canary]}
`, project, rules, expires))
			got := []string{
				observed(t, "{keys: [A], path: /shop}"),
				observed(t, "{keys: [A], path: /shop}", "--revisions"),
				observed(t, "{map: {A: {secret: a, property: x}}, path: /shop}"),
			}
			assert.Equal(t, cells, got, "list, revisions, properties")
		})
	}
}

// permissionRows are the cells of Cloison's columns, by the first cell.
func permissionRows(t *testing.T) map[string][]string {
	t.Helper()
	text, err := os.ReadFile("../../docs/paths.md")
	require.NoError(t, err)
	_, table, found := strings.Cut(string(text),
		"| API key | Cloison: list | Cloison: revisions | Cloison: properties |")
	require.True(t, found, "the table of permissions")
	table, _, _ = strings.Cut(table, "\n\n")
	rows := map[string][]string{}
	for _, line := range strings.Split(table, "\n")[2:] {
		cells := strings.Split(strings.Trim(line, "| "), " | ")
		require.Len(t, cells, 7, line)
		rows[cells[0]] = cells[1:4]
	}
	return rows
}

// asScaleway makes the environment name an emulator with the seed, and the first of its keys.
func asScaleway(t *testing.T, text string) {
	t.Helper()
	seed, err := emulator.ReadSeed([]byte(text))
	require.NoError(t, err)
	server := emulator.New(emulator.Config{})
	require.NoError(t, server.Load(seed))
	served := httptest.NewServer(server)
	t.Cleanup(served.Close)
	key, found := server.KeyNamed("checks")
	require.True(t, found)
	t.Setenv("SCW_API_URL", served.URL)
	t.Setenv("SCW_ACCESS_KEY", key.AccessKey)
	t.Setenv("SCW_SECRET_KEY", key.SecretKey)
}

var errorCode = regexp.MustCompile(`(?m)^error (CLS-I\d+) `)

// observed is what cloison inventory makes of a secret group: "yes", or "no" with the codes of its errors.
func observed(t *testing.T, group string, flags ...string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "segregation.yaml")
	text := fmt.Sprintf(`
apiVersion: cloison.dev/v1alpha1
kind: Segregation
metadata: {name: shop, annotations: {config.kubernetes.io/local-config: "true"}}
spec:
  scaleway: {region: fr-par, projectID: %s}
  components: {backend: {secrets: %s}}
`, project, group)
	require.NoError(t, os.WriteFile(name, []byte(text), 0o600))
	var stdout, stderr bytes.Buffer
	code := cli.Run(append([]string{"cloison", "inventory", "-f", name}, flags...), strings.NewReader(""), &stdout,
		&stderr)
	assert.NotContains(t, stdout.String()+stderr.String(), "canary")
	switch code {
	case 0:
		assert.Contains(t, stdout.String(), "path: /shop")
		return "yes"
	case 3:
		assert.Empty(t, stdout.String())
		var codes []string
		for _, match := range errorCode.FindAllStringSubmatch(stderr.String(), -1) {
			codes = append(codes, match[1])
		}
		slices.Sort(codes)
		return "no: " + strings.Join(slices.Compact(codes), ", ")
	}
	t.Fatalf("exit code %d: %s", code, stderr.String())
	return ""
}

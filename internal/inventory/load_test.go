package inventory_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/inventory"
	"cloison.dev/cloison/internal/strict"
)

// good is an Inventory whose secret stands on lines 10 to 16.
const good = `apiVersion: cloison.dev/v1alpha1
kind: Inventory
metadata: {name: shop}
spec:
  folders:
  - region: fr-par
    projectID: 3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90
    path: /shop
    secrets:
    - name: token
      revision: 3
      enabled: [1, 3]
      type: key_value
      contents:
      - revision: 3
        properties: [user, password]
`

func TestProjectsComeInLowerCase(t *testing.T) {
	upper := strings.ReplaceAll(good, project, strings.ToUpper(project))
	assert.Equal(t, accepted(t, good), accepted(t, upper))
}

func TestOneProblem(t *testing.T) {
	const again = "; fix: write the Inventory again with cloison inventory"
	secret := "spec.folders[0].secrets[0]"
	cases := []struct{ name, old, replacement, want string }{
		{"another version", "v1alpha1", "v9", `apiVersion: "cloison.dev/v9" must be cloison.dev/v1alpha1` + again +
			" (input line 1)"},
		{"another kind", "kind: Inventory", "kind: inventory",
			`kind: "inventory" must be Inventory` + again + " (input line 2)"},
		{"no name", "{name: shop}", "{}", "metadata.name: must be given" + again + " (input line 3)"},
		{"a region that cannot be", "fr-par", "paris",
			`spec.folders[0].region: "paris" must be a Scaleway region such as fr-par, nl-ams or pl-waw` + again +
				" (input line 6)"},
		{"a project that is no UUID", project, "shop",
			`spec.folders[0].projectID: "shop" must be the UUID of a Scaleway project` + again + " (input line 7)"},
		{"a relative path", "/shop", "shop",
			`spec.folders[0].path: "shop" must be an absolute path such as /production/shop, without a slash at the end` + again + " (input line 8)"},
		{"a slash at the end", "/shop", "/shop/",
			`spec.folders[0].path: "/shop/" must be an absolute path such as ` +
				`/production/shop, without a slash at the end` + again + " (input line 8)"},
		{"a path that goes up", "/shop", "/shop/..",
			`spec.folders[0].path: "/shop/.." must be an absolute path such as ` +
				`/production/shop, without a slash at the end` + again + " (input line 8)"},
		{"a name with a slash", "token", "a/b",
			secret + `.name: "a/b" must be the name of a Scaleway secret: letters, digits, underscores, dots and dashes` + again + " (input line 10)"},
		{"no type", "type: key_value", "deletionRequestedAt: \"2026-01-31T08:00:00Z\"",
			secret + ".type: must be given" + again + " (input line 10)"},
		{"a negative revision", "revision: 3\n      enabled: [1, 3]", "revision: -1\n      enabled: []",
			secret + ".revision: -1 must be at least 0" + again + " (input line 11)"},
		{"half a revision", "revision: 3\n      e", "revision: 3.5\n      e",
			secret + `.revision: must be a whole number, got the number 3.5 (input line 11)`},
		{"a revision in another notation", "revision: 3\n      e", "revision: 0x3\n      e",
			secret + `.revision: must be a whole number, got the number 0x3 (input line 11)`},
		{"enabled revisions that do not ascend", "[1, 3]", "[3, 3]",
			secret + ".enabled[1]: 3 must be more than 3: revisions ascend from 1" + again + " (input line 12)"},
		{"a revision that was never made", "[1, 3]", "[1, 4]",
			secret + ".enabled[1]: 4 must be at most 3, the secret's newest revision" + again + " (input line 12)"},
		{"content of a revision that was never made", "- revision: 3", "- revision: 4",
			secret + ".contents[0].revision: 4 must be at most 3, the secret's newest revision" + again +
				" (input line 15)"},
		{"a property twice", "[user, password]", "[user, user]",
			secret + `.contents[0].properties[1]: property "user" must not be given twice` + again +
				" (input line 16)"},
		{"a policy with a value that was read", "type: key_value", "type: key_value\n      ephemeral: {action: delete}",
			secret + ".contents[0]: must not be there: the value of a secret with an ephemeral policy is never read" +
				again + " (input line 16)"},
		{"an unknown field", "type:", "value: hunter2\n      type:",
			secret + `.value: unknown field "value"; must be one of name, revision, enabled, type, contents, ` +
				`ephemeral, deletionRequestedAt; fix: remove it (input line 13)`},
		{"another case", "type:", "Type:",
			secret + `.Type: unknown field "Type"; names are case-sensitive; fix: write "type" (input line 13)`},
		{"a field twice", "type:", "type: a\n      type:",
			secret + `.type: field "type" is given twice (again on line 14); must be given once; fix: keep ` +
				`one of the two (input line 13)`},
		{"a number for a text", "name: token", "name: 123",
			secret + `.name: must be text, got the number 123; fix: put it in quotes: "123" (input line 10)`},
		{"an object for a list", "    secrets:\n    - name", "    secrets:\n      a:\n       b: c\n    x:\n    - name",
			""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			require.Contains(t, good, c.old)
			loaded, findings := load(t, strings.Replace(good, c.old, c.replacement, 1))
			require.Nil(t, loaded)
			require.NotEmpty(t, findings)
			if c.want == "" {
				return
			}
			require.Len(t, findings, 1, "%v", findings)
			name := " shop "
			if c.name == "no name" {
				name = " "
			}
			assert.Equal(t, "error CLS-I015 Inventory"+name+c.want, findings[0].String())
		})
	}
}

func TestAllProblemsAtOnce(t *testing.T) {
	loaded, findings := load(t, `apiVersion: cloison.dev/v1alpha1
kind: Inventory
metadata: {name: Shop}
spec:
  projects:
  - {region: fr-par, projectID: 3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90, secrets: -1}
  - {region: fr-par, projectID: 3A1F0C52-8D0E-4C0E-9A53-0F2B7C4D1E90, secrets: two}
  folders:
  - path: /shop
    secrets:
    - {name: a, revision: 1, type: opaque, ephemeral: {timeToLive: soon, action: explode}}
    - {name: a, revision: 1, type: opaque, deletionRequestedAt: yesterday, enabled: }
`)
	assert.Nil(t, loaded)
	var lines []string
	for _, f := range findings {
		assert.Equal(t, finding.InventoryInvalid, f.Code)
		assert.Equal(t, finding.Error, f.Severity)
		assert.Equal(t, finding.Object{APIVersion: "cloison.dev/v1alpha1", Kind: "Inventory", Name: "Shop"}, f.Object)
		lines = append(lines, f.Field.String()+": "+f.Message)
	}
	assert.Equal(t, []string{
		`metadata.name: "Shop" must be a DNS label: at most 63 lower-case letters, digits and dashes, with a ` +
			`letter or digit at both ends`,
		`spec.projects[0].secrets: -1 must be at least 0`,
		`spec.projects[1]: project "3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90" in "fr-par" must not be given ` +
			`twice: spec.projects[0] has it`,
		`spec.projects[1].secrets: must be a whole number, got a text`,
		`spec.folders[0].projectID: must be given`,
		`spec.folders[0].region: must be given`,
		`spec.folders[0].secrets[0].ephemeral.action: "explode" must be delete or disable`,
		`spec.folders[0].secrets[0].ephemeral.timeToLive: "soon" must be a span of time above zero, such as 1h0m0s`,
		`spec.folders[0].secrets[1].deletionRequestedAt: "yesterday" must be a time in the form of RFC 3339, ` +
			`such as 2026-01-31T08:00:00Z`,
		`spec.folders[0].secrets[1].enabled: must be a list, got nothing`,
		`spec.folders[0].secrets[1].name: secret "a" must not be given twice: spec.folders[0].secrets[0] has it`,
	}, lines)
}

func TestAnInventoryThatIsNoObject(t *testing.T) {
	loaded, findings := load(t, "[]")
	assert.Nil(t, loaded)
	require.Len(t, findings, 1)
	assert.Equal(t, "must be an object with fields apiVersion, kind, metadata, spec, got a list", findings[0].Message)
}

func TestLinesAndValuesAreBounded(t *testing.T) {
	_, findings := inventory.Load(parse(t, strings.Replace(good, "token", strings.Repeat("/", 10_000), 1)),
		strict.Origin{File: "inventory.yaml", FirstLine: 11})
	require.Len(t, findings, 1)
	assert.Equal(t, 20, findings[0].Line)
	assert.Equal(t, "inventory.yaml", findings[0].File)
	assert.Less(t, len(findings[0].String()), 500)

	_, findings = inventory.Load(parse(t, strings.Replace(good, "fr-par", "x", 1)), strict.Origin{})
	require.Len(t, findings, 1)
	assert.Zero(t, findings[0].Line, "lines of a rewritten text mean nothing")
}

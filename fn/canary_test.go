package fn_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/fn"
)

// canary stands for the value of a secret. No part of it may be repeated.
const canary = "c4n4ry-pa55w0rd"

const canaryKey = "SCWC4N4RY00000000000" // the form of a Scaleway access key

const canaryUUID = "c4n4ry00-2222-3333-4444-555555555555"

// withSpec is a list with a Segregation with the given components.
func withSpec(components string) string {
	return "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n- apiVersion: cloison.dev/v1alpha1\n  " +
		"kind: Segregation\n" +
		"  metadata: {name: shop, annotations: {config.kubernetes.io/local-config: \"true\"}}\n  spec:\n" +
		"    scaleway: {region: fr-par, projectID: 3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90}\n    components:\n      " +
		"a:\n        " +
		strings.ReplaceAll(strings.TrimSpace(components), "\n", "\n        ") + "\n"
}

// inventoryOf is a list with a Segregation and an Inventory whose only folder has one entry.
func inventoryOf(secret string) string {
	return withSpec("{}") + `- apiVersion: cloison.dev/v1alpha1
  kind: Inventory
  metadata: {name: shop, annotations: {config.kubernetes.io/local-config: "true"}}
  spec:
    folders:
    - region: fr-par
      projectID: 3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90
      path: /shop-a
      secrets:
      - ` + secret + "\n"
}

const ownNamespace = "  metadata:\n    name: shop-a\n    labels: {app.kubernetes.io/managed-by: cloison, " +
	"cloison.dev/segregation: shop"

// canaries are inputs that hold the value of a secret at some place, most of them at a wrong one.
var canaries = map[string]string{
	"a Secret twice": withSpec("{}") + strings.Repeat("- apiVersion: v1\n  kind: Secret\n  metadata: "+
		"{name: a}\n  stringData: {password: CANARY}\n", 2),
	"a Secret that clashes": withSpec("{}") + "- apiVersion: v1\n  kind: ServiceAccount\n  metadata: {name: " +
		"default, namespace: shop-a}\n  secrets: [{name: CANARY}]\n",
	"an annotation": withSpec("{}") + "- apiVersion: v1\n  kind: Namespace\n  metadata: {name: shop-a, " +
		"annotations: {last: CANARY}}\n",
	"an unterminated quote": withSpec("{}") + "- kind: Secret\n  stringData:\n    password: \"CANARY\n",
	"an alias":              withSpec("{}") + "- kind: Secret\n  stringData:\n    password: *CANARY\n",
	"an anchor":             withSpec("{}") + "- kind: Secret\n  stringData:\n    password: &CANARY\n   x: 1\n",
	"a tag":                 withSpec("{}") + "- kind: Secret\n  stringData:\n    password: !CANARY!x y\n",
	"a long tag":            withSpec("{}") + "- kind: Secret\n  data:\n    password: !!int CANARY\n  - x\n",
	"a block":               withSpec("{}") + "- kind: Secret\n  stringData:\n    password: |CANARY\n",
	"a flow":                withSpec("{}") + "- kind: Secret\n  stringData: {password: CANARY\n",
	"a key with a colon":    withSpec("{}") + "- kind: Secret\n  stringData:\n    password: CANARY: x: y\n",
	"a percent sign":        withSpec("{}") + "- kind: Secret\n  stringData:\n    password: %CANARY\n",
	"an at sign":            withSpec("{}") + "- kind: Secret\n  stringData:\n    password: @CANARY\n",
	"a backquote":           withSpec("{}") + "- kind: Secret\n  stringData:\n    password: `CANARY`\n",
	"an escape":             withSpec("{}") + "- kind: Secret\n  stringData:\n    password: \"\\CANARY\"\n",
	"a control character":   withSpec("{}") + "- kind: Secret\n  stringData:\n    password: \"CANARY\x01\"\n",
	"not UTF-8":             withSpec("{}") + "- kind: Secret\n  stringData:\n    password: \"CANARY\xff\"\n",
	"an item":               withSpec("{}") + "- CANARY\n",
	"a document":            "CANARY",
	"a document of lists":   "- CANARY\n",
	"an environment file":   "PASSWORD=CANARY\n",
	"a second document":     withSpec("{}") + "---\nCANARY\n",
	"the functionConfig":    withSpec("{}") + "functionConfig: CANARY\n",
	"a ConfigMap's data": withSpec("{}") + "functionConfig:\n  apiVersion: v1\n  kind: ConfigMap\n  data: " +
		"{password: CANARY}\n",
	"another functionConfig": withSpec("{}") + "functionConfig:\n  apiVersion: v1\n  kind: Secret\n  stringData: " +
		"{password: CANARY}\n",
	"credentials":             withSpec("secrets: {keys: [A], credentials: CANARY}"),
	"credentials by name":     withSpec("secrets: {keys: [A], credentials: {name: \"CANARY!\"}}"),
	"an access key":           withSpec("secrets: {keys: [A], credentials: {accessKey: " + canaryKey + "}}"),
	"an access key as a name": withSpec("secrets: {keys: [A], credentials: {name: " + canaryKey + "}}"),
	"an access key alone":     withSpec("secrets: {keys: [A], credentials: " + canaryKey + "}"),
	"a secret key": withSpec("secrets: {keys: [A], credentials: {secretKey: " +
		"c4a4ee00-2222-3333-4444-555555555555}}"),
	"a secret key, malformed": withSpec("secrets: {keys: [A], credentials: {secretKey: \"" + canaryUUID + " \"}}"),
	"both keys the same":      withSpec("secrets: {keys: [A], credentials: {accessKey: CANARY, secretKey: CANARY}}"),
	"an unknown credential":   withSpec("secrets: {keys: [A], credentials: {token: CANARY}}"),
	"a key with its value":    withSpec("secrets: {keys: [\"PASSWORD=CANARY\"]}"),
	"keys with their values":  withSpec("secrets: {keys: {PASSWORD: CANARY}}"),
	"a value like a name": withSpec("secrets: {keys: [\"c4n4ry pa55w0rd\"], map: {PASSWORD: {secret: " +
		"c4n4ry/pa55w0rd}}, extract: [/c4n4ry]}"),
	"a key with a value":         withSpec("secrets: {keys: [{PASSWORD: CANARY}]}"),
	"keys as text":               withSpec("secrets: {keys: CANARY}"),
	"keys that look alike":       withSpec("secrets: {keys: [\"CANARY:x\", \"CANARY:x\"]}"),
	"an optional key":            withSpec("secrets: {optionalKeys: [\"PASSWORD: CANARY\"]}"),
	"a map with values":          withSpec("secrets: {map: {PASSWORD: CANARY}}"),
	"a source with a value":      withSpec("secrets: {map: {PASSWORD: {secret: \"CANARY=\"}}}"),
	"a source with another name": withSpec("secrets: {map: {PASSWORD: {secret: a, value: CANARY}}}"),
	"a version":                  withSpec("secrets: {map: {PASSWORD: {secret: a, version: CANARY}}}"),
	"an extracted secret":        withSpec("secrets: {extract: [\"postgres://u:CANARY@db\"]}"),
	"a group":                    withSpec("secrets: CANARY"),
	"a group of values":          withSpec("secrets: {PASSWORD: CANARY}"),
	"groups":                     withSpec("secretGroups: {payment: CANARY}"),
	"a list of groups":           withSpec("secretGroups: [CANARY]"),
	"a component":                strings.Replace(withSpec("{}"), "{}", "CANARY", 1),
	"an unknown field":           withSpec("env: {PASSWORD: CANARY}"),
	"a merge":                    withSpec("<<: {PASSWORD: CANARY}"),
	"a URL with a password": strings.Replace(withSpec("{}"), "region: fr-par", "region: fr-par, apiURL: "+
		"\"https://u:CANARY@scw\"", 1),
	"a URL with a token": strings.Replace(withSpec("{}"), "region: fr-par", "region: fr-par, apiURL: "+
		"\"https://scw?token=CANARY\"", 1),
	"a URL that is none": strings.Replace(withSpec("{}"), "region: fr-par", "region: fr-par, apiURL: "+
		"\"https://u:CANARY%zz@scw\"", 1),
	"an Inventory with a value": inventoryOf("{name: a, revision: 1, type: opaque, value: CANARY}"),
	"an Inventory of values":    inventoryOf("{a: CANARY}"),
	"an Inventory of text":      inventoryOf("CANARY"),
	"an Inventory that is none": withSpec("{}") + "- apiVersion: cloison.dev/v1alpha1\n  kind: Inventory\n  " +
		"metadata: {name: shop}\n  spec: CANARY\n",
	"a field of our own object": withSpec("{}") + "- apiVersion: v1\n  kind: Namespace\n" + ownNamespace +
		"}\n  spec: CANARY\n",
	"a malformed own object": withSpec("{}") + "- apiVersion: v1\n  kind: Namespace\n" + ownNamespace +
		"}\n  spec: [{a: CANARY}]\n",
	"a difference": strings.Replace(withSpec("{}"), "local-config: \"true\"", "local-config: \"true\", "+
		"cloison.dev/mode: validate", 1) +
		"- apiVersion: v1\n  kind: ServiceAccount\n  metadata: {name: default, namespace: shop-a}\n  " +
		"automountServiceAccountToken: CANARY\n",
}

func TestNoSecretIsRepeated(t *testing.T) {
	failed := 0
	for name, input := range canaries {
		t.Run(name, func(t *testing.T) {
			input := strings.ReplaceAll(input, "CANARY", canary)
			outcome := fn.Run([]byte(input))
			if outcome.Failed() {
				failed++
			}
			for _, f := range outcome.Findings {
				requireNoCanary(t, f.String())
			}
			_, results, _ := strings.Cut(string(outcome.Output), "\nresults:\n")
			requireNoCanary(t, results)
		})
	}
	assert.Equal(t, 61, failed, "how many of these are refused is part of the test")
}

func requireNoCanary(t *testing.T, text string) {
	t.Helper()
	lower := strings.ToLower(text)
	for _, part := range []string{"c4n4ry", "pa55w0rd", "c4a4ee"} {
		require.NotContains(t, lower, part)
	}
}

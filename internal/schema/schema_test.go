package schema_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/cluster"
	"cloison.dev/cloison/internal/spec"
)

func TestTheSchemaSaysWhatItIs(t *testing.T) {
	object := schemaObject(t)
	assert.Equal(t, "https://json-schema.org/draft/2020-12/schema", object["$schema"])
	assert.Equal(t, schemaURL, object["$id"])
	assert.Equal(t, "Segregation (cloison.dev/v1alpha1)", object["title"])
	compile(t)
}

// TestObjectsAreClosed: a misspelt field is the mistake that editors are best at.
func TestObjectsAreClosed(t *testing.T) {
	eachType(t, func(name string, object map[string]any) {
		if _, isObject := object["properties"]; isObject {
			assert.Equal(t, false, object["additionalProperties"], name)
		}
	})
}

func TestEveryTypeAndFieldIsDescribedForPeople(t *testing.T) {
	types := map[string]map[string]any{}
	eachType(t, func(name string, object map[string]any) {
		types[name] = object
		checkDescription(t, name, object["description"])
	})
	for name, object := range types {
		properties, _ := object["properties"].(map[string]any)
		for field, property := range properties {
			property := property.(map[string]any)
			description := property["description"]
			if ref, isRef := property["$ref"].(string); isRef && description == nil {
				description = types[strings.TrimPrefix(ref, "#/$defs/")]["description"]
			}
			checkDescription(t, name+"."+field, description)
		}
	}
}

var sentenceEnd = regexp.MustCompile(`[.] |[.]$`)

func checkDescription(t *testing.T, name string, description any) {
	t.Helper()
	text, _ := description.(string)
	if !assert.NotEmpty(t, text, name) {
		return
	}
	assert.True(t, strings.HasSuffix(text, "."), "%s: %q must end with a full stop", name, text)
	assert.LessOrEqual(t, len(sentenceEnd.FindAllString(text, -1)), 4, "%s: %q is too long", name, text)
	for _, goism := range []string{"\n", "  ", "json:", "nil", "struct", "ProjectID", "PathPrefix", "SecretGroups",
		"Example:"} {
		assert.NotContains(t, text, goism, name)
	}
}

// leanest is a Segregation that leaves everything out that has a default.
const leanest = `
apiVersion: cloison.dev/v1alpha1
kind: Segregation
metadata: {name: shop}
spec:
  scaleway: {region: fr-par, projectID: 3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90}
  components: {shop: {secrets: {keys: [TOKEN]}}}
`

// TestDefaultsAreThoseOfTheSpec holds the defaults in the schema against those that are filled in.
func TestDefaultsAreThoseOfTheSpec(t *testing.T) {
	loaded, findings := spec.Load(parse(t, leanest), spec.Origin{}, cluster.Kapsule())
	require.NotNil(t, loaded, "%v", findings)
	component := loaded.Spec.Components["shop"]
	filled := map[string]any{
		"Scaleway.pathPrefix":  loaded.Spec.Scaleway.PathPrefix,
		"Sync.engine":          string(loaded.Spec.Sync.Engine),
		"Sync.refreshInterval": string(loaded.Spec.Sync.RefreshInterval),
		"Sync.pollInterval":    string(spec.DefaultPollInterval), "Sync.restart": loaded.Spec.Sync.Restart,
		"Sync.pin":                  loaded.Spec.Sync.Pin,
		"Validation.revisions":      loaded.Spec.Validation.Revisions,
		"Validation.undecided":      string(loaded.Spec.Validation.Undecided),
		"Generated.syncWaves":       loaded.Spec.Generated.SyncWaves,
		"Component.internalTraffic": string(component.InternalTraffic),
		"PodSecurity.enforce":       string(component.PodSecurity.Enforce),
		"PodSecurity.warn":          string(component.PodSecurity.Warn),
		"PodSecurity.audit":         string(component.PodSecurity.Audit),
		"Credentials.accessKey":     component.Secrets.Credentials.AccessKey,
		"Credentials.secretKey":     component.Secrets.Credentials.SecretKey,
		"SecretGroup.secretNames":   string(component.Secrets.SecretNames),
		"SecretGroup.type":          component.Secrets.Type,
		"SharedGroup.secretNames":   string(component.Secrets.SecretNames),
		"SharedGroup.type":          component.Secrets.Type,
		"Source.version":            spec.LatestEnabled,
		"RuntimePod.replicas":       float64(spec.DefaultReplicas),
		"Toleration.operator":       "Equal",
	}
	got := map[string]any{}
	eachType(t, func(name string, object map[string]any) {
		properties, _ := object["properties"].(map[string]any)
		for field, property := range properties {
			if value, has := property.(map[string]any)["default"]; has {
				got[name+"."+field] = value
			}
		}
	})
	assert.Equal(t, filled, got)
}

// TestWhatIsSaidOfTheRuntimesNeedsTheirEngine: nobody must believe that a port is closed, or a pod bounded, that is not
// there.
func TestWhatIsSaidOfTheRuntimesNeedsTheirEngine(t *testing.T) {
	compiled := compile(t)
	for _, engine := range []string{"", "engine: ExternalSecrets, ", `engine: "", `} {
		for field, accepted := range map[string]bool{
			"metricsFrom: monitoring": false, "pod: {replicas: 1}": false, "pod: {tolerations: [{operator: Exists}]}": false,
			`metricsFrom: ""`: true, "pod: {}": true,
		} {
			text := strings.Replace(leanest, "  components:", "  sync: {"+engine+field+"}\n  components:", 1)
			node := parse(t, text)
			ok, findings := loads(node)
			assert.Equal(t, accepted, ok, "%s: %v", text, findings)
			assert.Equal(t, accepted, compiled.Validate(toJSON(t, node)) == nil, text)
		}
	}
}

// eachType visits the root and all definitions.
func eachType(t *testing.T, visit func(name string, object map[string]any)) {
	t.Helper()
	root := schemaObject(t)
	visit("Segregation", root)
	definitions, _ := root["$defs"].(map[string]any)
	require.NotEmpty(t, definitions)
	names := make([]string, 0, len(definitions))
	for name := range definitions {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		visit(name, definitions[name].(map[string]any))
	}
}

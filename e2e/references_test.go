package e2e

import (
	"testing"

	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/emulator"
)

// TestReferences proves what keys, map and extract of a secret group become.
func TestReferences(t *testing.T) {
	lab := newLab(t)
	lab.scaleway.put(t, "/folder", "json", `{"user":"`+canary+`user","port":5432,"tls":{"on":true}}`)
	lab.scaleway.put(t, "/folder", "versions", canary+"1", canary+"2", canary+"3")
	for _, test := range []struct {
		name string
		from sources
		want map[string]string
	}{
		{
			name: "path",
			from: sources{data: []string{required("K", "/folder", "versions")}},
			want: map[string]string{"K": canary + "3"},
		},
		{
			name: "version",
			from: sources{data: []string{`{secretKey: K, remoteRef: {key: "path:/folder/versions", version: "2"}}`}},
			want: map[string]string{"K": canary + "2"},
		},
		{
			name: "property",
			from: sources{data: []string{
				`{secretKey: USER, remoteRef: {key: "path:/folder/json", property: user}}`,
				`{secretKey: TLS, remoteRef: {key: "path:/folder/json", property: tls.on}}`,
			}},
			want: map[string]string{"USER": canary + "user", "TLS": "true"},
		},
		{
			name: "extract",
			from: sources{dataFrom: []string{`{extract: {key: "path:/folder/json"}}`}},
			want: map[string]string{"user": canary + "user", "port": "5432", "tls": `{"on":true}`},
		},
		{
			name: "data-wins-over-data-from",
			from: sources{
				data:     []string{required("user", "/folder", "versions")},
				dataFrom: []string{`{extract: {key: "path:/folder/json"}}`},
			},
			want: map[string]string{"user": canary + "3", "port": "5432", "tls": `{"on":true}`},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			lab.applyExternalSecret(t, test.name, "store", test.from)
			lab.expectSynced(t, test.name, test.want)
		})
	}
}

// TestTemplateOfMetadataKeepsTheData also shows that the labels of the
// ExternalSecret are not copied when there is a template.
func TestTemplateOfMetadataKeepsTheData(t *testing.T) {
	lab := newLab(t)
	lab.scaleway.put(t, "/folder", "a", canary+"a")
	lab.applyExternalSecret(t, "labelled", "store", sources{data: []string{required("A", "/folder", "a")}})
	secret := lab.expectSynced(t, "labelled", map[string]string{"A": canary + "a"})
	require.Equal(t, "Opaque", string(secret.Type))
	require.Equal(t, "template", secret.Labels["from"])
}

// TestMissingRequiredKey shows that a Secret is written whole or not at all.
func TestMissingRequiredKey(t *testing.T) {
	lab := newLab(t)
	lab.scaleway.put(t, "/folder", "a", canary+"a")
	without := lab.scaleway.put(t, "/folder", "without-enabled-version", canary+"b")
	require.NoError(t, lab.scaleway.SetVersionStatus(without, 1, emulator.Disabled))
	lab.scaleway.put(t, "/folder", "json", `{"user":"`+canary+`user"}`)
	for name, missing := range map[string]string{
		"missing":                 required("B", "/folder", "b"),
		"without-enabled-version": required("B", "/folder", "without-enabled-version"),
		"without-the-property":    `{secretKey: B, remoteRef: {key: "path:/folder/json", property: password}}`,
		"without-the-version":     `{secretKey: B, remoteRef: {key: "path:/folder/a", version: "2"}}`,
	} {
		t.Run(name, func(t *testing.T) {
			lab.applyExternalSecret(t, name, "store", sources{data: []string{required("A", "/folder", "a"), missing}})
			lab.expectFailed(t, name, nil)
			lab.expectEvent(t, name, "error processing spec.data[1] ")
		})
	}
}

// TestRequiredKeyThatGoesAway shows that the last good content stays.
func TestRequiredKeyThatGoesAway(t *testing.T) {
	lab := newLab(t)
	lab.scaleway.put(t, "/folder", "a", canary+"a")
	id := lab.scaleway.put(t, "/folder", "b", canary+"b")
	lab.applyExternalSecret(t, "kept", "store", sources{
		data: []string{required("A", "/folder", "a"), required("B", "/folder", "b")},
	})
	want := map[string]string{"A": canary + "a", "B": canary + "b"}
	lab.expectSynced(t, "kept", want)
	require.NoError(t, lab.scaleway.ScheduleDeletion(id))
	lab.refresh(t, "kept")
	lab.expectFailed(t, "kept", want)
}

// TestStoreOfAnotherController shows that the operator leaves alone the stores of
// engine Cloison and what uses them: it serves a neighbour made later meanwhile.
func TestStoreOfAnotherController(t *testing.T) {
	lab := newLab(t)
	lab.scaleway.put(t, "/folder", "a", canary+"a")
	lab.applyStore(t, "foreign", "cloison")
	from := sources{data: []string{required("A", "/folder", "a")}}
	lab.applyExternalSecret(t, "foreign", "foreign", from)
	lab.applyExternalSecret(t, "own", "store", from)
	lab.expectSynced(t, "own", map[string]string{"A": canary + "a"})
	ready, _, err := lab.ready(t.Context(), "externalsecrets", "foreign")
	require.NoError(t, err)
	require.Empty(t, ready)
	lab.requireNoSecret(t, "foreign")
}

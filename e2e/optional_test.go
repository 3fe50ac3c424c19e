package e2e

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/emulator"
)

// required is the entry of data for a key that must exist.
func required(key, folder, name string) string {
	return fmt.Sprintf(`{secretKey: %s, remoteRef: {key: "path:%s/%s"}}`, key, folder, name)
}

// optional is the entry of dataFrom for a key that may be missing: a search of
// the folder for exactly one name.
func optional(key, folder, name string) string {
	return fmt.Sprintf(`{find: {path: %s, name: {regexp: "^%s$"}}, rewrite: [{regexp: {source: "^%s$", target: %s}}]}`,
		folder, name, name, key)
}

// TestOptionalKeys proves the form that Cloison generates for optionalKeys.
func TestOptionalKeys(t *testing.T) {
	lab := newLab(t)
	scw := lab.scaleway
	for _, test := range []struct {
		name string
		seed func(folder string)
		want map[string]string
	}{
		{
			name: "missing-is-no-error",
			seed: func(string) {},
			want: map[string]string{"A": canary + "a"},
		},
		{
			name: "present-under-its-key",
			seed: func(folder string) { scw.put(t, folder, "sentry-dsn", canary+"dsn") },
			want: map[string]string{"A": canary + "a", "SENTRY_DSN": canary + "dsn"},
		},
		{
			name: "no-other-name-is-taken-for-it",
			seed: func(folder string) {
				scw.put(t, folder, "sentry-dsn-old", canary+"old")
				scw.put(t, folder, "my-sentry-dsn", canary+"my")
				scw.put(t, folder+"/sub", "sentry-dsn", canary+"sub")
			},
			want: map[string]string{"A": canary + "a"},
		},
		{
			name: "without-a-version-is-missing",
			seed: func(folder string) { scw.put(t, folder, "sentry-dsn") },
			want: map[string]string{"A": canary + "a"},
		},
		{
			name: "without-an-enabled-version-is-missing",
			seed: func(folder string) {
				id := scw.put(t, folder, "sentry-dsn", canary+"dsn")
				require.NoError(t, scw.SetVersionStatus(id, 1, emulator.Disabled))
			},
			want: map[string]string{"A": canary + "a"},
		},
		{
			name: "denied-is-missing",
			seed: func(folder string) { scw.deny(scw.put(t, folder, "sentry-dsn", canary+"dsn")) },
			want: map[string]string{"A": canary + "a"},
		},
		{
			name: "several-do-not-disturb-one-another",
			seed: func(folder string) {
				scw.put(t, folder, "sentry-dsn", canary+"dsn")
				scw.put(t, folder, "two", canary+"two")
			},
			want: map[string]string{"A": canary + "a", "SENTRY_DSN": canary + "dsn", "TWO": canary + "two"},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			folder := "/" + test.name
			scw.put(t, folder, "a", canary+"a")
			test.seed(folder)
			from := sources{
				data: []string{required("A", folder, "a")},
				dataFrom: []string{
					optional("SENTRY_DSN", folder, "sentry-dsn"),
					optional("ONE", folder, "one"),
					optional("TWO", folder, "two"),
				},
			}
			lab.applyExternalSecret(t, test.name, "store", from)
			lab.expectSynced(t, test.name, test.want)
		})
	}
}

// TestOptionalKeyOverTime follows one optional key through its life.
func TestOptionalKeyOverTime(t *testing.T) {
	lab := newLab(t)
	scw := lab.scaleway
	scw.put(t, "/folder", "a", canary+"a")
	lab.applyExternalSecret(t, "life", "store", sources{
		data:     []string{required("A", "/folder", "a")},
		dataFrom: []string{optional("SENTRY_DSN", "/folder", "sentry-dsn")},
	})
	without := map[string]string{"A": canary + "a"}
	lab.expectSynced(t, "life", without)

	id := scw.put(t, "/folder", "sentry-dsn", canary+"1")
	lab.refresh(t, "life")
	lab.expectSynced(t, "life", map[string]string{"A": canary + "a", "SENTRY_DSN": canary + "1"})

	_, err := scw.AddVersion(id, emulator.Value(canary+"2"))
	require.NoError(t, err)
	lab.refresh(t, "life")
	with := map[string]string{"A": canary + "a", "SENTRY_DSN": canary + "2"}
	lab.expectSynced(t, "life", with)

	require.NoError(t, scw.SetFaults(emulator.Faults{RateLimitShare: 1}))
	lab.refresh(t, "life")
	lab.expectFailed(t, "life", with) // The search itself failed: nothing changes.
	require.NoError(t, scw.SetFaults(emulator.Faults{}))
	lab.refresh(t, "life")
	lab.expectSynced(t, "life", with)

	scw.deny(id)
	lab.refresh(t, "life")
	lab.expectSynced(t, "life", without) // The operator passes over a value it may not read.

	require.NoError(t, scw.ScheduleDeletion(id))
	lab.refresh(t, "life")
	lab.expectSynced(t, "life", without)
}

// TestOnlyOptionalKeys shows what is left when a group has nothing else.
func TestOnlyOptionalKeys(t *testing.T) {
	lab := newLab(t)
	lab.applyExternalSecret(t, "only", "store", sources{dataFrom: []string{optional("O", "/folder", "o")}})
	lab.expectNothing(t, "only")

	id := lab.scaleway.put(t, "/folder", "o", canary+"o")
	lab.refresh(t, "only")
	lab.expectSynced(t, "only", map[string]string{"O": canary + "o"})

	require.NoError(t, lab.scaleway.ScheduleDeletion(id))
	lab.refresh(t, "only")
	lab.expectSynced(t, "only", map[string]string{"O": canary + "o"}) // deletionPolicy: Retain
}

package paths_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"cloison.dev/cloison/internal/inventory"
)

// held is a group of one component, compared with one folder.
type held struct {
	fields, secrets string
	folder          []string
	want            []string
}

// judgeHeld checks cases against an Inventory.
func judgeHeld(t *testing.T, cases map[string]held) {
	t.Helper()
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			committed := []*inventory.Inventory{inventoryOf(t, folder("/shop-backend", c.folder...))}
			assert.Equal(t, c.want, lines(against(committed, shop(t, c.fields, c.secrets))))
		})
	}
}

func TestSecretsThatKeysAreReadFromMustExist(t *testing.T) {
	judgeHeld(t, map[string]held{
		"all of them do": {
			secrets: "{keys: [DATABASE_URL], map: {CACHE: {secret: redis-url}}}",
			folder:  []string{ready("database-url"), ready("redis-url")},
			want:    []string{},
		},
		"one is missing": {
			secrets: "{keys: [DATABASE_URL, REDIS_URL]}",
			folder:  []string{ready("database-url")},
			want: []string{
				`error CLS-I002 Segregation shop spec.components.backend.secrets.keys[1]: the Inventory has no ` +
					`secret "/shop-backend/redis-url"; counterexample: key REDIS_URL of Secret backend-secrets in ` +
					`shop-backend is read from "/shop-backend/redis-url"; fix: create the secret, name the right one ` +
					`under "map", or move the key to "optionalKeys"; then write the Inventory ` +
					`again with "cloison inventory"`,
			},
		},
		"one is written otherwise in Scaleway, which is then not unused too": {
			secrets: "{keys: [DATABASE_URL]}",
			folder:  []string{ready("database_ur")},
			want: []string{
				`error CLS-I002 Segregation shop spec.components.backend.secrets.keys[0]: the Inventory has no ` +
					`secret "/shop-backend/database-url" (did you mean "database_ur"?); counterexample: key ` +
					`DATABASE_URL of Secret backend-secrets in shop-backend is read from ` +
					`"/shop-backend/database-url"; fix: create the secret, name the right one under "map", or move ` +
					`the key to "optionalKeys"; then write the Inventory again with "cloison inventory"`,
			},
		},
		"one is written with another separator": {
			secrets: "{keys: [DB_A]}",
			folder:  []string{ready("db_a")},
			want: []string{
				`error CLS-I002 Segregation shop spec.components.backend.secrets.keys[0]: the Inventory has no ` +
					`secret "/shop-backend/db-a" (did you mean "db_a"?); counterexample: key DB_A of Secret ` +
					`backend-secrets in shop-backend is read from "/shop-backend/db-a"; fix: create the secret, name ` +
					`the right one under "map", or move the key to "optionalKeys"; then write the Inventory ` +
					`again with "cloison inventory"`,
			},
		},
		"two are equally similar": {
			secrets: "{keys: [DATABASE_URL]}",
			folder:  []string{ready("database-url1"), ready("database-url2")},
			want: []string{
				`error CLS-I002 Segregation shop spec.components.backend.secrets.keys[0]: the Inventory has no ` +
					`secret "/shop-backend/database-url" (did you mean "database-url1"?); counterexample: key ` +
					`DATABASE_URL of Secret backend-secrets in shop-backend is read from ` +
					`"/shop-backend/database-url"; fix: create the secret, name the right one under "map", or move ` +
					`the key to "optionalKeys"; then write the Inventory again with "cloison inventory"`,
				`warning CLS-I007 Segregation shop spec.components.backend.secrets.path: folder "/shop-backend" ` +
					`holds 1 secret that no key of component backend uses, and whose values its API key can read all ` +
					`the same: database-url2; fix: delete them, move them to another folder, or use them; then write ` +
					`the Inventory again with "cloison inventory"`,
			},
		},
		"an extract is missing": {
			secrets: "{extract: [s3]}",
			want: []string{
				`error CLS-I002 Segregation shop spec.components.backend.secrets.extract[0]: the Inventory has no ` +
					`secret "/shop-backend/s3", and nothing at all in that folder; counterexample: Secret ` +
					`backend-secrets in shop-backend takes every property of "/shop-backend/s3"; fix: correct region ` +
					`(fr-par), projectID (3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90) or path, or create the secret; then ` +
					`write the Inventory again with "cloison inventory"`,
			},
		},
		"one is scheduled for deletion": {
			secrets: "{keys: [DATABASE_URL]}",
			folder:  []string{secret("database-url", `revision: 1, deletionRequestedAt: "2026-01-31T08:00:00Z"`)},
			want: []string{
				`error CLS-I005 Segregation shop spec.components.backend.secrets.keys[0]: secret ` +
					`"/shop-backend/database-url" is scheduled for deletion (asked for at 2026-01-31T08:00:00Z), so ` +
					`it cannot be read by path any more; counterexample: key DATABASE_URL of Secret backend-secrets ` +
					`in shop-backend is read from "/shop-backend/database-url"; fix: restore the secret, or stop ` +
					`using it; then write the Inventory again with "cloison inventory"`,
			},
		},
		"one has no revision": {
			secrets: "{keys: [DATABASE_URL]}",
			folder:  []string{secret("database-url", "revision: 0")},
			want: []string{
				`error CLS-I003 Segregation shop spec.components.backend.secrets.keys[0]: secret ` +
					`"/shop-backend/database-url" has no revision, so there is no value to read; counterexample: key ` +
					`DATABASE_URL of Secret backend-secrets in shop-backend is read from ` +
					`"/shop-backend/database-url"; fix: add a version to the secret, or enable one; then write the ` +
					`Inventory again with "cloison inventory"`,
			},
		},
		"one has no enabled revision": {
			secrets: "{keys: [DATABASE_URL]}",
			folder:  []string{secret("database-url", "revision: 4, enabled: []")},
			want: []string{
				`error CLS-I003 Segregation shop spec.components.backend.secrets.keys[0]: secret ` +
					`"/shop-backend/database-url" has no enabled revision (the newest is 4), so there is no value to ` +
					`read; counterexample: key DATABASE_URL of Secret backend-secrets in shop-backend is read from ` +
					`"/shop-backend/database-url"; fix: add a version to the secret, or enable one; then write the ` +
					`Inventory again with "cloison inventory"`,
			},
		},
	})
}

func TestFixedRevisionsMustBeEnabled(t *testing.T) {
	fixed := "{map: {DATABASE_URL: {secret: database-url, version: 2}}}"
	judgeHeld(t, map[string]held{
		"one that is": {
			secrets: fixed, folder: []string{secret("database-url", "revision: 3, enabled: [2, 3]")}, want: []string{},
		},
		"one that is disabled": {
			secrets: fixed, folder: []string{secret("database-url", "revision: 4, enabled: [1, 4]")},
			want: []string{
				`error CLS-I013 Segregation shop spec.components.backend.secrets.map.DATABASE_URL: revision 2 of ` +
					`secret "/shop-backend/database-url" is not enabled (enabled: 1, 4); counterexample: key ` +
					`DATABASE_URL of Secret backend-secrets in shop-backend is read from ` +
					`"/shop-backend/database-url"; fix: fix a revision that is enabled, or enable this one; then ` +
					`write the Inventory again with "cloison inventory"`,
			},
		},
		"one that was never made": {
			secrets: fixed, folder: []string{secret("database-url", "revision: 1")},
			want: []string{
				`error CLS-I013 Segregation shop spec.components.backend.secrets.map.DATABASE_URL: revision 2 of ` +
					`secret "/shop-backend/database-url" was never made (the newest is 1); counterexample: key ` +
					`DATABASE_URL of Secret backend-secrets in shop-backend is read from ` +
					`"/shop-backend/database-url"; fix: fix a revision that is enabled, or enable this one; then ` +
					`write the Inventory again with "cloison inventory"`,
			},
		},
		"one whose state is not known": {
			secrets: fixed, folder: []string{secret("database-url", "revision: 3")},
			want: []string{
				`error CLS-I009 Segregation shop spec.components.backend.secrets.map.DATABASE_URL: whether revision ` +
					`2 of secret "/shop-backend/database-url" is enabled is not known: the Inventory does not hold ` +
					`the states of its revisions; fix: write the Inventory again with "cloison inventory" [undecided]`,
			},
		},
	})
}

func TestAVersionThatIsNoRevisionIsNoPass(t *testing.T) {
	for _, version := range []string{"0", "-1", "latest", "99999999999999999999"} {
		p := shop(t, "", "{keys: [A]}")
		p.Components[0].Groups[0].Entries[0].Version = version
		found := against([]*inventory.Inventory{inventoryOf(t, folder("/shop-backend", ready("a")))}, p)
		assert.Equal(t, []string{"error CLS-I013"}, codes(found), version)
	}
}

func TestStatesOfRevisionsAreAskedForOnlyWhereTheyAreWanted(t *testing.T) {
	twoUnknown := []string{secret("database-url", "revision: 1"), secret("redis-url", "revision: 2"), ready("known")}
	keys := "{keys: [DATABASE_URL, KNOWN], map: {REDIS_URL: {secret: redis-url}, AGAIN: {secret: redis-url}}}"
	judgeHeld(t, map[string]held{
		"not wanted": {
			secrets: keys, folder: twoUnknown,
			want: []string{
				`info CLS-I014 Segregation shop spec.validation.revisions: whether a revision is enabled was not ` +
					`checked for 2 secrets; fix: set validation.revisions: true, which takes one ` +
					`call to Scaleway for each secret`,
			},
		},
		"wanted": {
			fields: "validation: {revisions: true},", secrets: keys, folder: twoUnknown,
			want: []string{
				`error CLS-I009 Segregation shop spec.components.backend.secrets.path: whether a revision is enabled ` +
					`is not known for 2 secrets of folder "/shop-backend" (database-url, redis-url): the Inventory ` +
					`does not hold the states of their revisions; fix: write the Inventory again with ` +
					`"cloison inventory" [undecided]`,
			},
		},
	})
}

func TestEphemeralSecretsAreNotForSyncing(t *testing.T) {
	once := secret("token", "revision: 1, enabled: [1], ephemeral: {expiresOnceAccessed: true, action: delete}")
	hour := secret("token", "revision: 1, enabled: [1], ephemeral: {timeToLive: 1h0m0s, action: disable}")
	judgeHeld(t, map[string]held{
		"consumed by reading": {
			secrets: "{keys: [TOKEN]}", folder: []string{once},
			want: []string{
				`error CLS-I006 Segregation shop spec.components.backend.secrets.keys[0]: secret ` +
					`"/shop-backend/token" has an ephemeral policy: reading the value consumes it, so the first sync ` +
					`is the last; counterexample: key TOKEN of Secret backend-secrets in shop-backend is read from ` +
					`"/shop-backend/token"; fix: remove the ephemeral policy: what is synced is read again and ` +
					`again; then write the Inventory again with "cloison inventory"`,
			},
		},
		"consumed by reading an optional key": {
			secrets: "{optionalKeys: [TOKEN]}", folder: []string{once},
			want: []string{
				`error CLS-I006 Segregation shop spec.components.backend.secrets.optionalKeys[0]: secret ` +
					`"/shop-backend/token" has an ephemeral policy: reading the value consumes it, so the first sync ` +
					`is the last; counterexample: key TOKEN of Secret backend-secrets in shop-backend is read from ` +
					`"/shop-backend/token"; fix: remove the ephemeral policy: what is synced is read again and ` +
					`again; then write the Inventory again with "cloison inventory"`,
			},
		},
		"expiring with time": {
			secrets: "{keys: [TOKEN]}", folder: []string{hour},
			want: []string{
				`warning CLS-I006 Segregation shop spec.components.backend.secrets.keys[0]: secret ` +
					`"/shop-backend/token" has an ephemeral policy: a revision expires 1h0m0s after it was made, and ` +
					`syncing fails from then on; counterexample: key TOKEN of Secret backend-secrets in shop-backend ` +
					`is read from "/shop-backend/token"; fix: remove the ephemeral policy: what is synced is read ` +
					`again and again; then write the Inventory again with "cloison inventory"`,
			},
		},
		"its properties are not read": {
			secrets: "{map: {A: {secret: token, property: a}}}", folder: []string{hour},
			want: []string{
				`warning CLS-I006 Segregation shop spec.components.backend.secrets.map.A: secret ` +
					`"/shop-backend/token" has an ephemeral policy: a revision expires 1h0m0s after it was made, and ` +
					`syncing fails from then on; its properties were not read, because such values never are here; ` +
					`counterexample: key A of Secret backend-secrets in shop-backend is read from ` +
					`"/shop-backend/token"; fix: remove the ephemeral policy: what is synced is read again and ` +
					`again; then write the Inventory again with "cloison inventory" [undecided]`,
			},
		},
		"a policy that says nothing": {
			secrets: "{keys: [TOKEN]}", folder: []string{secret("token", "revision: 1, enabled: [1], ephemeral: {}")},
			want: []string{
				`warning CLS-I006 Segregation shop spec.components.backend.secrets.keys[0]: secret ` +
					`"/shop-backend/token" has an ephemeral policy; counterexample: key TOKEN of Secret ` +
					`backend-secrets in shop-backend is read from "/shop-backend/token"; fix: remove the ephemeral ` +
					`policy: what is synced is read again and again; then write the Inventory ` +
					`again with "cloison inventory"`,
			},
		},
	})
}

func TestOptionalSecretsMayBeAbsent(t *testing.T) {
	optional := "{keys: [A], optionalKeys: [SENTRY_DSN]}"
	judgeHeld(t, map[string]held{
		"present": {secrets: optional, folder: []string{ready("a"), ready("sentry-dsn")}, want: []string{}},
		"missing": {
			secrets: optional, folder: []string{ready("a")},
			want: []string{
				`info CLS-I018 Segregation shop spec.components.backend.secrets.optionalKeys[0]: secret ` +
					`"/shop-backend/sentry-dsn" does not exist, so Secret backend-secrets in ` +
					`shop-backend has no key SENTRY_DSN`,
			},
		},
		"under another name, which is then not unused too": {
			secrets: optional, folder: []string{ready("a"), ready("sentry_dns")},
			want: []string{
				`warning CLS-I018 Segregation shop spec.components.backend.secrets.optionalKeys[0]: secret ` +
					`"/shop-backend/sentry-dsn" does not exist (did you mean "sentry_dns"?), so Secret backend-secrets ` +
					`in shop-backend has no key SENTRY_DSN; fix: rename the secret, or read it by its name, which makes ` +
					`it required: map: {SENTRY_DSN: {secret: sentry_dns}}; then write the Inventory again with ` +
					`"cloison inventory"`,
			},
		},
		"a similar one, which another key is read from": {
			secrets: "{keys: [SENTRY_DS], optionalKeys: [SENTRY_DSN]}", folder: []string{ready("sentry-ds")},
			want: []string{
				`info CLS-I018 Segregation shop spec.components.backend.secrets.optionalKeys[0]: secret ` +
					`"/shop-backend/sentry-dsn" does not exist, so Secret backend-secrets in ` +
					`shop-backend has no key SENTRY_DSN`,
			},
		},
		"with the fix": {
			secrets: "{keys: [A], map: {SENTRY_DSN: {secret: sentry_dns}}}",
			folder:  []string{ready("a"), ready("sentry_dns")}, want: []string{},
		},
		"scheduled for deletion": {
			secrets: optional, folder: []string{ready("a"),
				secret("sentry-dsn", `revision: 1, deletionRequestedAt: "2026-01-31T08:00:00Z"`)},
			want: []string{
				`info CLS-I018 Segregation shop spec.components.backend.secrets.optionalKeys[0]: secret ` +
					`"/shop-backend/sentry-dsn" is scheduled for deletion, so Secret backend-secrets in ` +
					`shop-backend has no key SENTRY_DSN`,
			},
		},
		"without an enabled revision": {
			secrets: optional, folder: []string{ready("a"), secret("sentry-dsn", "revision: 1, enabled: []")},
			want: []string{
				`info CLS-I018 Segregation shop spec.components.backend.secrets.optionalKeys[0]: secret ` +
					`"/shop-backend/sentry-dsn" has no enabled revision, so Secret backend-secrets in ` +
					`shop-backend has no key SENTRY_DSN`,
			},
		},
		"of unknown state": {
			secrets: optional, folder: []string{ready("a"), secret("sentry-dsn", "revision: 1")},
			want: []string{
				`info CLS-I014 Segregation shop spec.validation.revisions: whether a revision is enabled was not ` +
					`checked for 1 secret; fix: set validation.revisions: true, which takes one ` +
					`call to Scaleway for each secret`,
			},
		},
	})
}

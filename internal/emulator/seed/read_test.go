package seed_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/emulator"
	"cloison.dev/cloison/internal/emulator/emutest"
	"cloison.dev/cloison/internal/emulator/iam"
	"cloison.dev/cloison/internal/emulator/secret"
	"cloison.dev/cloison/internal/emulator/seed"
)

// keyFields are what a key of a seed may have.
const keyFields = "name, accessKey, secretKey, expiresAt, application, permissionSets, projects, organization, " +
	"condition"

// knownSets is how an error lists the permission sets.
func knownSets() string {
	var names []string
	for _, set := range iam.PermissionSets() {
		names = append(names, set.Name)
	}
	return strings.Join(names, ", ")
}

// canary stands wherever a value or a key stands in a seed that is refused.
const canary = "canary-7d1f"

func TestReadSeedRefusesWhatItDoesNotKnow(t *testing.T) {
	cases := map[string]struct{ seed, want string }{
		"nothing":   {"", "seed must not be empty"},
		"a comment": {"# " + canary, "seed must not be empty"},
		"a separator": {"---\n", "seed: must be an object with fields among project, region, secrets, keys, " +
			"applications, policies"},
		"a percent sign": {
			"a%s: " + canary, "a%s: unknown field; must be one of project, region, secrets, " +
				"keys, applications, policies",
		},
		"no YAML":       {"secrets:\n- name: [" + canary, "seed must be YAML, and is not at line 1"},
		"a tab":         {"secrets:\n\t- " + canary, "seed must be YAML, and is not at line 2"},
		"an anchor":     {"secrets: *" + canary, "seed must be YAML"},
		"two documents": {"project: x\n---\nregion: y\n", "seed must be one YAML document"},
		"a list": {"- " + canary, "seed: must be an object with fields among project, region, secrets, keys, " +
			"applications, policies"},
		"an object for a list": {
			"secrets: {name: " + canary + "}", "secrets: must be a list",
		},
		"a scalar for an object": {
			"secrets: [" + canary + "]", "secrets[0]: must be an object with fields among path, name, type, values, " +
				"versions, project, region, tags, description, protected, ephemeral, deletionRequested",
		},
		"an alias": {
			"secrets: [{values: [&a " + canary + ", *a]}]",
			"secrets[0].values[1]: must not be an alias; write the value out",
		},
		"a merge": {
			"keys: [{<<: {name: " + canary + "}}]",
			"keys[0].<<: unknown field; must be one of " + keyFields,
		},
		"a field twice": {"region: a\nregion: " + canary, "region: must be given once"},
		"a number for a value": {
			"secrets: [{values: [71077345]}]", "secrets[0].values[0]: must be a string; put it in quotes",
		},
		"null for a value": {
			"secrets: [{versions: [{value: }]}]", "secrets[0].versions[0].value: must be a string; put it in quotes",
		},
		"a string for a boolean": {
			"secrets: [{protected: " + canary + "}]", "secrets[0].protected: must be true or false",
		},
		"a number for a duration": {
			"secrets: [{ephemeral: {timeToLive: 3600}}]", "secrets[0].ephemeral.timeToLive: " +
				"must be a duration such as 1h30m",
		},
		"a key's wrong capitalising": {
			"keys: [{secretkey: " + canary + "}]",
			"keys[0].secretkey: unknown field; must be one of " + keyFields,
		},
		"everything at once": {
			"secrets: [{nam: " + canary + ", protected: 1}]\nkey: []\n",
			"secrets[0].nam: unknown field; must be one of path, name, type, values, versions, project, region, tags, " +
				"description, protected, ephemeral, deletionRequested\nsecrets[0].protected: must be true or false\n" +
				"key: unknown field; must be one of project, region, secrets, keys, applications, policies",
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := seed.Read([]byte(c.seed))
			require.EqualError(t, err, c.want)
			assert.NotContains(t, err.Error(), canary)
		})
	}
}

func TestLoadRefusesWhatTheAPICannotHold(t *testing.T) {
	const shop = "project: " + emutest.Project + "\nsecrets:\n"
	cases := map[string]struct{ seed, want string }{
		"a secret without a project": {"secrets: [{name: key}]", `secrets[0].project "" must be a UUID`},
		"a folder in a name": {
			shop + "- {name: shop/key, path: /x, region: fr-lyon}", `secrets[0].name "shop/key" must match ` +
				secret.NamePattern +
				"\n" + `secrets[0].region "fr-lyon" must be one of ["fr-par" "nl-ams" "pl-waw"]`,
		},
		"both kinds of versions": {
			shop + "- {name: a, values: [" + canary + "], versions: []}",
			"secrets[0] must not have both values and versions",
		},
		"an empty value": {shop + "- {name: a, values: ['']}", "secrets[0].values[0] must have a value"},
		"an unknown status": {
			shop + "- {name: a, versions: [{value: x, status: off}]}",
			`secrets[0].versions[0] status "off" must be one of ["enabled" "disabled" ` +
				`"scheduled_for_deletion" "deleted"]`,
		},
		"a deleted version with a value": {
			shop + "- {name: a, versions: [{value: " + canary + ", status: deleted}]}",
			"secrets[0].versions[0] must not have a value, as it is deleted",
		},
		"a value of the wrong shape": {
			shop + "- {name: a, type: basic_credentials, values: ['{\"username\":\"" + canary + "\"}', " +
				canary + "]}",
			`secrets[0].values[0] must be a value of type "basic_credentials": - (root): password is required` + "\n" +
				`secrets[0].values[1] must be a value of type "basic_credentials": - (root): must be a JSON object`,
		},
		"a protected secret on its way out": {
			shop + "- {name: a, protected: true, deletionRequested: true}",
			"secrets[0].deletionRequested must not be true of a protected secret",
		},
		"an ephemeral secret on its way out": {
			shop + "- {name: a, ephemeral: {timeToLive: 1h, action: delete}, deletionRequested: true}",
			"secrets[0].deletionRequested must not be true of an ephemeral secret, which would be gone at once",
		},
		"a policy of nothing": {
			shop + "- {name: a, ephemeral: {action: delete}}",
			"secrets[0].ephemeral policy: time_to_live or expires_once_accessed must be set",
		},
		"a name twice": {
			shop + "- {name: a, path: /x}\n- {name: a, path: /x/}", `secrets[1].name "a" exists already under "/x"`,
		},
		"a name that is": {shop + "- {name: here, path: /shop}", `secrets[0].name "here" exists already under "/shop"`},
		"keys": {
			"keys:\n- {name: ci, permissionSets: [Everything], projects: [shop]}\n- {name: ci, secretKey: " +
				canary + "}\n" +
				"- {name: b, accessKey: SCWAAAAAAAAAAAAAAAAA}\n",
			`keys[0].projects[0] "shop" must be a UUID` + "\n" +
				`keys[0].permissionSets[0] "Everything" must be one of ` + knownSets() + "\n" +
				`keys[1].name "ci" must be given and differ from other keys' names` + "\n" +
				"keys[1].accessKey must be SCW and 17 upper-case letters or digits, and stand beside a secretKey\n" +
				"keys[2].secretKey must be a UUID and stand beside an accessKey",
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			f := emutest.Start(t)
			f.Add(t, "/shop", "here")
			read, err := seed.Read([]byte(c.seed))
			require.NoError(t, err)
			err = f.Load(read)
			require.EqualError(t, err, c.want)
			assert.NotContains(t, err.Error(), canary)
			got := f.Paths(t, "")
			assert.Equal(t, []string{"/shop:here"}, got, "nothing was added")
		})
	}
}

func FuzzReadSeed(f *testing.F) {
	f.Add(emutest.EveryField)
	f.Add("secrets: [{values: [*a]}]\n# x")
	f.Add("keys: [{? [a] : b}]")
	f.Fuzz(func(t *testing.T, document string) {
		read, err := seed.Read([]byte(document))
		if err == nil {
			_ = emulator.New(emulator.Config{}).Load(read) // refuses or accepts, but never panics
		}
		planted, err := seed.Read([]byte("secrets: [{name: 1, values: [" + canary + "]}]\n" + document))
		if err != nil {
			assert.NotContains(t, err.Error(), canary, planted)
		}
	})
}

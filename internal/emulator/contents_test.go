package emulator_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/emulator"
	"cloison.dev/cloison/internal/emulator/emutest"
)

func TestAddSecretRefusesWhatTheAPICannotHold(t *testing.T) {
	good := emulator.Secret{ProjectID: emutest.Project, Path: "/shop", Name: "key"}
	const nameForm, pathForm = `^[_a-zA-Z0-9]([-_.a-zA-Z0-9]*[_a-zA-Z0-9])?$`, `^[-_.a-zA-Z0-9]{1,255}$`
	cases := map[string]struct {
		change func(*emulator.Secret)
		want   string
	}{
		"a folder in the name": {
			func(s *emulator.Secret) { s.Name = "shop/key" }, `name "shop/key" must match ` + nameForm,
		},
		"a name that ends in a dash": {
			func(s *emulator.Secret) { s.Name = "key-" }, `name "key-" must match ` + nameForm,
		},
		"no name": {func(s *emulator.Secret) { s.Name = "" }, `name "" must match ` + nameForm},
		"a relative path": {
			func(s *emulator.Secret) { s.Path = "shop" }, `path "shop" must be / or /segments that match ` + pathForm,
		},
		"an empty segment": {
			func(s *emulator.Secret) { s.Path = "/a//b" }, `path "/a//b" must be / or /segments that match ` + pathForm,
		},
		"a project that is no UUID": {
			func(s *emulator.Secret) { s.ProjectID = "shop" }, `project "shop" must be a UUID`,
		},
		"an unknown region": {
			func(s *emulator.Secret) { s.Region = "fr-lyon" },
			`region "fr-lyon" must be one of ["fr-par" "nl-ams" "pl-waw"]`,
		},
		"an unknown type": {
			func(s *emulator.Secret) { s.Type = "password" },
			`type "password" must be one of ["opaque" "certificate" ` +
				`"key_value" "basic_credentials" "database_credentials" "ssh_key"]`,
		},
		"two problems at once": {
			func(s *emulator.Secret) { s.ProjectID, s.Name = "shop", "-" },
			"project \"shop\" must be a UUID\nname \"-\" must match " + nameForm,
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			bad := good
			c.change(&bad)
			_, err := emulator.New(emulator.Config{}).AddSecret(bad)
			assert.EqualError(t, err, c.want)
		})
	}
}

func TestVersionsAreBounded(t *testing.T) {
	f := emutest.Start(t)
	const canary = "canary"
	_, err := f.AddSecret(emulator.Secret{ProjectID: emutest.Project, Name: "large"},
		emulator.Value("fits"), emulator.Value(canary+strings.Repeat("x", 64*1024-len(canary)+1)))
	require.EqualError(t, err, "value of version 2 must have at most 65536 bytes, not 65537")
	assert.NotContains(t, err.Error(), canary)

	f.Add(t, "/", "large", strings.Repeat("x", 64*1024))
	id := f.Add(t, "/", "often", strings.Split(strings.Repeat("v,", 19)+"v", ",")...)
	_, err = f.AddVersion(id, emulator.Value("one too many"))
	assert.EqualError(t, err, "a secret must have at most 20 versions")
}

func TestNameIsFreeAgainOnceItsSecretIsScheduledForDeletion(t *testing.T) {
	f := emutest.Start(t)
	first := f.Add(t, "/shop", "key", "old")
	_, err := f.AddSecret(emulator.Secret{ProjectID: emutest.Project, Path: "/shop/", Name: "key"})
	require.EqualError(t, err, `secret "key" exists already under "/shop"`)

	require.NoError(t, f.ScheduleDeletion(first))
	second := f.Add(t, "/shop", "key", "new")

	assert.NotEqual(t, first, second)
	got, err := emutest.ExternalSecret(f.SDK(t, f.Key), "/shop", "key", "latest")
	require.NoError(t, err)
	assert.Equal(t, "new", got)
}

func TestChangesOfWhatIsNotThereAreRefused(t *testing.T) {
	f := emutest.Start(t)
	id, err := f.AddSecret(emulator.Secret{ProjectID: emutest.Project, Name: "guarded", Protected: true},
		emulator.Value("v"))
	require.NoError(t, err)
	_, err = f.AddVersion(emutest.UnknownID, emulator.Value("v"))
	require.EqualError(t, err, `secret "`+emutest.UnknownID+`" is not found`)
	require.EqualError(t, f.ScheduleDeletion(emutest.UnknownID), `secret "`+emutest.UnknownID+`" is not found`)
	require.EqualError(t, f.ScheduleDeletion(id), `secret "`+id+`" is protected and must not be deleted`)
	require.EqualError(t, f.SetVersionStatus(id, 2, emulator.Disabled), `revision 2 of secret "`+id+`" is not found`)
	require.EqualError(t, f.SetVersionStatus(id, 1, "gone"), `version status "gone" must be "enabled", "disabled", `+
		`"scheduled_for_deletion" or "deleted"`)
	require.NoError(t, f.SetVersionStatus(id, 1, "deleted"))
	require.EqualError(t, f.SetVersionStatus(id, 1, "enabled"), `revision 1 of secret "`+id+`" is deleted for good`)
}

func TestSeedDecidesIdsAndOrderDoesNot(t *testing.T) {
	ids := func(seed uint64, names ...string) map[string]string {
		f := emutest.StartWith(t, emulator.Config{Random: seed})
		made := map[string]string{"": f.Key.SecretKey}
		for _, name := range names {
			made[name] = f.Add(t, "/shop", name)
		}
		return made
	}
	first := ids(7, "a", "b")
	assert.Equal(t, first, ids(7, "b", "a"))
	assert.NotEqual(t, first["a"], first["b"])
	for name, id := range ids(8, "a", "b") {
		assert.NotEqual(t, first[name], id, name)
		assert.Regexp(t, `^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`, id)
	}
}

func TestSeededValuesAreCopies(t *testing.T) {
	f := emutest.Start(t)
	data, tags := []byte("before"), []string{"before"}
	id, err := f.AddSecret(emulator.Secret{ProjectID: emutest.Project, Name: "copied", Tags: tags},
		emulator.Version{Data: data})
	require.NoError(t, err)
	copy(data, "after!")
	tags[0] = "after"

	assert.Contains(t, f.Get(t, emutest.Root+"/secrets/"+id+"/versions/1/access").Body, `"data":"YmVmb3Jl"`)
	assert.Contains(t, f.Get(t, emutest.Root+"/secrets/"+id).Body, `"tags":["before"]`)
}

func TestSegmentsOfAPathHaveAtMost255Characters(t *testing.T) {
	f := emutest.Start(t)
	f.Add(t, "/"+strings.Repeat("a", 255)+"/b", "key")
	_, err := f.AddSecret(emulator.Secret{ProjectID: emutest.Project, Path: "/" + strings.Repeat("a", 256),
		Name: "key"})
	require.ErrorContains(t, err, "must be / or /segments that match ^[-_.a-zA-Z0-9]{1,255}$")
}

func TestAddKeyRefusesWhatCannotBeGrantedAllAtOnce(t *testing.T) {
	srv := emulator.New(emulator.Config{})
	_, err := srv.AddKey(
		emulator.Grant{
			Projects:       []string{emutest.Project, "shop"},
			PermissionSets: []emulator.PermissionSet{emulator.SecretManagerReadOnly, "IAMManager"},
			Condition:      `resource.name.startsWith("/shop/"`,
		},
		emulator.Grant{Projects: []string{emutest.Project}, Organization: true},
	)
	require.EqualError(t, err, `grants[0].projects[1] "shop" must be a UUID
grants[0].condition "resource.name.startsWith(\"/shop/\"" must be a CEL expression: `+
		`<input>:1:34: Syntax error: missing ')' at '<EOF>'
grants[0].permissionSets[1] "IAMManager" must be granted over the organization, not over projects
grants[1].projects must be omitted where organization is true`)

	_, err = srv.AddKey(emulator.Grant{
		Organization:   true,
		PermissionSets: []emulator.PermissionSet{"IAMManager", emulator.SecretManagerReadOnly, "SecretManagerAdmin"},
	})
	require.ErrorContains(t, err, `grants[0].permissionSets[2] "SecretManagerAdmin" must be one of `+
		`AllProductsFullAccess, `)
	require.ErrorContains(t, err, `grants[0].permissionSets must all be scoped by project or all by organization`)
}

package scaleway_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/inventory"
	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/internal/scaleway"
)

// configuration writes a configuration file that everybody may read.
func configuration(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "config.yaml")
	require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
	return path
}

func TestAProfileThatCannotBeUsedIsNamedAndNeverQuoted(t *testing.T) {
	const key = "{access_key: " + accessKey + ", secret_key: " + secretKey + "}"
	const shape = "must be a map in which access_key, secret_key and api_url are strings and " +
		"profiles is a map of such maps"
	for name, test := range map[string]struct{ file, want string }{
		"unknown": {
			"profiles: {staging: " + key + ", production: " + key + "}",
			`SCW_PROFILE: profile "wanted" must be one of those of <file>: "default", "production", "staging"`,
		},
		"without a key": {
			"access_key: " + accessKey + "\nsecret_key: " + secretKey +
				"\nprofiles: {wanted: {default_region: fr-par}}",
			`SCW_PROFILE: profile "wanted" of <file>: access_key is empty, secret_key is empty` + copyKey,
		},
		"null": {
			"profiles: {wanted: null}",
			`SCW_PROFILE: profile "wanted" of <file>: access_key is empty, secret_key is empty` + copyKey,
		},
		"malformed key": {
			"profiles: {wanted: {access_key: " + accessKey + ", secret_key: x" + secretKey + "}}",
			`SCW_PROFILE: profile "wanted" of <file>: secret_key must be a UUID` + copyKey,
		},
		"malformed YAML": {
			"access_key: x\n" + secretKey + "\n", "SCW_PROFILE: configuration file <file> must be YAML " +
				"without duplicate keys (line 3)",
		},
		"duplicate keys": {
			"secret_key: a\nsecret_key: " + secretKey + "\n",
			"SCW_PROFILE: configuration file <file> must be YAML without duplicate keys (line 2)",
		},
		"a list": {"[" + secretKey + "]", "SCW_PROFILE: configuration file <file> " + shape},
		"a key that is a number": {"profiles: {wanted: {access_key: 12, secret_key: " + secretKey + "}}",
			"SCW_PROFILE: configuration file <file> " + shape},
		"empty": {"", `SCW_PROFILE: profile "wanted" must be one of those of <file>: "default"`},
	} {
		t.Run(name, func(t *testing.T) {
			file := configuration(t, test.file)
			_, err := scaleway.NewAccounts(environment("SCW_CONFIG_PATH", file, "SCW_PROFILE", "wanted")).Account(
				&plan.Plan{}, "shop")
			assertError(t, err, inventory.NoCredentials, `API key of component "shop": `+replaced(test.want,
				"<file>", file))
		})
	}
}

func TestAConfigurationFileThatCannotBeReadIsNamed(t *testing.T) {
	folder := t.TempDir()
	for name, test := range map[string]struct {
		variables []string
		want      string
	}{
		"there is none": {
			[]string{"HOME", folder},
			"there is no configuration file " + folder +
				`/.config/scw/config.yaml: write it with "scw init", or set SCW_CONFIG_PATH to one`,
		},
		"there is none in XDG_CONFIG_HOME": {
			[]string{"HOME", "/nowhere", "XDG_CONFIG_HOME", folder},
			"there is no configuration file " + folder +
				`/scw/config.yaml: write it with "scw init", or set SCW_CONFIG_PATH to one`,
		},
		"it is a folder": {[]string{"SCW_CONFIG_PATH", folder},
			"read configuration file " + folder + ": is a directory"},
		"it has no end": {[]string{"SCW_CONFIG_PATH", "/dev/zero"},
			"read configuration file /dev/zero: must have at most 1048576 bytes"},
		"there is no home": {nil, "the configuration file cannot be found without HOME: set SCW_CONFIG_PATH"},
	} {
		t.Run(name, func(t *testing.T) {
			variables := append([]string{"SCW_PROFILE_SHOP", "wanted"}, test.variables...)
			_, err := scaleway.NewAccounts(environment(variables...)).Account(&plan.Plan{}, "shop")
			assertError(t, err, inventory.NoCredentials, `API key of component "shop": SCW_PROFILE_SHOP: `+test.want)
		})
	}
}

func TestTheFileIsFoundWhereTheSDKLooks(t *testing.T) {
	for name, test := range map[string]struct{ variable, path string }{
		"XDG":           {"XDG_CONFIG_HOME", "scw/config.yaml"},
		"home":          {"HOME", ".config/scw/config.yaml"},
		"home, yml":     {"HOME", ".config/scw/config.yml"},
		"home, Windows": {"USERPROFILE", ".config/scw/config.yaml"},
	} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			file := filepath.Join(folder, test.path)
			require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
			require.NoError(t, os.WriteFile(file, []byte("access_key: "+accessKey+"\nsecret_key: "+secretKey+"\n"),
				0o600))
			url, keys := sentKeys(t)
			env := environment("SCW_API_URL", url, "SCW_PROFILE", "default", test.variable, folder)
			_, err := connect(t, env, awake()).Secrets(t.Context(), shop(), false)
			require.NoError(t, err)
			assert.Equal(t, []string{secretKey}, *keys)
		})
	}
}

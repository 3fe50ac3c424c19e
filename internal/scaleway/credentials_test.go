package scaleway_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/inventory"
	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/internal/scaleway"
)

const copyKey = ": copy the key from the console or make a new one (https://console.scaleway.com/iam/api-keys)"

func TestAKeyThatCannotBeUsedIsNamedAndNeverQuoted(t *testing.T) {
	for name, test := range map[string]struct {
		variables []string
		want      string
	}{
		"the secret key is missing": {[]string{"SCW_ACCESS_KEY", accessKey},
			"SCW_ACCESS_KEY is set and SCW_SECRET_KEY is not: set both"},
		"the access key is missing": {[]string{"SCW_SECRET_KEY", secretKey},
			"SCW_SECRET_KEY is set and SCW_ACCESS_KEY is not: set both"},
		"half a pair of the component's own hides the common pair": {
			[]string{"SCW_ACCESS_KEY", accessKey, "SCW_SECRET_KEY", secretKey, "SCW_SECRET_KEY_SHOP_API", secretKey},
			"SCW_SECRET_KEY_SHOP_API is set and SCW_ACCESS_KEY_SHOP_API is not: set both",
		},
		"both keys are empty": {
			[]string{"SCW_ACCESS_KEY", "", "SCW_SECRET_KEY", ""},
			"SCW_ACCESS_KEY is empty, SCW_SECRET_KEY is empty" + copyKey,
		},
		"the keys are swapped": {
			[]string{"SCW_ACCESS_KEY", secretKey, "SCW_SECRET_KEY", accessKey},
			"SCW_ACCESS_KEY must be SCW and 17 capital letters or digits, SCW_SECRET_KEY must be a UUID" + copyKey,
		},
		"the key ends in a line break": {
			[]string{"SCW_ACCESS_KEY", accessKey, "SCW_SECRET_KEY", secretKey + "\n"},
			"SCW_SECRET_KEY must be a UUID (there is a blank or a line break before or behind it)" + copyKey,
		},
		"the profile's name is empty": {
			[]string{"SCW_PROFILE", ""}, "SCW_PROFILE is empty: it must name a profile, or not be set",
		},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := scaleway.NewAccounts(environment(test.variables...)).Account(&plan.Plan{}, "shop-api")
			assertError(t, err, inventory.NoCredentials, `API key of component "shop-api": `+test.want)
		})
	}
}

func TestTheVariablesOfAComponentWithoutAKeyAreNamed(t *testing.T) {
	_, err := scaleway.NewAccounts(environment()).Account(&plan.Plan{}, "shop-api")
	assertError(t, err, inventory.NoCredentials, `API key of component "shop-api" (SCW_ACCESS_KEY_SHOP_API, `+
		"SCW_SECRET_KEY_SHOP_API): there is none: set these variables in the environment or, for all components, "+
		"SCW_ACCESS_KEY and SCW_SECRET_KEY, or SCW_PROFILE")
}

// sentKeys is a server that notes the key of each call, and lists nothing.
func sentKeys(t *testing.T) (url string, keys *[]string) {
	t.Helper()
	keys = &[]string{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		*keys = append(*keys, r.Header.Get("X-Auth-Token"))
		answer(http.StatusOK, `{"secrets":[],"total_count":0}`)(w, r)
	}))
	t.Cleanup(server.Close)
	return server.URL, keys
}

// Each is the secret key that one of the sources of keys holds.
const (
	ofComponent        = "00000000-0000-4000-8000-000000000001"
	ofComponentProfile = "00000000-0000-4000-8000-000000000002"
	ofGivenProfile     = "00000000-0000-4000-8000-000000000003"
	ofAll              = "00000000-0000-4000-8000-000000000004"
	ofProfile          = "00000000-0000-4000-8000-000000000005"
)

// allSources are variables for each source of keys, those that count least first.
func allSources(t *testing.T, url string) []string {
	t.Helper()
	return []string{
		"SCW_API_URL", url, "SCW_CONFIG_PATH", configuration(t, `
access_key: SCWDEFAULTDEFAULT000
secret_key: 00000000-0000-4000-8000-00000000dead
active_profile: named
profiles:
  own: {access_key: SCW00000000000000002, secret_key: `+ofComponentProfile+`}
  given: {access_key: SCW00000000000000003, secret_key: `+ofGivenProfile+`}
  named: {access_key: SCW00000000000000005, secret_key: `+ofProfile+`}
`),
		"SCW_PROFILE", "named",
		"SCW_SECRET_KEY", ofAll, "SCW_ACCESS_KEY", "SCW00000000000000004",
		"SCW_PROFILE_SHOP", "own",
		"SCW_SECRET_KEY_SHOP", ofComponent, "SCW_ACCESS_KEY_SHOP", "SCW00000000000000001",
	}
}

func TestTheNearestKeyIsSent(t *testing.T) {
	url, keys := sentKeys(t)
	all := allSources(t, url)
	for _, test := range []struct {
		name      string
		variables []string
		profile   string
		want      string
	}{
		{"the component's own key before all", all, "given", ofComponent},
		{"the component's own profile", all[:12], "given", ofComponentProfile},
		{"the profile given for all components", all[:10], "given", ofGivenProfile},
		{"the common key", all[:10], "", ofAll},
		{"the common profile", all[:6], "", ofProfile},
	} {
		t.Run(test.name, func(t *testing.T) {
			env := environment(test.variables...)
			env.Profile = test.profile
			*keys = nil
			_, err := connect(t, env, awake()).Secrets(t.Context(), shop(), false)
			require.NoError(t, err)
			assert.Equal(t, []string{test.want}, *keys)
		})
	}
	t.Run("never the file's default or active profile", func(t *testing.T) {
		_, err := scaleway.NewAccounts(environment(all[:4]...)).Account(&plan.Plan{}, "shop")
		assert.ErrorContains(t, err, "there is none: set these variables")
	})
}

func TestAClientIsMadeOncePerKey(t *testing.T) {
	accounts := scaleway.NewAccounts(environment("SCW_ACCESS_KEY", accessKey, "SCW_SECRET_KEY", secretKey,
		"SCW_ACCESS_KEY_OTHER", accessKey, "SCW_SECRET_KEY_OTHER", project))
	one, err := accounts.Account(&plan.Plan{}, "one")
	require.NoError(t, err)
	two, err := accounts.Account(&plan.Plan{}, "two")
	require.NoError(t, err)
	other, err := accounts.Account(&plan.Plan{}, "other")
	require.NoError(t, err)
	assert.Same(t, one, two)
	assert.NotSame(t, one, other)
}

package scaleway_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/inventory"
	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/internal/scaleway"
)

func replaced(text, old, with string) string { return strings.ReplaceAll(text, old, with) }

func asking(apiURL string) *plan.Plan { return &plan.Plan{Sync: plan.Sync{APIURL: apiURL}} }

func TestNoFileDecidesWhereTheKeyIsSent(t *testing.T) {
	const inClear = "must begin with https://: with http:// everybody on the way can read the key; " +
		"http:// is for this machine only (localhost, 127.0.0.1, [::1])"
	profile := configuration(t, "access_key: "+accessKey+"\nsecret_key: "+secretKey+
		"\nprofiles:\n  private:\n    access_key: "+
		accessKey+"\n    secret_key: "+secretKey+"\n    api_url: https://private.example\n")
	for name, test := range map[string]struct {
		spec      string
		variables []string
		want      string
	}{
		"the Segregation names a URL of its own": {
			"https://evil.example", nil,
			`spec.scaleway.apiURL is "https://evil.example", and the key is only sent to "https://api.scaleway.com": ` +
				`set SCW_API_URL to the same URL to allow it`,
		},
		"the Segregation names another URL than the environment": {
			"https://api.scaleway.com", []string{"SCW_API_URL", "https://private.example/"},
			`spec.scaleway.apiURL is "https://api.scaleway.com", and the key is only sent to ` +
				`"https://private.example": set SCW_API_URL to the same URL to allow it`,
		},
		"the Segregation names one that only begins alike": {
			"https://api.scaleway.com.evil.example", nil,
			`spec.scaleway.apiURL is "https://api.scaleway.com.evil.example", and the key is only sent to ` +
				`"https://api.scaleway.com": set SCW_API_URL to the same URL to allow it`,
		},
		"the Segregation names one with a user that looks like Scaleway": {
			"https://api.scaleway.com@evil.example", nil, "spec.scaleway.apiURL must be a URL " +
				"without a user or a password in it",
		},
		"the profile names a URL of its own": {
			"", []string{"SCW_CONFIG_PATH", profile, "SCW_PROFILE_SHOP", "private"},
			`api_url of profile "private" of ` + profile +
				` is "https://private.example", and the key is only sent to "https://api.scaleway.com": ` +
				"set SCW_API_URL to the same URL to allow it",
		},
		"empty": {"", []string{"SCW_API_URL", ""},
			"SCW_API_URL is empty: it must be a URL, or not be set"},
		"no URL": {"", []string{"SCW_API_URL", "api.scaleway.com"},
			"SCW_API_URL must be a URL such as https://api.scaleway.com"},
		"another scheme": {"", []string{"SCW_API_URL", "ftp://api.scaleway.com"},
			"SCW_API_URL must be a URL such as https://api.scaleway.com"},
		"a password": {"", []string{"SCW_API_URL", "https://u:" + canary + "@x.example"},
			"SCW_API_URL must be a URL without a user or a password in it"},
		"a broken URL": {"", []string{"SCW_API_URL", "https://" + canary + "%zz"},
			"SCW_API_URL must be a URL such as https://api.scaleway.com"},
		"a query": {"", []string{"SCW_API_URL", "https://x.example?key=" + canary},
			"SCW_API_URL must be a URL without a query or a fragment"},
		"over a network": {"", []string{"SCW_API_URL", "http://10.0.0.1:8080"}, "SCW_API_URL " + inClear},
		"a name like localhost": {"", []string{"SCW_API_URL", "http://localhost.evil.example"},
			"SCW_API_URL " + inClear},
	} {
		t.Run(name, func(t *testing.T) {
			variables := append([]string{"SCW_ACCESS_KEY", accessKey, "SCW_SECRET_KEY", secretKey}, test.variables...)
			_, err := scaleway.NewAccounts(environment(variables...)).Account(asking(test.spec), "shop")
			assertError(t, err, inventory.NoCredentials, `API key of component "shop": `+test.want)
		})
	}
}

func TestTheSameURLMayBeNamedTwice(t *testing.T) {
	profile := configuration(t, "access_key: "+accessKey+"\nsecret_key: "+secretKey+
		"\napi_url: https://private.example\n")
	for _, test := range []struct{ spec, own string }{
		{"", "https://private.example"}, {"https://Private.Example:443", "https://private.example/"},
		{"http://LOCALHOST:80", "http://localhost"},
		{"http://[::1]:8080", "http://[::1]:8080"}, {"http://127.8.8.8:1", "http://127.8.8.8:1"},
		{"https://x.example/scaleway", "https://x.example/scaleway/"},
	} {
		_, err := scaleway.NewAccounts(environment("SCW_CONFIG_PATH", profile, "SCW_PROFILE", "default",
			"SCW_API_URL", test.own)).
			Account(asking(test.spec), "shop")
		assert.NoError(t, err, "%v", test)
	}
	_, err := scaleway.NewAccounts(environment("SCW_ACCESS_KEY", accessKey, "SCW_SECRET_KEY", secretKey)).Account(
		asking("https://api.scaleway.com"), "shop")
	require.NoError(t, err)
}

func TestAllProblemsOfAnAccountAreToldAtOnce(t *testing.T) {
	_, err := scaleway.NewAccounts(environment("SCW_ACCESS_KEY", accessKey, "SCW_API_URL", "x")).Account(&plan.Plan{},
		"shop")
	assertError(t, err, inventory.NoCredentials,
		`API key of component "shop": SCW_ACCESS_KEY is set and SCW_SECRET_KEY is not: set both; `+
			"SCW_API_URL must be a URL such as https://api.scaleway.com")
}

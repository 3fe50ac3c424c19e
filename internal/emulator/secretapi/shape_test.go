package secretapi_test

import (
	"encoding/base64"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/emulator"
	"cloison.dev/cloison/internal/emulator/emutest"
	"cloison.dev/cloison/internal/emulator/secret"
)

func TestValuesHaveTheShapeOfTheirType(t *testing.T) {
	const pem = "-----BEGIN CERTIFICATE-----\nMAAwADAA\n-----END CERTIFICATE-----\n"
	const database = `{"engine":"postgres","username":"u","password":"p","host":"h","dbname":"d","port":"5432"}`
	cases := map[string]struct {
		kind  secret.Type
		value string
		want  string // empty: accepted
	}{
		"opaque holds anything":            {secret.Opaque, "\x00{", ""},
		"a certificate":                    {secret.Certificate, pem, ""},
		"a chain":                          {secret.Certificate, pem + "\n" + pem, ""},
		"a certificate with more after it": {secret.Certificate, pem + "x", "- (root): must be PEM blocks\n"},
		"blank PEM":                        {secret.Certificate, " ", "- (root): must be PEM blocks\n"},
		"any keys":                         {secret.KeyValue, `{"a":"1","b":""}`, ""},
		"no keys":                          {secret.KeyValue, `{}`, ""},
		"no JSON":                          {secret.KeyValue, `a=1`, "- (root): must be a JSON object\n"},
		"null":                             {secret.KeyValue, `null`, "- (root): must be a JSON object\n"},
		"two objects":                      {secret.KeyValue, `{}{}`, "- (root): must be a JSON object\n"},
		"every other JSON type": {
			secret.KeyValue, `{"a":1,"b":1.5,"c":true,"d":null,"e":[],"f":{}}`,
			"- a: Invalid type. Expected: string, given: integer\n- b: Invalid type. Expected: string, given: number\n" +
				"- c: Invalid type. Expected: string, given: boolean\n- d: Invalid type. " +
				"Expected: string, given: null\n" +
				"- e: Invalid type. Expected: string, given: array\n- f: Invalid type. " +
				"Expected: string, given: object\n",
		},
		"credentials": {secret.BasicCredentials, `{"username":"u","password":"p"}`, ""},
		"credentials of other fields": {
			secret.BasicCredentials, `{"username":"u","pass":"p"}`,
			"- (root): Additional property pass is not allowed\n- (root): password is required\n",
		},
		"a database": {secret.DatabaseCredentials, database, ""},
		"a database of an unknown engine and port": {
			secret.DatabaseCredentials,
			`{"engine":"redis","username":"u","password":"p","host":"h","dbname":"d","port":"65536"}`,
			"- engine: must be one of postgres, mysql, other\n- port: must be an integer from 0 to 65535\n",
		},
		"a database whose port is a number": {
			secret.DatabaseCredentials,
			`{"engine":"mysql","username":"u","password":"p","host":"h","dbname":"d","port":3306}`,
			"- port: Invalid type. Expected: string, given: integer\n",
		},
		"an SSH key":         {secret.SSHKey, `{"ssh_private_key":"k"}`, ""},
		"a bare SSH key":     {secret.SSHKey, `k`, "- (root): must be a JSON object\n"},
		"an SSH key missing": {secret.SSHKey, `{}`, "- (root): ssh_private_key is required\n"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			f := emutest.Start(t).Owner(t)
			id, err := f.AddSecret(emulator.Secret{ProjectID: emutest.Project, Name: "shaped", Type: c.kind})
			require.NoError(t, err)
			got := f.Post(t, emutest.Root+"/secrets/"+id+"/versions",
				`{"data":"`+base64.StdEncoding.EncodeToString([]byte(c.value))+`"}`)
			if c.want == "" {
				assert.Equal(t, http.StatusOK, got.Status, got.Body)
				return
			}
			assert.Equal(t, http.StatusBadRequest, got.Status)
			assert.Equal(t, emutest.BadArgument("data", "format", c.want), got.Body)
		})
	}
}

package emulator_test

import (
	"encoding/base64"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/emulator"
)

func TestValuesHaveTheShapeOfTheirType(t *testing.T) {
	const pem = "-----BEGIN CERTIFICATE-----\nMAAwADAA\n-----END CERTIFICATE-----\n"
	const database = `{"engine":"postgres","username":"u","password":"p","host":"h","dbname":"d","port":"5432"}`
	cases := map[string]struct {
		kind  emulator.SecretType
		value string
		want  string // empty: accepted
	}{
		"opaque holds anything":            {emulator.Opaque, "\x00{", ""},
		"a certificate":                    {emulator.Certificate, pem, ""},
		"a chain":                          {emulator.Certificate, pem + "\n" + pem, ""},
		"a certificate with more after it": {emulator.Certificate, pem + "x", "- (root): must be PEM blocks\n"},
		"blank PEM":                        {emulator.Certificate, " ", "- (root): must be PEM blocks\n"},
		"any keys":                         {emulator.KeyValue, `{"a":"1","b":""}`, ""},
		"no keys":                          {emulator.KeyValue, `{}`, ""},
		"no JSON":                          {emulator.KeyValue, `a=1`, "- (root): must be a JSON object\n"},
		"null":                             {emulator.KeyValue, `null`, "- (root): must be a JSON object\n"},
		"two objects":                      {emulator.KeyValue, `{}{}`, "- (root): must be a JSON object\n"},
		"every other JSON type": {
			emulator.KeyValue, `{"a":1,"b":1.5,"c":true,"d":null,"e":[],"f":{}}`,
			"- a: Invalid type. Expected: string, given: integer\n- b: Invalid type. Expected: string, given: number\n" +
				"- c: Invalid type. Expected: string, given: boolean\n- d: Invalid type. Expected: string, given: null\n" +
				"- e: Invalid type. Expected: string, given: array\n- f: Invalid type. Expected: string, given: object\n",
		},
		"credentials": {emulator.BasicCredentials, `{"username":"u","password":"p"}`, ""},
		"credentials of other fields": {
			emulator.BasicCredentials, `{"username":"u","pass":"p"}`,
			"- (root): Additional property pass is not allowed\n- (root): password is required\n",
		},
		"a database": {emulator.DatabaseCredentials, database, ""},
		"a database of an unknown engine and port": {
			emulator.DatabaseCredentials,
			`{"engine":"redis","username":"u","password":"p","host":"h","dbname":"d","port":"65536"}`,
			"- engine: must be one of postgres, mysql, other\n- port: must be an integer from 0 to 65535\n",
		},
		"a database whose port is a number": {
			emulator.DatabaseCredentials,
			`{"engine":"mysql","username":"u","password":"p","host":"h","dbname":"d","port":3306}`,
			"- port: Invalid type. Expected: string, given: integer\n",
		},
		"an SSH key":         {emulator.SSHKey, `{"ssh_private_key":"k"}`, ""},
		"a bare SSH key":     {emulator.SSHKey, `k`, "- (root): must be a JSON object\n"},
		"an SSH key missing": {emulator.SSHKey, `{}`, "- (root): ssh_private_key is required\n"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			f := start(t).owner(t)
			id, err := f.AddSecret(emulator.Secret{ProjectID: project, Name: "shaped", Type: c.kind})
			require.NoError(t, err)
			got := f.post(t, root+"/secrets/"+id+"/versions",
				`{"data":"`+base64.StdEncoding.EncodeToString([]byte(c.value))+`"}`)
			if c.want == "" {
				assert.Equal(t, http.StatusOK, got.status, got.body)
				return
			}
			assert.Equal(t, http.StatusBadRequest, got.status)
			assert.Equal(t, bad("data", "format", c.want), got.body)
		})
	}
}

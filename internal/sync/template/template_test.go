package template_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/sync/template"
)

func TestTemplatesAreExecuted(t *testing.T) {
	values := map[string]string{
		"USER":         "u",
		"PASSWORD":     "p@ss/word",
		"JSON":         `{"a": {"b": 1}}`,
		"YAML":         "x: [1, 2]",
		"a.dotted-key": "d",
	}
	for text, want := range map[string]string{
		"":                                  "",
		"plain":                             "plain",
		" } } }} { { \n":                    " } } }} { { \n",
		"{{ .USER }}:{{ .PASSWORD }}":       "u:p@ss/word",
		"{{ .PASSWORD | urlquery }}":        "p%40ss%2Fword",
		"{{ .PASSWORD | b64enc }}":          "cEBzcy93b3Jk",
		`{{ index . "a.dotted-key" }}`:      "d",
		`{{ index . "absent" }}`:            "",
		"{{ (.JSON | fromJson).a.b }}":      "1",
		"{{ (fromYaml .YAML).x | toYaml }}": "- 1\n- 2",
		`{{ camelcase "foo_bar" }}`:         "fooBar", // sprig would make FooBar of it, the operator does not
		`{{ printf "%s-%s" .USER "x" | upper | quote }}`:   `"U-X"`,
		`{{ if eq .USER "u" }}yes{{ else }}no{{ end }}`:    "yes",
		"{{- range $i, $c := list 1 2 }}{{ $i }}{{ end }}": "01",
	} {
		made, err := template.Execute(text, values)
		require.NoError(t, err, text)
		assert.Equal(t, want, string(made), text)
	}
}

func TestErrorsNameTheLineAndWhatIsWrong(t *testing.T) {
	for text, want := range map[string]string{
		"a\n{{ .ABSENT }}":            `line 2: the key "ABSENT" is not read`,
		"{{ .USER | fromJsn }}":       `line 1: there is no function "fromJsn" (did you mean "fromJson"?)`,
		"{{ .USER | nothingLikeIt }}": `line 1: there is no function "nothingLikeIt"`,
		`{{ env "HOME" }}`: `line 1: function "env" is not served: it would read the environment of the ` +
			`runtime`,
		`{{ getSecretKey "a" "b" "c" }}`: `line 1: function "getSecretKey" is not served: it would read other Secrets; ` +
			`have the key read by an entry of data`,
		`{{ getHostByName .USER }}`: `line 1: function "getHostByName" is not served: it would ask the DNS for ` +
			`what may be a value`,
		"{{ .USER ":                      "line 1: is no Go template",
		"{{ if }}{{ end }}":              "line 1: is no Go template",
		"\n\n{{ .USER | mustFromJson }}": `line 3: function "mustFromJson" failed on what was read`,
		"{{ fromYaml .USER }}":           `line 1: function "fromYaml" failed on what was read`,
		"{{ .USER.field }}":              "line 1: cannot be executed on what was read",
		`{{ fail "no" }}`:                `line 1: function "fail" failed on what was read`,
		`{{ repeat 2000000 "x" }}`:       "makes more than 1048576 bytes, which no Secret can hold",
	} {
		_, err := template.Execute(text, map[string]string{"USER": "u"})
		require.Error(t, err, text)
		assert.Equal(t, want, err.Error(), text)
	}
	_, err := template.Execute("{{ .ABSENT }}", nil)
	var problem *template.Error
	require.ErrorAs(t, err, &problem)
	assert.Equal(t, template.Error{Line: 1, Missing: "ABSENT", Problem: `the key "ABSENT" is not read`}, *problem)
}

func TestTemplatesAreCheckedWithoutValues(t *testing.T) {
	require.NoError(t, template.Check("{{ .ANY | upper }}"))
	require.Error(t, template.Check("{{ .ANY | uper }}"))
}

// TestNoErrorRepeatsAValue calls every function with a value in every place and with every number of arguments.
// TestATextWithoutActionsIsBounded has one that is no longer than a Secret can hold, and one that is.
func TestATextWithoutActionsIsBounded(t *testing.T) {
	made, err := template.Execute(strings.Repeat("a", template.Longest), nil)
	require.NoError(t, err)
	assert.Len(t, made, template.Longest)
	_, err = template.Execute(strings.Repeat("a", template.Longest+1), nil)
	require.EqualError(t, err, "makes more than 1048576 bytes, which no Secret can hold")
}

func TestNoErrorRepeatsAValue(t *testing.T) {
	const canary = "CANARY_of-a-Value"
	failures := 0
	for _, function := range template.Names() {
		for arguments := range 5 {
			for _, odd := range []string{".C", "1", "(list .C)", "(dict .C .C)"} {
				text := fmt.Sprintf("{{ %s%s }}", function, strings.Repeat(" "+odd, arguments))
				_, err := template.Execute(text, map[string]string{"C": canary})
				if err == nil {
					continue
				}
				failures++
				assert.NotContains(t, strings.ToLower(err.Error()), strings.ToLower(canary), text)
			}
		}
	}
	assert.Greater(t, failures, len(template.Names()), "most calls are wrong")
}

func TestTheFunctionsOfTheOperatorAreThere(t *testing.T) {
	names := template.Names()
	for _, name := range []string{
		"toYaml", "fromYaml", "filterPEM", "filterCertChain", "jwkPublicKeyPem", "jwkPrivateKeyPem", "rsaDecrypt",
		"pkcs12key", "pkcs12keyPass", "pkcs12cert", "pkcs12certPass", "pemToPkcs12", "pemToPkcs12Pass", "fullPemToPkcs12",
		"fullPemToPkcs12Pass", "pemTruststoreToPKCS12", "pemTruststoreToPKCS12Pass",
		"b64enc", "sha256sum", "htpasswd", "genPrivateKey", "trimSuffix",
	} {
		assert.Contains(t, names, name)
	}
	for _, name := range []string{"env", "expandenv", "getHostByName", "getSecretKey"} {
		assert.NotContains(t, names, name)
	}
}

package template

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"text/template"

	"github.com/Masterminds/sprig/v3"
	"github.com/huandu/xstrings"
	"sigs.k8s.io/yaml"
)

// leftOut are the functions of sprig and of the operator that look beyond the values, and why they are not served.
var leftOut = []struct{ name, why string }{
	{"env", "it would read the environment of the runtime"},
	{"expandenv", "it would read the environment of the runtime"},
	{"getHostByName", "it would ask the DNS for what may be a value"},
	{"getSecretKey", "it would read other Secrets; have the key read by an entry of data"},
}

// functions are all that a template may call: nothing is added to them once they are made.
var functions = sync.OnceValue(func() template.FuncMap {
	all := sprig.TxtFuncMap()
	maps.Copy(all, template.FuncMap{
		"toYaml":   toYAML,
		"fromYaml": fromYAML,

		// The operator's copy of sprig begins with a small letter, sprig itself with a capital.
		"camelcase": xstrings.ToCamelCase,

		"filterPEM":        filterPEM,
		"filterCertChain":  filterCertChain,
		"jwkPublicKeyPem":  jwkPublicKeyPEM,
		"jwkPrivateKeyPem": jwkPrivateKeyPEM,
		"rsaDecrypt":       rsaDecrypt,

		"pkcs12key":                 func(in string) (string, error) { return pkcs12Key("", in) },
		"pkcs12keyPass":             pkcs12Key,
		"pkcs12cert":                func(in string) (string, error) { return pkcs12Certificates("", in) },
		"pkcs12certPass":            pkcs12Certificates,
		"pemToPkcs12":               func(cert, key string) (string, error) { return pemToPKCS12(cert, key, "") },
		"pemToPkcs12Pass":           pemToPKCS12,
		"fullPemToPkcs12":           func(certs, key string) (string, error) { return fullPEMToPKCS12(certs, key, "") },
		"fullPemToPkcs12Pass":       fullPEMToPKCS12,
		"pemTruststoreToPKCS12":     func(certs string) (string, error) { return trustStore(certs, "") },
		"pemTruststoreToPKCS12Pass": trustStore,
	})
	for _, left := range leftOut {
		delete(all, left.name)
	}
	return all
})

// Names of the functions that a template may call, sorted.
func Names() []string { return slices.Sorted(maps.Keys(functions())) }

// toYAML formats a value as YAML without the last line break; what cannot be formatted is empty, as in the operator.
func toYAML(value any) string {
	text, err := yaml.Marshal(value)
	if err != nil {
		return ""
	}
	return strings.TrimSuffix(string(text), "\n")
}

// fromYAML reads a map. Of a text that is none the operator makes a map with the parser's error, which may quote the
// text; here that is an error.
func fromYAML(text string) (map[string]any, error) {
	read := map[string]any{}
	err := yaml.Unmarshal([]byte(text), &read)
	return read, err
}

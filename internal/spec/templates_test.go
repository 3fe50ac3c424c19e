package spec_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// problems are the messages about the group of a component, "FIELD in the group: MESSAGE" each.
func problems(t *testing.T, group string) []string {
	t.Helper()
	_, findings := load(t, components("web: {secrets: {"+group+"}}"))
	var found []string
	for _, f := range findings {
		field := strings.TrimPrefix(f.Field.String(), "spec.components.web.secrets.")
		found = append(found, field+": "+f.Message+" ["+f.Fix+"]")
	}
	return found
}

func TestTemplatesAndTypesThatAreAccepted(t *testing.T) {
	for _, group := range []string{
		`keys: [A], template: {URL: "x://{{ .A | urlquery }}"}`,
		`keys: [A], template: {A: "{{ index . \"A\" }}"}`,
		`keys: [A], optionalKeys: [B], template: {C: "{{ if .A }}{{ .B }}{{ end }}{{ index . \"B\" }}"}`,
		`extract: [all], template: {C: "{{ .ANYTHING }}"}`,
		`keys: [U, P], type: kubernetes.io/dockerconfigjson, template: {.dockerconfigjson: "{{ .U }}"}`,
		`map: {tls.crt: {secret: a}, tls.key: {}}, type: kubernetes.io/tls`,
		`keys: [username], type: kubernetes.io/basic-auth`,
		`extract: [certificate], type: kubernetes.io/tls`,
		`keys: [A], type: example.com/settings`,
		`keys: [A], type: helm.sh/release.v1, secretNames: AsIs`,
	} {
		assert.Empty(t, problems(t, group), group)
	}
}

func TestTemplatesAndTypesThatAreRefused(t *testing.T) {
	for group, want := range map[string]string{
		`keys: [A], template: {}`: `template: must make at least one key [remove it, or add URL: "{{ .HOST }}/path"]`,
		`keys: [A], template: {C: "hunter2 {{ .A "}`: `template.C: must be a Go template, and cannot be read as one ` +
			`[write {{ .KEY }} for the value of a key, and {{ "{{" }} for two braces]`,
		`keys: [API_KEY], template: {C: "{{ .API_KEI }}"}`: `template.C: must take keys that the group reads: "API_KEI" ` +
			`is none of API_KEY [write "API_KEY"]`,
		`keys: [A], template: {C: "{{ .A.b }}"}`: `template.C: must not take field "b" of key "A": values are texts ` +
			`[for a property of JSON, write (.A | fromJson).b]`,
		`keys: [A], template: {C: "{{ .A | b64encc }}"}`: `template.C: must not call "b64encc", which is no function of ` +
			`both engines [write "b64enc"]`,
		`keys: [A], template: {C: "{{ getHostByName .A }}"}`: `template.C: must not call "getHostByName", which is no ` +
			`function of both engines []`,
		`keys: [A], template: {"a b": "x"}`: `template["a b"]: "a b" must be a valid key of a Secret: at most 253 ` +
			`letters, digits, dashes, underscores and dots []`,
		`keys: [A], optionalKeys: [B], template: {C: "{{ .B }}"}`: `template.C: the template needs key "B", which is ` +
			`optional: while its secret is missing no key of the group is filled [move it to keys, or write {{ index . "B" ` +
			`}}, which is empty then]`,
		`keys: [A], type: kubernetes.io/tsl`: `type: "kubernetes.io/tsl" must be one of Opaque, kubernetes.io/basic-auth, ` +
			`kubernetes.io/dockercfg, kubernetes.io/dockerconfigjson, kubernetes.io/ssh-auth, kubernetes.io/tls, or a type ` +
			`of your own such as example.com/settings [write "kubernetes.io/tls"]`,
		`keys: [A], type: kubernetes.io/service-account-token`: `type: "kubernetes.io/service-account-token" must be the ` +
			`type of a Secret that holds values: Kubernetes itself fills those with tokens [leave it out]`,
		`map: {tls.crt: {}}, type: kubernetes.io/tls`: `type: "kubernetes.io/tls" must have the keys tls.crt, tls.key, and ` +
			`the group does not have tls.key for certain [add it under map, such as tls.key: {secret: ...}, or under template]`,
		`keys: [tls.key], map: {tls.crt: {}}, template: {X: "{{ index . \"tls.key\" }}"}, type: kubernetes.io/tls`: `type: ` +
			`"kubernetes.io/tls" must have the keys tls.crt, tls.key, and the group does not have tls.key for certain ` +
			`[add it under map, such as tls.key: {secret: ...}, or under template]`,
		`keys: [A], optionalKeys: [password], type: kubernetes.io/basic-auth`: `type: "kubernetes.io/basic-auth" must have ` +
			`key username or password, and the group has none of them for certain [add one under map or template]`,
		`keys: [A], secretNames: kebab`: `secretNames: "kebab" must be one of Kebab, Lower, AsIs [write "Kebab"]`,
	} {
		assert.Equal(t, []string{want}, problems(t, group), group)
	}
}

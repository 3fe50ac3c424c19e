package content_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"cloison.dev/cloison/internal/eso"
	"cloison.dev/cloison/internal/sync/content"
)

// scaleway holds values by folder and name.
type scaleway map[string]string

// outcomes answers reads as Scaleway would: a search finds what is directly in its folder and matches.
func (s scaleway) outcomes(reads []eso.Read) []content.Outcome {
	answers := make([]content.Outcome, len(reads))
	for i := range reads {
		answers[i].Found = map[string]content.Version{}
		for path, value := range s {
			folder, name := path[:strings.LastIndexByte(path, '/')], path[strings.LastIndexByte(path, '/')+1:]
			wanted := reads[i].From
			version := content.Version{Value: []byte(value), Revision: len(value)}
			switch {
			case reads[i].Kind == eso.ReadFind && wanted.Folder == folder && (wanted.Name == "" || wanted.Name == name),
				reads[i].Kind != eso.ReadFind && wanted.Folder == folder && wanted.Name == name:
				answers[i].Found[name] = version
			}
		}
	}
	return answers
}

func external(t *testing.T, text string) *eso.ExternalSecret {
	t.Helper()
	read := &eso.ExternalSecret{}
	require.NoError(t, yaml.UnmarshalStrict([]byte(text), read))
	return read
}

func run(t *testing.T, in scaleway, text string) (*content.Content, []content.Problem) {
	t.Helper()
	of := external(t, text)
	reads := of.Spec.Reads()
	return content.Make(of, reads, in.outcomes(reads))
}

// data formats the keys and values of a content, one a line.
func data(made *content.Content) string {
	var lines []string
	for _, key := range slices.Sorted(maps.Keys(made.Data)) {
		lines = append(lines, fmt.Sprintf("%s=%s", key, made.Data[key]))
	}
	return strings.Join(lines, "\n")
}

func texts(problems []content.Problem) []string {
	var all []string
	for _, p := range problems {
		all = append(all, p.String())
	}
	return all
}

var shop = scaleway{
	"/shop/url": "postgres://db", "/shop/json": `{"user": "u", "port": 5432, "tls": true, "none": null, "deep": ` +
		`{"a": [1, 2]}}`,
	"/shop/encoded": "cGxhaW4=", "/shop/url-encoded": "_-8=", "/shop/text": "no json", "/shop/a b": "odd", "/shop/other": `{"user": "v", "new": 1.5}`,
	"/mail/host": "smtp", "/mail/port": "25",
}

func TestContent(t *testing.T) {
	for name, test := range map[string]struct{ spec, want string }{
		"values": {`data:
  - {secretKey: URL, remoteRef: {key: path:/shop/url}}
  - {secretKey: SAME, remoteRef: {key: path:/shop/url}}`, "SAME=postgres://db\nURL=postgres://db"},
		"properties": {`data:
  - {secretKey: USER, remoteRef: {key: path:/shop/json, property: user}}
  - {secretKey: PORT, remoteRef: {key: path:/shop/json, property: port}}
  - {secretKey: NONE, remoteRef: {key: path:/shop/json, property: none}}
  - {secretKey: DEEP, remoteRef: {key: path:/shop/json, property: deep}}
  - {secretKey: SECOND, remoteRef: {key: path:/shop/json, property: deep.a.1}}`,
			"DEEP={\"a\": [1, 2]}\nNONE=\nPORT=5432\nSECOND=2\nUSER=u"},
		"decoding": {`data:
  - {secretKey: A, remoteRef: {key: path:/shop/encoded, decodingStrategy: Base64}}
  - {secretKey: B, remoteRef: {key: path:/shop/url-encoded, decodingStrategy: Base64URL}}
  - {secretKey: C, remoteRef: {key: path:/shop/url, decodingStrategy: Auto}}
  - {secretKey: D, remoteRef: {key: path:/shop/encoded, decodingStrategy: Auto}}
  - {secretKey: E, remoteRef: {key: path:/shop/encoded, decodingStrategy: None}}`,
			"A=plain\nB=\xff\xef\nC=postgres://db\nD=plain\nE=cGxhaW4="},
		"extract": {`dataFrom: [{extract: {key: path:/shop/json}}]`,
			"deep={\"a\": [1, 2]}\nnone=\nport=5432\ntls=true\nuser=u"},
		"extract of a property": {`dataFrom: [{extract: {key: path:/shop/json, property: deep}}]`, "a=[1, 2]"},
		"search":                {`dataFrom: [{find: {path: /mail}}]`, "host=smtp\nport=25"},
		"search of a name, there": {`dataFrom: [{find: {path: /mail, name: {regexp: ^host$}},
    rewrite: [{regexp: {source: ^host$, target: SMTP_HOST}}]}]`, "SMTP_HOST=smtp"},
		"search of a name, missing": {`dataFrom: [{find: {path: /mail, name: {regexp: ^absent$}}}]`, ""},
		"conversion": {`dataFrom:
  - {find: {path: /shop, name: {regexp: "^a b$"}, conversionStrategy: Unicode}}
  - {find: {path: /shop, name: {regexp: "^a b$"}, conversionStrategy: Default}}`, "a_U0020_b=odd\na_b=odd"},
		"rewrites in a row": {`dataFrom: [{find: {path: /mail},
    rewrite: [{regexp: {source: "^(.*)$", target: "smtp-$1"}}, {transform: {template: "{{ .value | upper | replace \"-\" \"_\" }}"}}]}]`,
			"SMTP_HOST=smtp\nSMTP_PORT=25"},
		"a rewrite to nothing": {`dataFrom: [{find: {path: /mail}, rewrite: [{regexp: {source: ".*", target: ""}}]}]`,
			""},
		"merge": {`dataFrom: [{find: {path: /shop, name: {regexp: ^json$}}, rewrite: [{merge: {priority: [json]}}]}]`,
			"deep={\"a\":[1,2]}\nnone=\nport=5432\ntls=true\nuser=u"},
		"merge into JSON": {`dataFrom: [{find: {path: /shop, name: {regexp: ^other$}}, rewrite: [{merge: {strategy: ` +
			`JSON, into: all}}]}]`,
			"all={\"new\":1.5,\"user\":\"v\"}\nother={\"user\": \"v\", \"new\": 1.5}"},
		"data wins": {`data: [{secretKey: host, remoteRef: {key: path:/shop/url}}]
  dataFrom: [{find: {path: /mail}}, {find: {path: /mail, name: {regexp: ^port$}}, rewrite: [{regexp: {source: port, target: PORT}}]}]`,
			"PORT=25\nhost=postgres://db\nport=25"},
		"template": {`target: {template: {data: {DSN: "{{ .URL }}/shop", PLAIN: text}}}
  data: [{secretKey: URL, remoteRef: {key: path:/shop/url}}]`, "DSN=postgres://db/shop\nPLAIN=text"},
		"template beside the values": {`target: {template: {mergePolicy: Merge, data: {DSN: "{{ .URL }}/shop"}}}
  data: [{secretKey: URL, remoteRef: {key: path:/shop/url}}]`, "DSN=postgres://db/shop\nURL=postgres://db"},
		"template of keys": {`target: {template: {templateFrom: [{literal: "{{ range $k, $v := . }}{{ $k | upper }}: {{ $v }}\n{{ end }}"}]}}
  dataFrom: [{find: {path: /mail}}]`, "HOST=smtp\nPORT=25"},
	} {
		made, problems := run(t, shop, "metadata: {name: e}\nspec:\n  "+test.spec)
		require.Empty(t, texts(problems), name)
		assert.Equal(t, test.want, data(made), name)
	}
}

func TestTypeLabelsAndAnnotations(t *testing.T) {
	made, problems := run(t, shop, `
metadata: {name: e}
spec:
  target:
    template:
      type: kubernetes.io/basic-auth
      metadata: {labels: {app: "{{ .host }}"}, annotations: {note: "port {{ .port }}"}}
      templateFrom: [{target: Annotations, literal: "other: {{ .host }}"}, {target: Labels, literal: "more: {{ .port | quote }}"}]
  dataFrom: [{find: {path: /mail}}]
`)
	require.Empty(t, texts(problems))
	assert.Equal(t, "kubernetes.io/basic-auth", string(made.Type))
	assert.Equal(t, map[string]string{"app": "smtp", "more": "25"}, made.Labels)
	assert.Equal(t, map[string]string{"note": "port 25", "other": "smtp"}, made.Annotations)
	assert.Empty(t, data(made), "a template with templateFrom makes the keys")
	assert.Equal(t, map[string]int{"path:/mail/host": 4, "path:/mail/port": 2}, made.Revisions)

	made, problems = run(t, shop, `
metadata: {name: e, labels: {a: b}, annotations: {c: d, kubectl.kubernetes.io/last-applied-configuration: x}}
spec: {dataFrom: [{find: {path: /mail}}]}
`)
	require.Empty(t, texts(problems))
	assert.Equal(t, map[string]string{"a": "b"}, made.Labels, "without a template they are the ExternalSecret's")
	assert.Equal(t, map[string]string{"c": "d"}, made.Annotations)
}

func TestWhereNothingIsFoundThereIsNoContent(t *testing.T) {
	for spec, want := range map[string]bool{
		`dataFrom: [{find: {path: /mail, name: {regexp: ^absent$}}}]`:                        true,
		`dataFrom: [{find: {path: /mail}, rewrite: [{regexp: {source: ".*", target: ""}}]}]`: true,
		`{}`: true,
		`target: {template: {data: {FIXED: text}}}`:                                                true,
		`{target: {template: {data: {A: "{{ .absent }}"}}}, dataFrom: [{find: {path: /empty}}]}`:   true,
		`dataFrom: [{find: {path: /mail, name: {regexp: ^absent$}}}, {find: {path: /mail}}]`:       false,
		`{target: {template: {templateFrom: [{literal: ""}]}}, dataFrom: [{find: {path: /mail}}]}`: false,
		`data: [{secretKey: A, remoteRef: {key: path:/shop/json, property: none}}]`:                false,
	} {
		made, problems := run(t, shop, "metadata: {name: e, labels: {a: b}}\nspec: "+"\n  "+spec)
		require.Empty(t, texts(problems), spec)
		assert.Equal(t, want, made.Nothing, spec)
		if want {
			assert.Empty(t, made.Data, spec)
			assert.Empty(t, made.Labels, spec)
		}
	}
}

func TestAllProblemsAreNamedAtOnce(t *testing.T) {
	of := external(t, `
metadata: {name: e}
spec:
  data:
  - {secretKey: URL, remoteRef: {key: path:/shop/url}}
  - {secretKey: ABSENT, remoteRef: {key: path:/shop/absent}}
  - {secretKey: PINNED, remoteRef: {key: path:/shop/absent, version: "7"}}
  - {secretKey: NO_PROPERTY, remoteRef: {key: path:/shop/json, property: absent}}
  - {secretKey: NO_JSON, remoteRef: {key: path:/shop/text, property: user}}
  - {secretKey: NO_BASE64, remoteRef: {key: path:/shop/text, decodingStrategy: Base64}}
  - {secretKey: DENIED, remoteRef: {key: path:/other/key}}
  dataFrom:
  - {extract: {key: path:/shop/text}}
  - {extract: {key: path:/shop/absent}}
`)
	reads := of.Spec.Reads()
	outcomes := shop.outcomes(reads)
	outcomes[6] = content.Outcome{Failure: "the API key may not read it (403)"}
	made, problems := content.Make(of, reads, outcomes)
	assert.Nil(t, made)
	assert.Equal(t, []string{
		"path:/shop/text: its value must be a JSON object, and is none",
		"path:/shop/absent: there is no such secret, or no revision of it is enabled",
		"ABSENT (path:/shop/absent): there is no such secret, or no revision of it is enabled",
		`PINNED (path:/shop/absent): there is no such secret, or it has no revision "7"`,
		`NO_PROPERTY (path:/shop/json): its value has no property "absent"`,
		`NO_JSON (path:/shop/text): its value has no property "user"`,
		"NO_BASE64 (path:/shop/text): its value must be in the encoding Base64, and is not",
		"DENIED (path:/other/key): the API key may not read it (403)",
	}, texts(problems))
	assert.Equal(t, "spec.dataFrom[0]", problems[0].Field.String())
	assert.Equal(t, "spec.data[1]", problems[2].Field.String())
}

func TestAnOptionalKeyThatCannotBeReadKeepsWhatItHas(t *testing.T) {
	optional := `
metadata: {name: e}
spec:
  data: [{secretKey: URL, remoteRef: {key: path:/shop/url}}]
  dataFrom: [{find: {path: /mail, name: {regexp: ^host$}}, rewrite: [{regexp: {source: ^host$, target: HOST}}]}]
`
	for text, want := range map[string]string{
		optional: "",
		strings.Replace(optional, "  data:", `  target: {template: {data: {A: "{{ .HOST }}"}}}`+"\n  data:",
			1): "HOST (path:/mail/host): denied",
		strings.Replace(optional, "path: /mail, ", "",
			1): "HOST (name:host): denied",
		strings.Replace(optional, "^host$}", "host}",
			1): "path:/mail: denied",
	} {
		of := external(t, text)
		reads := of.Spec.Reads()
		outcomes := shop.outcomes(reads)
		outcomes[1] = content.Outcome{Failure: "denied"}
		made, problems := content.Make(of, reads, outcomes)
		assert.Equal(t, want, strings.Join(texts(problems), "\n"))
		if want == "" {
			assert.Equal(t, map[string]string{"HOST": "denied"}, made.Kept)
			assert.Equal(t, "URL=postgres://db", data(made))
		}
	}
}

func TestWhatDoesNotFitASecretIsRefused(t *testing.T) {
	const canary = "CANARY0of0a0value"
	in := scaleway{
		"/f/keys": `{"a b": "x", "c/d": "y", "` + canary +
			`?": "z"}`, "/f/clash": `{"a b": 1, "a_b": 2}`, "/f/value": canary + " " + canary,
		"/f/large": strings.Repeat("x", content.Longest), "/f/one": `{"k": "` + canary + `"}`, "/f/two": `{"k": 1}`,
	}
	for name, test := range map[string]struct{ spec, want string }{
		"keys": {`dataFrom: [{extract: {key: path:/f/keys}, rewrite: [{regexp: {source: x, target: x}}]}]`,
			`path:/f/keys: a key, which is not repeated here, must be a valid key of a Secret: at most 253 letters, digits, dashes, underscores and dots
path:/f/keys: the key "a b" must be a valid key of a Secret: at most 253 letters, digits, dashes, underscores and dots
path:/f/keys: the key "c/d" must be a valid key of a Secret: at most 253 letters, digits, dashes, underscores and dots`},
		"keys that become one": {`dataFrom: [{extract: {key: path:/f/clash}}]`, `path:/f/clash: two values become ` +
			`one: the key "a_b"`},
		"too large": {`dataFrom: [{find: {path: /f, name: {regexp: ^large$}}}]
  data: [{secretKey: MORE, remoteRef: {key: path:/f/value}}]`,
			"spec: all values together have 1048611 bytes; a Secret can hold 1048576: spread the keys over several " +
				"ExternalSecrets"},
		"label": {`target: {template: {metadata: {labels: {a: "{{ .V }}"}}}}
  data: [{secretKey: V, remoteRef: {key: path:/f/value}}]`,
			`spec.target.template.metadata.labels.a: what the template makes for the key "a" must be a label value: ` +
				`at most 63 letters, digits, dashes, underscores and dots, with a letter or digit at both ends`},
		"template": {`target: {template: {data: {A: "{{ .ABSENT }}", B: "{{ .V | mustFromJson }}", C: "{{ .V }}"}}}
  data: [{secretKey: V, remoteRef: {key: path:/f/value}}]`,
			`spec.target.template.data.A: the template of A, line 1: the key "ABSENT" is not read
spec.target.template.data.B: the template of B, line 1: function "mustFromJson" failed on what was read`},
		"template of keys": {`target: {template: {templateFrom: [{literal: "{{ .V }}"}, {literal: "{{"}]}}
  data: [{secretKey: V, remoteRef: {key: path:/f/value}}]`,
			`spec.target.template.templateFrom[0].literal: what the template makes must be a map of texts in YAML, and is none
spec.target.template.templateFrom[1].literal: line 1: is no Go template`},
		"merge of what clashes": {`dataFrom: [{find: {path: /f}, rewrite: [{merge: {}}]}]`,
			`path:/f: rewrite[0]: merge: the key "large" must be there, and be a JSON object`},
		"merge without into": {`dataFrom: [{find: {path: /f, name: {regexp: ^one$}}, rewrite: [{merge: {strategy: ` +
			`JSON}}]}]`,
			`path:/f/one: rewrite[0]: merge: the strategy JSON must have into, the key that is written`},
		"merge of what is missing": {`dataFrom: [{find: {path: /f, name: {regexp: ^one$}}, rewrite: [{merge: ` +
			`{priority: [two]}}]}]`,
			`path:/f/one: rewrite[0]: merge: the key "two" must be there, and be a JSON object`},
		"expression": {`dataFrom: [{find: {path: /f, name: {regexp: ^one$}}, rewrite: [{}, {regexp: {source: "(", ` +
			`target: x}}]}]`,
			`path:/f/one: rewrite[1]: regexp must have a source, which is a regular expression, and a target, and makes ` +
				`no name longer than 4096`},
		"transform": {`dataFrom: [{find: {path: /f, name: {regexp: ^one$}}, rewrite: [{transform: {template: "{{ ` +
			`.other }}"}}]}]`,
			`path:/f/one: rewrite[0]: transform: line 1: the key "other" is not read`},
	} {
		made, problems := run(t, in, "metadata: {name: e}\nspec:\n  "+test.spec)
		assert.Nil(t, made, name)
		all := strings.Join(texts(problems), "\n")
		assert.Equal(t, test.want, all, name)
		assert.NotContains(t, all, canary, name)
	}
}

func TestMergesSayWhichPropertiesClash(t *testing.T) {
	in := scaleway{"/f/one": `{"user": 1, "port": 2}`, "/f/two": `{"user": 3}`}
	spec := "metadata: {name: e}\nspec:\n  dataFrom: [{find: {path: /f}, rewrite: [{merge: {%s}}]}]"
	_, problems := run(t, in, fmt.Sprintf(spec, ""))
	assert.Equal(t, []string{`path:/f: rewrite[0]: merge: several values have the key "user"`}, texts(problems))
	made, problems := run(
		t,
		in,
		fmt.Sprintf(spec, "conflictPolicy: Ignore, priority: [one, absent], priorityPolicy: IgnoreNotFound"),
	)
	require.Empty(t, problems)
	assert.Equal(t, "port=2\nuser=1", data(made), "the priority wins")
}

package eso_test

import (
	"fmt"

	"sigs.k8s.io/yaml"

	"cloison.dev/cloison/internal/eso"
)

// read parses an ExternalSecret.
func read(text string) *eso.ExternalSecret {
	var external eso.ExternalSecret
	if err := yaml.UnmarshalStrict([]byte(text), &external); err != nil {
		panic(err)
	}
	return &external
}

const external = `
metadata: {name: api}
spec:
  secretStoreRef: {name: api-secretstore}
  target: {name: api-secrets}
  data:
  - {secretKey: DATABASE_URL, remoteRef: {key: path:/shop-api/database-url}}
  - {secretKey: S3_KEY, remoteRef: {key: path:/shop-api/s3, property: key, version: "2"}}
  dataFrom:
  - extract: {key: path:/shop-api/smtp}
  - find: {path: /shop-api, name: {regexp: ^sentry-dsn$}}
    rewrite: [{regexp: {source: ^sentry-dsn$, target: SENTRY_DSN}}]
`

func ExampleExternalSecretSpec_Reads() {
	for _, r := range read(external).Spec.Reads() {
		fmt.Printf("%s: %s %q of %s into %q, optional: %v\n", r.Entry, r.Kind, r.From, r.StoreRef.Name,
			r.Key, r.Optional)
	}
	// Output:
	// data[0]: value "path:/shop-api/database-url" of api-secretstore into "DATABASE_URL", optional: false
	// data[1]: value "path:/shop-api/s3" of api-secretstore into "S3_KEY", optional: false
	// dataFrom[0]: extract "path:/shop-api/smtp" of api-secretstore into "", optional: false
	// dataFrom[1]: find "path:/shop-api/sentry-dsn" of api-secretstore into "SENTRY_DSN", optional: true
}

func ExampleExternalSecretSpec_Content() {
	e := read(external)
	content := e.Spec.Content(e.Spec.Reads())
	for _, key := range content.Keys {
		fmt.Println(e.Spec.TargetName(e.Name), key.Name)
	}
	fmt.Println("and others:", content.Open)
	// Output:
	// api-secrets DATABASE_URL
	// api-secrets S3_KEY
	// api-secrets SENTRY_DSN
	// and others: true
}

func ExampleExternalSecretSpec_Content_template() {
	e := read(`
spec:
  data:
  - {secretKey: USER, remoteRef: {key: path:/shop-api/user}}
  - {secretKey: PASSWORD, remoteRef: {key: path:/shop-api/password}}
  target: {template: {data: {URL: "pg://{{ .USER }}:{{ .PASSWORD }}@db", LOGIN: "{{ .USER | trim }}", HOST: db}}}
`)
	for _, key := range e.Spec.Content(e.Spec.Reads()).Keys {
		fmt.Println(key.Name, key.Read)
	}
	// Output:
	// HOST -1
	// LOGIN 0
	// URL -1
}

func ExampleParseReference() {
	for _, key := range []string{"path:/shop/api/dsn", "path:/dsn", "name:dsn", "id:4f0c", "path:shop/dsn",
		"shop/dsn"} {
		r := eso.ParseReference(key)
		fmt.Printf("%q %q %q\n", r.Form, r.Folder, r.Name)
	}
	// Output:
	// "path" "/shop/api" "dsn"
	// "path" "/" "dsn"
	// "name" "" "dsn"
	// "id" "" "4f0c"
	// "path" "" "shop/dsn"
	// "" "" "shop/dsn"
}

func ExampleParseExactName() {
	for _, expression := range []string{eso.ExactName("sentry.dsn"), "^sentry$", "sentry", "^sentry.dsn$", `^\d$`} {
		name, exact := eso.ParseExactName(expression)
		fmt.Println(expression, name, exact)
	}
	// Output:
	// ^sentry\.dsn$ sentry.dsn true
	// ^sentry$ sentry true
	// sentry  false
	// ^sentry.dsn$  false
	// ^\d$  false
}

func ExampleRewriteKey() {
	text := func(text string) *string { return &text }
	prefix := eso.Rewrite{RegExp: &eso.RewriteRegExp{Source: text("(.*)"), Target: text("APP_$1")}}
	template := eso.Rewrite{Transform: &eso.RewriteTransform{Template: text("{{ .value }}")}}
	fmt.Println(eso.RewriteKey("dsn", []eso.Rewrite{prefix}, ""))
	fmt.Println(eso.RewriteKey("dsn", []eso.Rewrite{prefix, template}, ""))
	fmt.Println(eso.RewriteKey("a/b", nil, eso.ConversionDefault))
	fmt.Println(eso.RewriteKey("a/b", nil, eso.ConversionUnicode))
	// Output:
	// APP_dsn true
	//  false
	// a_b true
	// a_U002f_b true
}

package pods_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"cloison.dev/cloison/internal/finding"

	"cloison.dev/cloison/internal/testkit/manifests"
)

func TestVariablesComeFromOnePlace(t *testing.T) {
	manifests.Table{
		"a variable hides a synced key": {
			Manifests: synced("A", "B") + workload("Deployment", "d", fromS+", env: [{name: A, value: x}, {name: B, "+
				"valueFrom: {secretKeyRef: {name: s, key: B}}}]", ""),
			Want: []string{`warning CLS-P004 Deployment a/d spec.template.spec.containers[0].env[0].name: the ` +
				`variable "A" of container "c" ` +
				`hides the key "A" that envFrom[0] imports from Secret s: the variable under env wins`},
		},
		"a prefix": {
			Manifests: synced("A") + workload("Deployment", "d", "envFrom: [{prefix: P_, secretRef: {name: s}}], "+
				"env: [{name: P_A, value: x}, {name: A, value: ''}]", ""),
			Want: []string{`warning CLS-P004 Deployment a/d spec.template.spec.containers[0].env[0].name: the ` +
				`variable "P_A" of container "c" ` +
				`hides the key "A" that envFrom[0] imports from Secret s: the variable under env wins`},
		},
		"a variable twice": {
			Manifests: workload("Deployment", "d", "env: [{name: A, value: x}, {name: B}, {name: A, value: z}]", ""),
			Want: []string{`warning CLS-P009 Deployment a/d spec.template.spec.containers[0].env[2].name: container ` +
				`"c" has the variable "A" already at env[0]: ` +
				`the last one wins, and a server-side apply refuses it`},
		},
		"a key in two Secrets": {
			Manifests: synced("A") +
				manifests.Object("bitnami.com/v1alpha1", "SealedSecret", "t", "spec: {encryptedData: {A: x, B: x}}") +
				workload("Deployment", "d", "envFrom: [{secretRef: {name: s}}, {secretRef: {name: t}}]", ""),
			Want: []string{`warning CLS-P009 Deployment a/d spec.template.spec.containers[0].envFrom[1]: container ` +
				`"c" gets A from Secret s and from Secret t: the last one wins`},
		},
		"a key in a ConfigMap too": {
			Manifests: synced("API_TOKEN", "REGION", "EMPTY") +
				manifests.Object("v1", "ConfigMap", "m",
					"data: {API_TOKEN: abc, REGION: fr-par, EMPTY: '', OTHER: x}") +
				workload("Deployment", "d", "envFrom: [{secretRef: {name: s}}, {configMapRef: {name: m}}]", ""),
			Want: []string{
				`error CLS-P010 ConfigMap a/m data.API_TOKEN: the entry "API_TOKEN" is written as text, and the ` +
					`component has a secret of that name: a key of Secret "s"`,
				`warning CLS-P010 ConfigMap a/m data.REGION: the entry "REGION" is written as text, and Secret "s" ` +
					`has a key of that name: one of the two is not needed`,
				`warning CLS-P009 Deployment a/d spec.template.spec.containers[0].envFrom[1]: container "c" gets ` +
					`EMPTY from Secret s and from ConfigMap m: the last one wins`,
			},
		},
		"defaults in one ConfigMap, changes in another": {
			Manifests: manifests.Object("v1", "ConfigMap", "m", "data: {A: x}") +
				manifests.Object("v1", "ConfigMap", "o", "data: {A: z}") +
				workload("Deployment", "d", "envFrom: [{configMapRef: {name: m}}, {configMapRef: {name: o}}]", ""),
		},
	}.Run(t, judge, manifests.Messages)
}

// reflector starts the annotations of a controller that copies Secrets.
const reflector = "reflector.v1.k8s.emberstack.com/reflection-"

func TestSecretsAreNoText(t *testing.T) {
	variable := func(name, value string) string {
		return workload("Deployment", "d", fmt.Sprintf("env: [{name: %s, value: '%s'}]", name, value), "")
	}
	manifests.Table{
		"a URL with a password": {
			Manifests: variable("DATABASE_URL", "postgres://app:hunter2@db:5432/app") +
				workload("Job", "j", "args: ['--dsn=amqp://u:p@h'], command: [run, redis://:p@h]", "") +
				manifests.Object("v1", "ConfigMap", "m", "data: {app.conf: \"# like "+
					"postgres://user:password@host\\nurl = mongodb+srv://app:hunter2@db/x\\n\"}"),
			Want: []string{
				`error CLS-P010 Deployment a/d spec.template.spec.containers[0].env[0].value: the variable ` +
					`"DATABASE_URL" of container "c" is a URL with a password, as text`,
				`error CLS-P010 Job a/j spec.template.spec.containers[0].command[1]: the command line of container ` +
					`"c" has a URL with a password, as text`,
				`error CLS-P010 Job a/j spec.template.spec.containers[0].args[0]: the command line of container "c" ` +
					`has a URL with a password, as text`,
				`error CLS-P010 ConfigMap a/m data[app.conf]: the entry "app.conf" has a URL with a password, as text`,
			},
		},
		"a key that another workload imports": {
			Manifests: synced("SESSION_SECRET") + workload("Deployment", "e", fromS, "") +
				variable("SESSION_SECRET", "hunter2"),
			Want: []string{`error CLS-P010 Deployment a/d spec.template.spec.containers[0].env[0].value: the ` +
				`variable "SESSION_SECRET" of container "c" ` +
				`is written as text, and the component has a secret of that name: a key of Secret "s"`},
		},
		"what is called a secret": {
			Manifests: variable("POSTGRES_PASSWORD", "hunter2"),
			Want: []string{`warning CLS-P010 Deployment a/d spec.template.spec.containers[0].env[0].value: the ` +
				`variable "POSTGRES_PASSWORD" of container "c" ` +
				`is written as text, and it is called a secret`},
		},
		"what is only called so": {
			Manifests: workload("Deployment", "d", `env: [{name: POSTGRES_PASSWORD_FILE, value: /run/secrets/p}, {name: ALLOW_EMPTY_PASSWORD, value: "yes"}, {name: TOKEN, value: ""},
  {name: MAX_TOKEN, value: "4096"}, {name: DB_PASSWORD, value: $(OTHER)}, {name: API_KEY, value: vault:secret/x}, {name: OAUTH_TOKEN, value: 'https://idp.example/token'},
  {name: URL, value: 'postgres://$(USER):$(PASSWORD)@db'}, {name: PULL_SECRET, value: sealed}, {name: KEY, value: x}, {name: IMAGE, value: 'docker://alpine:3.20@sha256:0123'}, {name: URL2, value: 'http://example.com:80/a@b'}]`, "") +
				manifests.Object("bitnami.com/v1alpha1", "SealedSecret", "sealed", "spec: {encryptedData: {x: x}}") +
				manifests.Object("v1", "ConfigMap", "m", "data: {make-token: \"#!/bin/sh\\nexec make\\n\"}"),
			Want: []string{
				`info CLS-P013 Deployment a/d spec.template.spec.containers[0].env[5].value: assumed: a webhook of Vault ` +
					`replaces the value by a secret of the component; from where it comes was not evaluated`,
			},
		},
		"Secrets with values": {
			Manifests: manifests.Object("v1", "Secret", "plain", "stringData: {A: hunter2}") +
				manifests.Object("v1", "Secret", "coded", "data: {A: aHVudGVyMg==}") +
				manifests.Object("v1", "Secret", "tls", "type: kubernetes.io/tls\ndata: {tls.key: aHVudGVyMg==}"),
			Want: []string{
				`error CLS-P006 Secret a/plain stringData: the values of the Secret stand in the manifests, in plain ` +
					`text or base64`,
				`error CLS-P006 Secret a/coded data: the values of the Secret stand in the manifests, in plain text ` +
					`or base64`,
				`error CLS-P006 Secret a/tls data: the values of the Secret stand in the manifests, in plain text or ` +
					`base64`,
			},
		},
		"Secrets without": {
			Manifests: manifests.Object("v1", "Secret", "empty", "stringData: {A: ''}") +
				manifests.Object("v1", "Secret", "none", "type: Opaque") +
				manifests.Object("v1", "Secret", "token", "type: kubernetes.io/service-account-token\ndata: {token: "+
					"aHVudGVyMg==}") +
				manifests.Object("v1", "Secret", "template", "stringData: {A: '<path:kv/a#b>', B: '${B}', C: "+
					"'ENC[AES256_GCM,data:x]'}") +
				manifests.Object("v1", "Secret", "ca", "stringData: {ca.crt: \"-----BEGIN "+
					"CERTIFICATE-----\\nMII\\n-----END CERTIFICATE-----\\n\"}"),
		},
		"a copy of another component's Secret": {
			Manifests: "---\napiVersion: v1\nkind: Secret\nmetadata: {name: copy, namespace: a, annotations: " +
				"{reflector.v1.k8s.emberstack.com/reflects: b/other}}\n" +
				"---\napiVersion: v1\nkind: Secret\nmetadata: {name: own, namespace: b, annotations: " +
				"{replicator.v1.mittwald.de/replicate-from: b/other}}\n",
			Want: []string{`error CLS-P001 Secret a/copy ` +
				`metadata.annotations[reflector.v1.k8s.emberstack.com/reflects]: the Secret is a copy of one of ` +
				`component b, b/other`},
		},
		"a Secret that is copied to another component": {
			Manifests: "---\napiVersion: v1\nkind: Secret\nmetadata: {name: own, namespace: a, annotations: " +
				"{replicator.v1.mittwald.de/replicate-to: 'x,b.*'}}\n" +
				"---\napiVersion: v1\nkind: Secret\nmetadata: {name: out, namespace: a, annotations: " +
				"{replicator.v1.mittwald.de/replicate-to: elsewhere}}\n" +
				"---\napiVersion: v1\nkind: Secret\nmetadata: {name: all, namespace: b, annotations: {" + reflector +
				"allowed: 'true', " + reflector + "auto-enabled: 'true'}}\n",
			Want: []string{
				`warning CLS-P001 Secret a/own metadata.annotations[replicator.v1.mittwald.de/replicate-to]: a ` +
					`controller copies the Secret into other namespaces, that of component b among them`,
				`warning CLS-P001 Secret b/all metadata.annotations[` + reflector + `auto-enabled]: a controller ` +
					`copies the Secret into other namespaces, that of component a among them`,
			},
		},
	}.Run(t, judge, manifests.Messages)
}

func TestFindingsRepeatNoSecret(t *testing.T) {
	const canary = "c4n4ryc4n4ry"
	findings := manifests.Judge(judge).Check(t, strings.ReplaceAll(
		manifests.Object("v1", "Secret", "s", "stringData: {A: CANARY, B_TOKEN: x}")+
			manifests.Object("v1", "Secret", "t", "stringData: {B_TOKEN: CANARY}")+
			manifests.Object("v1", "ConfigMap", "m", "data: {A: CANARY, B_TOKEN: CANARY, u: 'http://a:CANARY@b'}")+
			workload("Deployment", "d", "command: ['http://a:CANARY@b'], env: [{name: A, value: CANARY}, {name: A, "+
				"value: CANARY}, {name: X_SECRET, value: CANARY}, {name: U, value: 'http://a:CANARY@b'}], "+
				"envFrom: [{secretRef: {name: s}}, {configMapRef: {name: m}}, {secretRef: {name: t}}]", ""), "CANARY", canary))
	var codes []finding.Code
	for _, f := range findings {
		codes = append(codes, f.Code)
		assert.NotContains(t, fmt.Sprintf("%+v", f), canary)
	}
	for _, code := range []finding.Code{finding.Shadowed, finding.PlaintextSecret, finding.VariableTwice,
		finding.LiteralSecret} {
		assert.Contains(t, codes, code)
	}
}

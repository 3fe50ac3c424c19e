package spec_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"cloison.dev/cloison/internal/cluster"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/spec"
)

// messages are those of a Segregation, as "field: message; fix: fix" without what every path begins with.
func messages(t *testing.T, text string) []string {
	t.Helper()
	_, findings := spec.Load(parse(t, text), spec.Origin{}, cluster.Kapsule())
	lines := []string{}
	for _, f := range findings {
		line := strings.TrimPrefix(strings.TrimPrefix(f.Field.String(), "spec."), "components.") + ": " + f.Message
		if f.Fix != "" {
			line += "; fix: " + f.Fix
		}
		lines = append(lines, line)
	}
	return lines
}

// mistakes are components as people write them, the messages about them, and the same with the fixes applied. One cause
// has one message.
var mistakes = map[string]struct {
	wrong string
	want  []string
	right string
}{
	"from under egress": {
		`web: {egress: [{from: {namespace: db}}]}`,
		[]string{`web.egress[0].from: unknown field "from"; must be one of to, pods, ports; fix: write "to"`},
		`web: {egress: [{to: {namespace: db}}]}`,
	},
	"to under ingress": {
		`web: {ingress: [{to: {namespace: db}}]}`,
		[]string{`web.ingress[0].to: unknown field "to"; must be one of from, pods, ports; fix: write "from"`},
		`web: {ingress: [{from: {namespace: db}}]}`,
	},
	"a truth value in quotes": {
		`web: {egress: [{to: {internet: "true"}}]}`,
		[]string{`web.egress[0].to.internet: must be true or false, got the text "true"; fix: remove the quotes`},
		`web: {egress: [{to: {internet: true}}]}`,
	},
	"a truth value of YAML 1.1": {
		`web: {egress: [{to: {internet: yes}}]}`,
		[]string{`web.egress[0].to.internet: must be true or false, got the text "yes"; fix: write true`},
		`web: {egress: [{to: {internet: true}}]}`,
	},
	"a misspelt peer": {
		`web: {ingress: [{from: {namesapce: ingress-nginx}}]}`,
		[]string{`web.ingress[0].from.namesapce: unknown field "namesapce"; must be one of component, namespace, cidr, ` +
			`internet, kubernetesAPI, monitoring, fqdns, pods; fix: write "namespace"`},
		`web: {ingress: [{from: {namespace: ingress-nginx}}]}`,
	},
	"exemptions": {
		`web: {podSecurity: {exemptions: {usernames: [a]}}}`,
		[]string{`web.podSecurity.exemptions: unknown field "exemptions"; must be one of enforce, warn, audit, enforceVersion, ` +
			`warnVersion, auditVersion; fix: remove it: exemptions are in the configuration of the API server, for all ` +
			`namespaces; give the component a level that its pods keep to, or move those that cannot into a component of ` +
			`their own`},
		`web: {podSecurity: {enforce: baseline}}`,
	},
	"one key": {
		`web: {secrets: {keys: X}}`,
		[]string{`web.secrets.keys: must be a list, got the text "X"; fix: write a list: keys: [X]`},
		`web: {secrets: {keys: [X]}}`,
	},
	"one port": {
		`web: {egress: [{to: {internet: true}, ports: 4000}]}`,
		[]string{`web.egress[0].ports: must be a list, got the number 4000; fix: write a list: ports: [4000]`},
		`web: {egress: [{to: {internet: true}, ports: [4000]}]}`,
	},
	"one port with a protocol": {
		`web: {egress: [{to: {internet: true}, ports: 53/UDP}]}`,
		[]string{`web.egress[0].ports: must be a list, got a text; fix: write a list: ports: [53/UDP]`},
		`web: {egress: [{to: {internet: true}, ports: [53/UDP]}]}`,
	},
	"port": {
		`web: {egress: [{to: {internet: true}, port: 443}]}`,
		[]string{`web.egress[0].port: unknown field "port"; must be one of to, pods, ports; ` +
			`fix: write ports, which is a list: ports: [443]`},
		`web: {egress: [{to: {internet: true}, ports: [443]}]}`,
	},
	"a map of keys": {
		`web: {secrets: {keys: {A: foo}}}`,
		[]string{`web.secrets.keys: must be a list, got an object; fix: write a list: [A]; to read A from another secret ` +
			`than that of its name, write map: {A: {secret: ...}}`},
		`web: {secrets: {map: {A: {secret: foo}}}}`,
	},
	"keys in one text": {
		`web: {secrets: {keys: "A, B"}}`,
		[]string{`web.secrets.keys: must be a list, got a text; fix: write a list: keys: [A, B]`},
		`web: {secrets: {keys: [A, B]}}`,
	},
	"nothing in a list": {
		`web: {secrets: {keys: [null, A]}}`,
		[]string{`web.secrets.keys[0]: must be text, got the null value null; fix: put it in quotes, "null", or remove it`},
		`web: {secrets: {keys: [A]}}`,
	},
	"keys with colons": {
		"web: {secrets: {keys: {A: }}}",
		[]string{`web.secrets.keys: must be a list, got an object; fix: write a list: [A]`},
		`web: {secrets: {keys: [A]}}`,
	},
	"keys without keys": {
		`web: {secrets: {DATABASE_URL: hunter2}}`,
		[]string{`web.secrets.DATABASE_URL: unknown field "DATABASE_URL"; must be one of ` + groupFields +
			`; fix: list it under keys: keys: [DATABASE_URL]`},
		`web: {secrets: {keys: [DATABASE_URL]}}`,
	},
	"a source without map": {
		`web: {secrets: {DATABASE_URL: {secret: url}}}`,
		[]string{`web.secrets.DATABASE_URL: unknown field "DATABASE_URL"; must be one of ` + groupFields +
			`; fix: move it under map: map: {DATABASE_URL: ...}`},
		`web: {secrets: {map: {DATABASE_URL: {secret: url}}}}`,
	},
	"a list of keys alone": {
		`web: {secrets: [A]}`,
		[]string{`web.secrets: must be an object with fields ` + groupFields + `, got a list; fix: write {keys: [...]}`},
		`web: {secrets: {keys: [A]}}`,
	},
	"the name of a secret for a source": {
		`web: {secrets: {map: {A: url}}}`,
		[]string{`web.secrets.map.A: must be an object with fields secret, property, version, got the text "url"; ` +
			`fix: write {secret: url}, with the name of the Scaleway secret`},
		`web: {secrets: {map: {A: {secret: url}}}}`,
	},
	"what may be a secret for a source": {
		`web: {secrets: {map: {A: hunter2}}}`,
		[]string{`web.secrets.map.A: must be an object with fields secret, property, version, got a text; ` +
			`fix: write {secret: ...}, with the name of the Scaleway secret`},
		`web: {secrets: {map: {A: {secret: url}}}}`,
	},
	"hard": {
		`web: {quota: {hard: {pods: 10}}}`,
		[]string{`web.quota.hard: must be a quantity such as 10, 500m or 20Gi, got an object; fix: leave "hard" out: ` +
			`what is in it belongs one level up`},
		`web: {quota: {pods: 10}}`,
	},
	"a quota as in a container": {
		`web: {quota: {requests: {cpu: 1, memory: 1Gi}}}`,
		[]string{`web.quota.requests: must be a quantity such as 10, 500m or 20Gi, got an object; ` +
			`fix: write the names in one: requests.cpu, requests.memory`},
		`web: {quota: {requests.cpu: 1, requests.memory: 1Gi}}`,
	},
	"matchLabels": {
		`web: {ingress: [{from: {namespace: a}, pods: {matchLabels: {app: b}}}]}`,
		[]string{`web.ingress[0].pods.matchLabels: must be text, got an object; fix: leave "matchLabels" out: what is in ` +
			`it belongs one level up`},
		`web: {ingress: [{from: {namespace: a}, pods: {app: b}}]}`,
	},
	"selectors": {
		`web: {ingress: [{from: {namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: a}}}}]}`,
		[]string{`web.ingress[0].from.namespaceSelector: unknown field "namespaceSelector"; must be one of ` + peerFields +
			`; fix: write the name of the namespace: namespace: ingress-nginx`},
		`web: {ingress: [{from: {namespace: a}}]}`,
	},
	"spec in a component": {
		`web: {spec: {secrets: {keys: [A]}}}`,
		[]string{`web.spec: unknown field "spec"; must be one of ` + componentFields + `; fix: leave spec out: what is in ` +
			`it belongs here`},
		`web: {secrets: {keys: [A]}}`,
	},
	"ports in a peer": {
		`web: {egress: [{to: {internet: true, ports: [443]}}]}`,
		[]string{`web.egress[0].to.ports: unknown field "ports"; must be one of ` + peerFields +
			`; fix: move it to spec.components.web.egress[0].ports`},
		`web: {egress: [{to: {internet: true}, ports: [443]}]}`,
	},
	"a peer without to": {
		`web: {egress: [{namespace: db}]}`,
		[]string{`web.egress[0].namespace: unknown field "namespace"; must be one of to, pods, ports; ` +
			`fix: move it to spec.components.web.egress[0].to.namespace`},
		`web: {egress: [{to: {namespace: db}}]}`,
	},
	"keys of a component": {
		`web: {keys: [A]}`,
		[]string{`web.keys: unknown field "keys"; must be one of ` + componentFields +
			`; fix: move it to spec.components.web.secrets.keys`},
		`web: {secrets: {keys: [A]}}`,
	},
	"a component that is nothing": {
		"web:",
		[]string{`web: must be an object with fields ` + componentFields + `, got nothing; fix: write {} for a component ` +
			`without fields: web: {}`},
		`web: {}`,
	},
	"a peer that is a name": {
		`web: {ingress: [{from: ingress-nginx}]}`,
		[]string{`web.ingress[0].from: must be an object with fields ` + peerFields + `, got the text "ingress-nginx"; ` +
			`fix: write {component: ingress-nginx}, or {namespace: ingress-nginx} for one outside of the Segregation`},
		`web: {ingress: [{from: {namespace: ingress-nginx}}]}`,
	},
	"a flow that is a name": {
		`web: {egress: [api]}
api: {}`,
		[]string{`web.egress[0]: must be an object with fields to, pods, ports, got the text "api"; ` +
			`fix: write {to: {component: api}}`},
		`web: {egress: [{to: {component: api}}]}
api: {}`,
	},
	"the value of a secret": {
		`web: {secrets: {map: {A: {value: hunter2}}}}`,
		[]string{`web.secrets.map.A.value: unknown field "value"; must be one of secret, property, version; ` +
			`fix: write secret, the name of the Scaleway secret, and replace the value if it was written here`},
		`web: {secrets: {map: {A: {secret: url}}}}`,
	},
	"peers in a list": {
		`web: {ingress: [{from: [{namespace: a}]}]}`,
		[]string{`web.ingress[0].from: must be an object with fields ` + peerFields + `, got a list; ` +
			`fix: write one flow for each: - from: {...}`},
		`web: {ingress: [{from: {namespace: a}}]}`,
	},
	"a host": {
		`web: {egress: [{to: {cidr: api.example.com}}, {to: {cidr: "https://api.example.com/x"}}]}`,
		[]string{
			`web.egress[0].to.cidr: "api.example.com" must be a block of addresses such as 198.51.100.0/24 or ` +
				`2001:db8::/32; fix: write {fqdns: [api.stripe.com]} where the Cluster says Cilium; other network plugins know no host names: write the addresses (cidr), or internet: true`,
			`web.egress[1].to.cidr: "https://api.example.com/x" must be a block of addresses such as 198.51.100.0/24 or ` +
				`2001:db8::/32; fix: write {fqdns: [api.stripe.com]} where the Cluster says Cilium; other network plugins know no host names: write the addresses (cidr), or internet: true`,
		},
		`web: {egress: [{to: {internet: true}}]}`,
	},
	"hosts as a peer": {
		`web: {egress: [{to: {hosts: [api.example.com]}}]}`,
		[]string{`web.egress[0].to.hosts: unknown field "hosts"; must be one of ` + peerFields +
			`; fix: write {fqdns: [api.stripe.com]} where the Cluster says Cilium; other network plugins know no host names: write the addresses (cidr), or internet: true`},
		`web: {egress: [{to: {internet: true}}]}`,
	},
	"a Service": {
		`web: {egress: [{to: {cidr: postgres.db.svc.cluster.local}}, {to: {cidr: api.shop-api.svc}}]}
api: {}`,
		[]string{
			`web.egress[0].to.cidr: "postgres.db.svc.cluster.local" must be a block of addresses such as 198.51.100.0/24 ` +
				`or 2001:db8::/32; fix: policies know no Services: write {namespace: db}`,
			`web.egress[1].to.cidr: "api.shop-api.svc" must be a block of addresses such as 198.51.100.0/24 or ` +
				`2001:db8::/32; fix: policies know no Services: write {component: api}`,
		},
		`web: {egress: [{to: {namespace: db}}, {to: {component: api}}]}
api: {}`,
	},
	"addresses": {
		`web: {egress: [{to: {cidr: "10.0.0.1:5432"}}, {to: {cidr: "::ffff:10.2.0.0/112"}}]}`,
		[]string{
			`web.egress[0].to.cidr: "10.0.0.1:5432" must be a block of addresses such as 198.51.100.0/24 or ` +
				`2001:db8::/32; fix: write "10.0.0.1/32", and the port under ports`,
			`web.egress[1].to.cidr: "::ffff:10.2.0.0/112" must be written as a block of IPv4 addresses such as ` +
				`198.51.100.0/24; fix: write "10.2.0.0/16"`,
		},
		`web: {egress: [{to: {cidr: 10.0.0.1/32}, ports: [5432]}, {to: {cidr: 10.2.0.0/16}}]}`,
	},
	"revisions": {
		`web: {secrets: {map: {A: {secret: a, version: 0}, B: {secret: b, version: latest}, C: {secret: c, version: v3}}}}`,
		[]string{
			`web.secrets.map.A.version: "0" must be a revision number such as 3, or latest_enabled`,
			`web.secrets.map.B.version: "latest" must be a revision number such as 3, or latest_enabled; ` +
				`fix: write latest_enabled: the latest revision may be disabled`,
			`web.secrets.map.C.version: must be a revision number such as 3, or latest_enabled; what is there is not ` +
				`repeated, it may be a secret; fix: write "3"`,
		},
		`web: {secrets: {map: {A: {secret: a, version: 1}, B: {secret: b, version: latest_enabled}, ` +
			`C: {secret: c, version: 3}}}}`,
	},
	"labels of others": {
		`web: {labels: {app.kubernetes.io/managed-by: helm, pod-security.kubernetes.io/enforce: restricted}}`,
		[]string{
			`web.labels[app.kubernetes.io/managed-by]: label "app.kubernetes.io/managed-by" must not be set here: Cloison ` +
				`or Kubernetes sets it; fix: remove it`,
			`web.labels[pod-security.kubernetes.io/enforce]: label "pod-security.kubernetes.io/enforce" must not be set ` +
				`here: Cloison or Kubernetes sets it; fix: write it under podSecurity: {enforce: restricted}`,
		},
		`web: {podSecurity: {enforce: restricted}}`,
	},
	"a component in capitals": {
		"Backend: {}\nweb: {egress: [{to: {component: backend}}]}",
		[]string{`Backend: "Backend" must be a DNS label: at most 63 lower-case letters, digits and dashes, with a letter ` +
			`or digit at both ends; fix: write "backend"`},
		"backend: {}\nweb: {egress: [{to: {component: backend}}]}",
	},
	"a component in capitals everywhere": {
		"Backend: {}\nweb: {egress: [{to: {component: Backend}}]}",
		[]string{`Backend: "Backend" must be a DNS label: at most 63 lower-case letters, digits and dashes, with a letter ` +
			`or digit at both ends; fix: write "backend", in the flows that name it too`},
		"backend: {}\nweb: {egress: [{to: {component: backend}}]}",
	},
	"a namespace that is a default": {
		"a: {namespace: shop-b}\nb: {}",
		[]string{`a.namespace: namespace "shop-b" must not be shared: component "b" has it by default; ` +
			`fix: give each component a namespace of its own`},
		"a: {}\nb: {}",
	},
	"a namespace that is a default, with its folder": {
		"a: {namespace: shop-b, secrets: {keys: [X]}}\nb: {secrets: {keys: [X]}}",
		[]string{`a.namespace: namespace "shop-b" must not be shared: component "b" has it by default; ` +
			`fix: give each component a namespace of its own`},
		"a: {secrets: {keys: [X]}}\nb: {secrets: {keys: [X]}}",
	},
	"a folder that is a default": {
		"a: {secrets: {keys: [X], path: /shop-b}}\nb: {secrets: {keys: [X]}}",
		[]string{`a.secrets.path: folder "/shop-b" must not be "/shop-b", the default folder of ` +
			`spec.components.b.secrets.path; fix: give each secret group a folder of its own, none inside another`},
		"a: {secrets: {keys: [X], path: /shop-a}}\nb: {secrets: {keys: [X]}}",
	},
	"a folder around a default": {
		"a: {secrets: {keys: [X], path: /}}\nb: {secrets: {keys: [X]}}",
		[]string{`a.secrets.path: folder "/" must not contain "/shop-b", the default folder of ` +
			`spec.components.b.secrets.path; fix: give each secret group a folder of its own, none inside another`},
		"a: {secrets: {keys: [X], path: /shop-a}}\nb: {secrets: {keys: [X]}}",
	},
	"credentials that are a default": {
		"a: {secrets: {keys: [X], credentials: {name: scw-a-g-credentials}}, secretGroups: {g: {keys: [Y]}}}",
		[]string{`a.secrets.credentials.name: credentials "scw-a-g-credentials" must not be shared: ` +
			`spec.components.a.secretGroups.g.credentials.name has it by default; fix: give each secret group its own`},
		"a: {secrets: {keys: [X], credentials: {name: scw}}, secretGroups: {g: {keys: [Y]}}}",
	},
	"credentials that are written": {
		"a: {secrets: {keys: [X], credentials: {name: a-secrets}}}",
		[]string{`a.secrets.credentials.name: Secret "a-secrets" must not be the one that is written: ` +
			`spec.components.a.secrets.target has it by default; fix: choose another name`},
		"a: {secrets: {keys: [X], credentials: {name: scw}}}",
	},
	"a level of pod security alone": {
		`web: {podSecurity: restricted}`,
		[]string{`web.podSecurity: must be an object with fields enforce, warn, audit, enforceVersion, warnVersion, ` +
			`auditVersion, got the text "restricted"; ` +
			`fix: write {enforce: restricted}`},
		`web: {podSecurity: {enforce: restricted}}`,
	},
	"a group alone": {
		`web: {access: [{role: viewer, subjects: [team]}, {role: developer, groups: [team]}]}`,
		[]string{
			`web.access[0].subjects[0]: must be an object with fields kind, apiGroup, name, namespace, got the text ` +
				`"team"; fix: write {kind: Group, name: team}; other kinds are User and ServiceAccount`,
			`web.access[1].groups: unknown field "groups"; must be one of role, subjects; ` +
				`fix: write subjects: [{kind: Group, name: ...}]`,
		},
		`web: {access: [{role: viewer, subjects: [{kind: Group, name: team}]}, ` +
			`{role: developer, subjects: [{kind: Group, name: team}]}]}`,
	},
	"one limit": {
		`web: {limits: {type: Container, max: {cpu: 1}}}`,
		[]string{`web.limits: must be a list, or a map from names to items, got one item; fix: put a dash before it, or a ` +
			`name above it`},
		`web: {limits: [{type: Container, max: {cpu: 1}}]}`,
	},
	"quantities of processors": {
		`web: {quota: {requests.cpu: 500mi, limits.cpu: 2 cores, requests.gpu: 1}}`,
		[]string{
			`web.quota[limits.cpu]: "2 cores" must be a quantity of at least zero, such as 10, 500m or 20Gi; fix: write "2"`,
			`web.quota[requests.cpu]: "500mi" must be a quantity of at least zero, such as 10, 500m or 20Gi; ` +
				`fix: write "500m"`,
			`web.quota[requests.gpu]: "requests.gpu" must be a resource that a ResourceQuota knows, such as requests.cpu, ` +
				`pods or count/deployments.apps; fix: write requests.nvidia.com/gpu`,
		},
		`web: {quota: {requests.cpu: 500m, limits.cpu: 2, requests.nvidia.com/gpu: 1}}`,
	},
	"one quantity for all": {
		`web: {limits: [{type: Container, default: 500m}]}`,
		[]string{`web.limits[0].default: must be a map, got a text; fix: write a quantity for each resource: ` +
			`default: {cpu: 500m, memory: 1Gi}`},
		`web: {limits: [{type: Container, default: {cpu: 500m, memory: 1Gi}}]}`,
	},
	"ports as in a policy": {
		`web: {egress: [{to: {internet: true}, ports: [{port: 443}]}, {to: {namespace: a}, ports: {port: 53, protocol: UDP}}]}`,
		[]string{
			`web.egress[0].ports[0]: must be a port such as 443 or "53/UDP", got an object; fix: write the number, with ` +
				`the protocol behind it where it is not TCP: ports: [443, "53/UDP"]`,
			`web.egress[1].ports: must be a list, got an object; fix: write the number, with the protocol behind it where ` +
				`it is not TCP: ports: [443, "53/UDP"]`,
		},
		`web: {egress: [{to: {internet: true}, ports: [443]}, {to: {namespace: a}, ports: ["53/UDP"]}]}`,
	},
	"several namespaces": {
		`web: {ingress: [{from: {namespaces: [a, b]}}]}`,
		[]string{`web.ingress[0].from.namespaces: unknown field "namespaces"; must be one of ` + peerFields +
			`; fix: write one flow for each: {namespace: ...}`},
		`web: {ingress: [{from: {namespace: a}}, {from: {namespace: b}}]}`,
	},
	"roles of Kubernetes": {
		`web: {access: [{role: edit, subjects: [{kind: group, name: a}]}]}`,
		[]string{
			`web.access[0].role: "edit" must be one of viewer, developer, secrets-admin; fix: write "developer"`,
			`web.access[0].subjects[0].kind: "group" must be one of User, Group, ServiceAccount; fix: write "Group"`,
		},
		`web: {access: [{role: developer, subjects: [{kind: Group, name: a}]}]}`,
	},
	"a name in an object": {
		`web: {namespace: {name: a}}`,
		[]string{`web.namespace: must be text, got an object; fix: write the text itself, without a name before it`},
		`web: {namespace: a}`,
	},
	"groups in a list": {
		`web: {secretGroups: [{name: pay, keys: [A]}]}`,
		[]string{`web.secretGroups: must be a map, got a list; fix: write names instead of dashes: secretGroups: ` +
			`{pay: ...}`},
		`web: {secretGroups: {pay: {keys: [A]}}}`,
	},
	"a version of the standards as a number": {
		`web: {podSecurity: {enforceVersion: 1.30}}`,
		[]string{`web.podSecurity.enforceVersion: must be text, got the number 1.30; fix: write "v1.30"`},
		`web: {podSecurity: {enforceVersion: v1.30}}`,
	},
	"a misspelt role of the cluster": {
		`web: {access: [{role: {clusterRol: view}, subjects: [{kind: Group, name: x}]}]}`,
		[]string{`web.access[0].role.clusterRol: unknown field "clusterRol"; must be clusterRole; fix: write "clusterRole"`},
		`web: {access: [{role: {clusterRole: view}, subjects: [{kind: Group, name: x}]}]}`,
	},
	"a source that is nothing": {
		"web: {secrets: {map: {A: }}}",
		[]string{`web.secrets.map.A: must be an object with fields secret, property, version, got nothing; ` +
			`fix: write {} for the secret of that name: A: {}`},
		`web: {secrets: {map: {A: {}}}}`,
	},
	"a rule of names by its usual name": {
		`web: {secrets: {keys: [A], secretNames: kebab-case}}`,
		[]string{`web.secrets.secretNames: "kebab-case" must be one of Kebab, Lower, AsIs; fix: write "Kebab"`},
		`web: {secrets: {keys: [A], secretNames: Kebab}}`,
	},
	"a type without its beginning": {
		`web: {secrets: {map: {tls.crt: {secret: a}, tls.key: {secret: b}}, type: tls}}`,
		[]string{`web.secrets.type: "tls" must be one of Opaque, kubernetes.io/basic-auth, kubernetes.io/dockercfg, ` +
			`kubernetes.io/dockerconfigjson, kubernetes.io/ssh-auth, kubernetes.io/tls, or a type of your own such as ` +
			`example.com/settings; fix: write "kubernetes.io/tls"`},
		`web: {secrets: {map: {tls.crt: {secret: a}, tls.key: {secret: b}}, type: kubernetes.io/tls}}`,
	},
	"labels in a list": {
		`web: {labels: [team=a]}`,
		[]string{`web.labels: must be a map, got a list; fix: write names and values: labels: {app: web}`},
		`web: {labels: {team: a}}`,
	},
	"a number for a text": {
		`web: {labels: {tier: 1, on: true}}`,
		[]string{
			`web.labels.on: must be text, got the boolean true; fix: put it in quotes: "true"`,
			`web.labels.tier: must be text, got the number 1; fix: put it in quotes: "1"`,
		},
		`web: {labels: {tier: "1", on: "true"}}`,
	},
	"a number of seconds": {
		`web: {secrets: {keys: [A], refreshInterval: 30}}`,
		[]string{`web.secrets.refreshInterval: must be a span of time such as 30s or 1h30m, got the number 30; ` +
			`fix: write "30s"`},
		`web: {secrets: {keys: [A], refreshInterval: 30s}}`,
	},
	"units": {
		`web: {secrets: {keys: [A], refreshInterval: 1d}, quota: {requests.memory: 8GB}, ` +
			`egress: [{to: {namespace: a}, ports: [53/udp, http]}]}`,
		[]string{
			`web.egress[0].ports[0]: "53/udp" must be a port from 1 to 65535 (443), with a protocol ("53/UDP", ` +
				`"132/SCTP") or a range ("8000-8010"); fix: write "53/UDP"`,
			`web.egress[0].ports[1]: "http" must be a port from 1 to 65535 (443), with a protocol ("53/UDP", ` +
				`"132/SCTP") or a range ("8000-8010"); fix: names of ports are not known here: write the number of the ` +
				`container's port`,
			`web.quota[requests.memory]: "8GB" must be a quantity of at least zero, such as 10, 500m or 20Gi; ` +
				`fix: write "8G" or "8Gi"`,
			`web.secrets.refreshInterval: "1d" must be a span of time above zero, such as 30s, 15m or 1h30m (h is the ` +
				`largest unit); fix: write "24h"`,
		},
		`web: {secrets: {keys: [A], refreshInterval: 24h}, quota: {requests.memory: 8Gi}, ` +
			`egress: [{to: {namespace: a}, ports: [53/UDP, 80]}]}`,
	},
}

const (
	groupFields = "path, keys, optionalKeys, secretNames, map, extract, type, template, target, store, credentials, " +
		"refreshInterval, readers"
	peerFields      = "component, namespace, cidr, internet, kubernetesAPI, monitoring, fqdns, pods"
	componentFields = "namespace, labels, annotations, podSecurity, protect, scaleway, secrets, secretGroups, ingress, egress, " +
		"internalTraffic, quota, limits, access"
)

func TestMistakesHaveOneMessageAndAFixThatWorks(t *testing.T) {
	for name, test := range mistakes {
		t.Run(name, func(t *testing.T) {
			assert.ElementsMatch(t, test.want, messages(t, components(test.wrong)))
			_, findings := load(t, components(test.right))
			assert.False(t, finding.HasErrors(findings), "%v", findings)
		})
	}
}

// full is a Segregation whose head can be replaced.
const full = start + "  components: {web: {secrets: {keys: [A]}}}\n"

func TestMistakesInTheHeadHaveOneMessage(t *testing.T) {
	for name, test := range map[string]struct{ old, wrong, want string }{
		"a zone": {"fr-par", "fr-par-2",
			`scaleway.region: "fr-par-2" must be a Scaleway region such as fr-par, nl-ams or pl-waw; fix: write "fr-par"`},
		"a zone in a field of its own": {"region: fr-par", "zone: fr-par-1",
			`scaleway.zone: unknown field "zone"; must be one of region, projectID, pathPrefix, apiURL; fix: write "region"`},
		"a region and a zone": {"region: fr-par", "region: fr-par, zone: fr-par-1",
			`scaleway.zone: unknown field "zone"; must be one of region, projectID, pathPrefix, apiURL; ` +
				`fix: remove it; "region" is there already`},
		"a region of another cloud": {"fr-par", "eu-west-1",
			`scaleway.region: "eu-west-1" must be a Scaleway region such as fr-par, nl-ams or pl-waw; ` +
				`fix: write one of fr-par, nl-ams, pl-waw`},
		"a field in another case": {"projectID", "projectId",
			`scaleway.projectId: unknown field "projectId"; names are case-sensitive; fix: write "projectID"`},
		"a field one level too high": {"scaleway:", "pathPrefix: /x\n  scaleway:",
			`pathPrefix: unknown field "pathPrefix"; must be one of scaleway, sync, validation, defaults, generated, accept, sharedSecrets, components; ` +
				`fix: move it to spec.scaleway.pathPrefix`},
		"a field one level too high that is there too": {"scaleway:", "region: nl-ams\n  scaleway:",
			`region: unknown field "region"; must be one of scaleway, sync, validation, defaults, generated, accept, ` +
				`sharedSecrets, components; fix: remove it; "spec.scaleway.region" is there already`},
		"a field in metadata": {"name: shop", "name: shop, engine: Cloison",
			`metadata.engine: unknown field "engine"; must be one of name, namespace, labels, annotations; ` +
				`fix: move it to spec.sync.engine`},
		"an API key": {"region: fr-par", "region: fr-par, secretKey: 3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e91",
			`scaleway.secretKey: unknown field "secretKey"; must be one of region, projectID, pathPrefix, apiURL; ` +
				`fix: remove it, and replace the API key if it was written here: it belongs into the Secret that ` +
				`credentials of a secret group name`},
		"components in a list": {"{web: {secrets: {keys: [A]}}}", "[{name: web}]",
			`components: must be a map, got a list; fix: write names instead of dashes: components: {web: ...}`},
		"an annotation that is misspelt": {"name: shop", "name: shop, annotations: {cloison.dev/mdoe: validate}",
			`metadata.annotations[cloison.dev/mdoe]: unknown annotation "cloison.dev/mdoe"; must be cloison.dev/mode, or ` +
				`suppress.cloison.dev/CODE; fix: write "cloison.dev/mode"`},
		"an annotation of a misspelt group": {"name: shop", "name: shop, annotations: {clioson.dev/mode: validate}",
			`metadata.annotations[clioson.dev/mode]: unknown annotation "clioson.dev/mode"; must be cloison.dev/mode, or ` +
				`suppress.cloison.dev/CODE; fix: write "cloison.dev/mode"`},
		"a suppression in another group": {"name: shop", "name: shop, annotations: {cloison.dev/suppress-I002: a}",
			`metadata.annotations[cloison.dev/suppress-I002]: unknown annotation "cloison.dev/suppress-I002"; must be ` +
				`cloison.dev/mode, or suppress.cloison.dev/CODE; fix: write "suppress.cloison.dev/CLS-I002"`},
		"a name alone": {"{name: shop}", "shop",
			`metadata: must be an object with fields name, namespace, labels, annotations, got the text "shop"; ` +
				`fix: write {name: shop}`},
		"an engine alone": {"  components", "  sync: Cloison\n  components",
			`sync: must be an object with fields engine, refreshInterval, pollInterval, restart, pin, image, pod, ` +
				`metricsFrom, got the text "Cloison"; fix: write {engine: Cloison}`},
		"the code of a finding without its prefix": {"  components", "  accept: [{code: n004, reason: a}]\n  components",
			`accept[0].code: "n004" must be the code of a finding; fix: write "CLS-N004"`},
		"an object as reports name it": {"  components",
			"  accept: [{code: CLS-N004, object: Service shop-web/web, reason: a}]\n  components",
			`accept[0].object: "Service shop-web/web" must be an object as Kind/namespace/name, or Kind/name where it is ` +
				`in no namespace; fix: write "Service/shop-web/web"`},
		"a URL without a scheme": {"region: fr-par", "region: fr-par, apiURL: api.scaleway.com/",
			`scaleway.apiURL: "api.scaleway.com/" must be an http or https URL without a slash at the end, such as ` +
				`https://api.scaleway.com; fix: write "https://api.scaleway.com"`},
		"an engine by its short name": {"  components", "  sync: {engine: ESO}\n  components",
			`sync.engine: "ESO" must be one of ExternalSecrets, Cloison; fix: write "ExternalSecrets"`},
		"components of a shared group in a list": {"  components",
			"  sharedSecrets: {db: {components: [web], keys: [B]}}\n  components",
			`sharedSecrets.db.components: must be a map, got a list; fix: write names instead of dashes: components: ` +
				`{web: ...}`},
		"a component of a shared group that is nothing": {"  components",
			"  sharedSecrets: {db: {components: {web: }, keys: [B]}}\n  components",
			`sharedSecrets.db.components.web: must be an object with fields map, template, target, store, credentials, readers, got ` +
				`nothing; fix: write {} for a component without fields: web: {}`},
		"a version that there is not": {"v1alpha1", "v1",
			`apiVersion: "cloison.dev/v1" must be cloison.dev/v1alpha1; fix: write "cloison.dev/v1alpha1"`},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Contains(t, full, test.old)
			assert.Equal(t, []string{test.want}, messages(t, strings.Replace(full, test.old, test.wrong, 1)))
		})
	}
	assert.Empty(t, messages(t, full))
}

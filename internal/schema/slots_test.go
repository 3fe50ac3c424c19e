package schema_test

import "os"

// template is a valid Segregation with a slot wherever the schema says something about a value.
const template = `
apiVersion: ${apiVersion}
kind: ${kind}
metadata: {name: ${name}, namespace: ${ignored}, labels: {${ignoredLabel}: x}, annotations: {a: b}}
spec:
  scaleway: {region: ${region}, projectID: ${project}, pathPrefix: ${prefix}, apiURL: ${url}}
  sync:
    {engine: ${engine}, refreshInterval: ${interval}, pollInterval: ${interval}, image: ${image}, pin: ${pin},
    restart: ${bool}, metricsFrom: ${metricsFrom}, pod: ${pod}}
  validation: {paths: ${paths}, revisions: ${bool}, undecided: ${undecided}}
  accept: [{code: ${acceptedCode}, object: ${acceptedObject}, reason: ${reason}}]
  components:
    ${component}: {}
    other: {}
    shop:
      namespace: ${namespace}
      labels: {${namespaceLabel}: ${labelValue}}
      annotations: {${annotation}: anything}
      podSecurity: {enforce: ${level}, warn: ${level}, audit: ${level}}
      scaleway: {region: ${ownRegion}, projectID: ${ownProject}, apiURL: ${ownURL}}
      internalTraffic: ${traffic}
      secrets:
        path: ${path}
        keys: [${key}]
        optionalKeys: [${optionalKey}]
        map:
          ${mapKey}: {secret: ${secret}, property: ${property}, version: ${version}}
        extract: [${extracted}]
        target: ${target}
        store: ${store}
        credentials: {name: ${credentials}, accessKey: ${accessKey}, secretKey: ${secretKey}}
        refreshInterval: ${interval}
        readers: [${reader}]
      secretGroups:
        ${group}: {extract: [other]}
        lists: ${lists}
      ingress:
        - from: ${caller}
          pods: {${labelKey}: ${labelValue}}
          ports: [${port}]
      egress:
        - to: ${peer}
        - to: {component: ${peerComponent}}
          ports: [8443]
        - to: {namespace: ${peerNamespace}}
        - to: {cidr: ${cidr}}
      quota: {${quotaName}: ${quantity}}
      limits:
        - ${limit}
        - {type: ${limitType}, ${limitPart}: {${limitName}: 1}}
      access:
        - role: ${role}
          subjects: [${subject}]
`

// slot is a place in the template. All of good are accepted by spec.Load and by the schema, all of bad are refused by
// both.
type slot struct {
	name      string
	good, bad []string
}

// document fills the template: the named slot with value, all others with the first of their good values.
func document(name, value string) string {
	chosen := map[string]string{}
	for _, s := range slots() {
		chosen[s.name] = s.good[0]
	}
	chosen[name] = value
	return os.Expand(template, func(name string) string { return chosen[name] })
}

const (
	uuid      = "3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90"
	sixtyFour = "a234567890123456789012345678901234567890123456789012345678901234"
)

func slots() []slot {
	all := typeSlots()
	all = append(all, secretSlots()...)
	return append(all, networkSlots()...)
}

func typeSlots() []slot {
	return []slot{
		{"apiVersion", []string{"cloison.dev/v1alpha1"}, []string{"cloison.dev/v1", "v1", "null", "1"}},
		{"kind", []string{"Segregation"}, []string{"segregation", "Segregations"}},
		{"name", []string{"s", "y", `"null"`, `"0"`},
			[]string{"null", "1", "S", "a.b", "-a", "a-", "", sixtyFour, "{}"}},
		{"ignored", []string{"x", `""`, `"Any Thing"`}, []string{"1", "{}"}},
		{"ignoredLabel", []string{"x", `""`, `"any thing"`}, nil},
		{"region", []string{"fr-par", "nl-ams"}, []string{"FR-PAR", "paris", `""`, "fr-par-1"}},
		{"project", []string{uuid}, []string{"YOUR_PROJECT", `""`, "3A1F0C52-8D0E-4C0E-9A53-0F2B7C4D1E90"}},
		{"prefix", []string{`"/"`, `""`, "/production", "/a/b.c/_d-e", "/...", "/a..b"},
			[]string{"production", "/a/", "//", "/a//b", "/a/../b", "/.", "/a b"}},
		{"url", []string{`""`, "https://api.scaleway.com", "HTTP://127.0.0.1:8080", `"http://[::1]:80/a/b"`,
			"http://h//a"},
			[]string{"https://h/", "ftp://h", "https://me:pw@h", "h", `"https://h?a=b"`, `"https://h#a"`,
				"http://h/p@x", `"https://h?"`, `"https://h/a#"`}},
		{"engine", []string{"Cloison", "ExternalSecrets", `""`}, []string{"cloison", "ESO", "true"}},
		{"interval", []string{"1h", `""`, "1h30m", `"+1.5h"`, ".5s", "1.s", "100ms", "1µs", "0h1m", "00001s"},
			[]string{"1d", "0s", "-1h", "60", "1h 30m", `"0"`, "h"}},
		{"image", []string{"cloison", "registry.example.com:5000/a/b_c:v1.2-x",
			"a@sha256:3a1f0c528d0e4c0e9a530f2b7c4d1e903a1f0c528d0e4c0e9a530f2b7c4d1e90", `"[::1]:5000/a"`,
			"localhost/a", "REGISTRY.example.com/a"},
			[]string{`"my image"`, "http://h/a", `":v1"`, "/a"}},
		{"metricsFrom", []string{`""`, "monitoring", "kube-system", "123a"},
			[]string{"Monitoring", "a.b", sixtyFour, "1", "null", "[monitoring]", "{namespace: monitoring}"}},
		{"pod", podsOfRuntime(), notPodsOfRuntime()},
		{"pin", []string{"false", "False", "true"}, []string{"no", `"false"`}},
		{"bool", []string{"false", "true", "TRUE"}, []string{"yes", "1", "null"}},
		{"paths", []string{"Off", "Inventory", "Live", `""`}, []string{"live", "off", "false"}},
		{"undecided", []string{"Report", "Refuse", `""`}, []string{"refuse", "true", "Fail"}},
		{"acceptedCode", []string{"CLS-N004", "CLS-Q001"}, []string{"CLS-N999", "N004", `""`, "CLS-K016", "CLS-S001"}},
		{"acceptedObject", []string{"Service/shop/web", "Namespace/shop", "ClusterRole/system:a.b"},
			[]string{"Service shop/web", "web", "service/shop/web", "A/b/c/d", `""`, "Service/Shop/web"}},
		{"reason", []string{"known", `" . "`}, []string{`""`, `" "`, "1"}},
		{"component", []string{"y", "n0-1", `"on"`, `"null"`, `"1"`},
			[]string{"Backend", "a.b", "a_b", sixtyFour, `""`}},
		{"namespace", []string{"shop-ns", `""`, "kube", "123a"}, []string{"kube-system", "argocd", "a.b", "A", sixtyFour}},
		{"namespaceLabel", []string{"team", "example.com/team", "A.b_c", "app.kubernetes.io/name"},
			[]string{"cloison.dev/x", "kubernetes.io/metadata.name", "pod-security.kubernetes.io/enforce", "-a",
				"a/b/c", "/a", "a b", `""`, sixtyFour, "Example.com/a", "app.kubernetes.io/managed-by"}},
		{"labelValue", []string{"x", `""`, "A.b_c-1", `"true"`, `"1"`}, []string{"1", "true", "a b", "-a", sixtyFour}},
		{"annotation", []string{"team", "example.com/team", "Example.com/team", "config.kubernetes.io"},
			[]string{"config.kubernetes.io/path", "internal.config.kubernetes.io/x", "a b", "a/", `""`}},
		{"level", []string{"baseline", "privileged", "restricted", `""`}, []string{"strict", "Baseline", "[baseline]"}},
		{"ownRegion", []string{"nl-ams", `""`}, []string{"nowhere"}},
		{"ownProject", []string{uuid, `""`}, []string{"x"}},
		{"ownURL", []string{`""`}, []string{"https://api.scaleway.com"}},
		{"traffic", []string{"Deny", "Allow", `""`}, []string{"deny", "false"}},
		{"quotaName", []string{"requests.cpu", "count/deployments.apps", "requests.nvidia.com/gpu",
			"gold.storageclass.storage.k8s.io/requests.storage", "hugepages-2Mi",
			"requests.hugepages-1Gi"}, []string{"pod", "CPU", "requests.gpu", "/pods/", `""`, "a b/c"}},
		{"quantity", []string{"10", `"10"`, "500m", "20Gi", "1.5", ".5", "0", `"-0"`, "1e3", "1E3", "1E", `"+5"`,
			"100k", "5."}, []string{"-1", `"-1m"`, "lots", `""`, "10 Gi", "10gi", "10GB", "Ki", `"-"`, `"1e100"`,
			"null", "true"}},
		{"limit", []string{"{type: Container, default: {cpu: 1}, defaultRequest: {cpu: 500m}, max: {memory: 1}, min: " +
			"{ephemeral-storage: 1}, maxLimitRequestRatio: {cpu: 2}}", "{type: Pod, default: {}}", "{type: Container}"},
			[]string{"{type: Pod, default: {cpu: 1}}", "{type: Pod, max: {storage: 1}}", "{max: {cpu: 1}}",
				"{type: Container, defaults: {}}", "null"}},
		{"limitType", []string{"PersistentVolumeClaim"}, []string{"Container", "container", `""`, "Pod"}},
		{"limitPart", []string{"max", "min"}, []string{"maxLimitRequestRatio", "default", "defaultRequest", "maximum"}},
		{"limitName", []string{"storage"}, []string{"example.com/storage", "cpu", "Storage"}},
		{"role", []string{"viewer", "developer", "secrets-admin"}, []string{"admin", `""`, "Viewer"}},
		{"subject", []string{"{kind: Group, name: Any Thing}",
			"{kind: User, name: the system, apiGroup: rbac.authorization.k8s.io}",
			"{kind: User, name: a, apiGroup: '', namespace: ''}", "{kind: ServiceAccount, name: a.b}",
			"{kind: ServiceAccount, name: a, namespace: elsewhere, apiGroup: ''}"},
			[]string{"{kind: Group}", "{name: a}", "{kind: Robot, name: a}",
				"{kind: Group, name: system:authenticated}", "{kind: User, name: system:anonymous}", "{kind: Group, name: system:masters}",
				"{kind: User, name: a, namespace: b}", "{kind: ServiceAccount, name: A}",
				"{kind: ServiceAccount, name: a, apiGroup: rbac.authorization.k8s.io}",
				"{kind: Group, name: a, apiGroup: v1}", ""}},
	}
}

func podsOfRuntime() []string {
	return []string{
		"{}", "{replicas: 1}", "{replicas: 10}", "{resources: {}}", "{resources: {requests: {cpu: 20m}}}",
		"{resources: {limits: {memory: 1Gi, ephemeral-storage: 10M, cpu: 1.5}}}",
		"{imagePullSecrets: []}", "{imagePullSecrets: [{name: registry}, {name: a.b}]}",
		"{nodeSelector: {}}", "{nodeSelector: {k8s.scaleway.com/pool-name: tools, a: ''}}",
		"{tolerations: []}", "{tolerations: [{operator: Exists}, {operator: Exists, effect: NoSchedule}]}",
		"{tolerations: [{key: a, value: b}, {key: example.com/a, operator: Equal, value: ''}, {key: a, operator: ''}]}",
		"{tolerations: [{key: a, effect: NoExecute, tolerationSeconds: 30}, {key: a, effect: PreferNoSchedule}]}",
		"{tolerations: [{key: a, effect: NoExecute, tolerationSeconds: -1}, {key: a, effect: ''}]}",
		"{priorityClassName: ''}", "{priorityClassName: system-cluster-critical}",
	}
}

func notPodsOfRuntime() []string {
	return []string{
		"null", "[]", "{replica: 1}", "{replicas: 0}", "{replicas: 11}", "{replicas: -1}", "{replicas: '1'}",
		"{replicas: 1.5}", "{replicas: null}",
		"{resources: {requests: {}}}", "{resources: {limits: {}}}", "{resources: {limits: {nvidia.com/gpu: 1}}}",
		"{resources: {limits: {cpu: lots}}}", "{resources: {requests: {pods: 1}}}", "{resources: {claims: []}}",
		"{imagePullSecrets: registry}", "{imagePullSecrets: [registry]}", "{imagePullSecrets: [{}]}",
		"{imagePullSecrets: [{name: ''}]}", "{imagePullSecrets: [{name: A}]}",
		"{imagePullSecrets: [{name: a}, {name: a}]}",
		"{nodeSelector: {a b: c}}", "{nodeSelector: {a: 1}}", "{nodeSelector: {a: 'a b'}}",
		"{tolerations: [{}]}", "{tolerations: [{key: ''}]}", "{tolerations: [{operator: exists}]}",
		"{tolerations: [{operator: Equal, value: a}]}", "{tolerations: [{operator: Exists, key: a, value: b}]}",
		"{tolerations: [{key: a b}]}", "{tolerations: [{key: a, value: 'a b'}]}", "{tolerations: [{key: a, effect: " +
			"No}]}",
		"{tolerations: [{key: a, tolerationSeconds: 1}]}",
		"{tolerations: [{key: a, effect: NoSchedule, tolerationSeconds: 1}]}",
		"{tolerations: [{key: a, effect: NoExecute, tolerationSeconds: 1m}]}",
		"{priorityClassName: A}", "{priorityClassName: 1}", "{affinity: {}}",
	}
}

func secretSlots() []slot {
	return []slot{
		{"path", []string{"/shop", `""`, "/a.b/c"}, []string{"shop", "/shop/", "/a/./b", "/shop/é"}},
		{"key", []string{"API_TOKEN", "a", "tls.crt", "A--b", "Key1"},
			[]string{"_A", "A_", ".a", "a b", "a/b", `""`, "1", "..a", "É"}},
		{"optionalKey", []string{"SENTRY_DSN", "x.y"}, []string{"-a", "a, a", "{}"}},
		{"mapKey", []string{"FIXED", "_A", "-", ".dockerconfigjson", "A_", "y"},
			[]string{".", "..", "..a", "a b", "a/b", `""`}},
		{"secret", []string{"fixed", "_a", "a.b-c_d", `"1"`}, []string{"a/b", "-a", "a-", `""`, "1", ".a"}},
		{"property", []string{"a.b", `""`, `"a.#(b==\"c\").d"`}, []string{"1", "null"}},
		{"version", []string{"latest_enabled", "3", `"3"`, `""`, "999999999"},
			[]string{"latest", "0", "-1", "1.5", `"03"`, "1000000000", "v1"}},
		{"extracted", []string{"everything", "a.b"}, []string{"a/b", "a, a", `""`, "{}"}},
		{"target", []string{"a", `""`, "a.b-c"}, []string{"A", "a_b", "a..b", "-a"}},
		{"store", []string{"b", `""`}, []string{"B"}},
		{"credentials", []string{"c", `""`, "scw.c"}, []string{"SCWXXXXXXXXXXXXXXXXX", uuid, "a/b"}},
		{"accessKey", []string{"access", `""`, "ACCESS_KEY", ".a"},
			[]string{"SCWXXXXXXXXXXXXXXXXX", uuid, "a b", ".."}},
		{"secretKey", []string{"secret", `""`},
			[]string{"SCWXXXXXXXXXXXXXXXXX", "3A1F0C52-8D0E-4C0E-9A53-0F2B7C4D1E90", "."}},
		{"reader", []string{"api", "a.b"}, []string{"Api", `""`, "null"}},
		{"group", []string{"y", "a-b"}, []string{"A", "a.b", `""`}},
		{"lists", []string{"{extract: [third], keys: [], map: {}}", "{map: {A: {secret: third}}}",
			"{optionalKeys: [B], readers: [api]}"}, []string{"{}", "{keys: [], optionalKeys: [], map: {}, extract: []}",
			"null", "{keys: [A, A]}", "{keys: A}", "{path: /a}", "{keys: [A], readers: []}"}},
	}
}

func networkSlots() []slot {
	return []slot{
		{"caller", []string{"{namespace: ingress-nginx}", "{cidr: 192.0.2.0/24, internet: false}",
			"{component: other, pods: {app: a}}", "{kubernetesAPI: true}", "{monitoring: true, pods: {app: a}}"},
			[]string{"{internet: true}", "{monitoring: false}", "{monitoring: true, internet: true}", "{}", "null", "{namespace: a, component: other}",
				"{cidr: 192.0.2.0/24, pods: {a: b}}"}},
		{"peer", []string{"{internet: true}", "{kubernetesAPI: true, pods: {}}", "{component: '', namespace: other}",
			"{namespace: other, pods: {a: ''}}"},
			[]string{"{internet: false}", "{internet: true, kubernetesAPI: true}", "{component: ''}",
				"{internet: true, pods: {a: b}}", "{internet: 'true'}", "{world: true}", "{pods: {a: b}}"}},
		{"peerComponent", []string{"other", "shop"}, []string{"Y", "[y]"}},
		{"peerNamespace", []string{"elsewhere"}, []string{"Elsewhere", "a.b", `""`}},
		{"cidr", []string{"198.51.100.0/24", "0.0.0.0/0", `"::/0"`, `"2001:db8::/32"`, `"2001:DB8:0:1::/64"`,
			"1.2.3.4/32", `"fd00:42::43/128"`, `"::1:2/128"`, `"64:ff9b::/96"`, `"1:2:3:4:5:6:7:8/128"`,
			`"::1.2.3.4/128"`},
			[]string{"198.51.100.0", "300.0.0.0/8", "10.0.0.0/33", "01.2.3.4/32", `"::/129"`, `"fe80::%eth0/64"`, "a/b",
				"10.0.0.0/08", `""`}},
		{"labelKey", []string{"app", "example.com/a"}, []string{"a b", "A.com/a", "-a", `""`}},
		{"port", []string{"3000", `"53/UDP"`, `"8000-8010"`, `"8000-8010/SCTP"`, "65535", "1", "80, 80/UDP",
			`"1-65535/TCP"`},
			[]string{"0", "65536", "-1", `"80/udp"`, "http", `"8000-"`, "80, 80", `""`, `"080"`, `"65536/UDP"`, "1.5",
				`"0-1"`}},
	}
}

// odd are values for places that they are not meant for.
func odd() []string {
	return []string{
		"null", "true", "1", "0", "-1", "1.5", "1e3", "2024-01-01", "[]", "{}", "[a]", "{a: b}", `""`, `" "`, `"\n"`,
		`"a\n"`, "y", "on", "~",
		"a", "A", "a.b", "a_b", "a-b", "-", "a/b", "/", "/a", "//", "é", "a b", "kube-system", "latest",
		"latest_enabled", "1h", "500m", "1Gi",
		"80/UDP", "10.0.0.0/8", `"::/0"`, uuid, sixtyFour, "https://h", "example.com/a", "{namespace: a}",
		"{kind: Group, name: a}", "{type: Pod}",
	}
}

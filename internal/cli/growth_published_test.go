package cli_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"cloison.dev/cloison/internal/testkit"
)

const (
	serviceOfWeb = "---\napiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop-web, labels: {app: web}}\n" +
		"spec: {selector: {app: web}, ports: [{name: http, port: 80, targetPort: 3000}]"
	ingressOfWeb = "}\n---\napiVersion: networking.k8s.io/v1\nkind: Ingress\n"
	routeOfWeb   = "}\n---\napiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: web, namespace: shop-web}\n"
)

// ingressRule is a rule of an Ingress that leads to the Service web.
func ingressRule(host, path string) string {
	return "{host: " + host + ", http: {paths: [{path: " + path + ", pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}}"
}

// TestWhatIsPublishedIsCompared adds objects to both sides of testdata/differences/base.yaml. Without text to be found
// nothing changes; with less, access does not grow.
func TestWhatIsPublishedIsCompared(t *testing.T) {
	base := testkit.Read(t, "../../testdata/differences/base.yaml")
	const rules = "spec: {ingressClassName: nginx, rules: ["
	one := ingressOfWeb + "metadata: {name: a, namespace: shop-web}\n" + rules + ingressRule("a.example.com", "/")
	for name, test := range map[string]struct {
		before, after, want string
		less                bool
	}{
		"a load balancer": {serviceOfWeb + "}", serviceOfWeb + ", type: LoadBalancer}",
			"shop-web is now published by Service shop-web/web (LoadBalancer) on port 80 → 3000, which leads to Deployment web", false},
		"no load balancer any more": {serviceOfWeb + ", type: LoadBalancer}", serviceOfWeb + "}",
			"shop-web is no longer published by Service shop-web/web (LoadBalancer) on port 80 → 3000", true},
		"ports of the nodes": {serviceOfWeb + "}", serviceOfWeb + ", type: NodePort}", "(NodePort) on port 80", false},
		"an external address": {serviceOfWeb + "}", serviceOfWeb + ", externalIPs: [198.51.100.7]}",
			"by Service shop-web/web (external IP 198.51.100.7)", false},
		"more addresses": {
			serviceOfWeb + ", type: LoadBalancer, loadBalancerSourceRanges: [10.0.0.0/8]}",
			serviceOfWeb + ", type: LoadBalancer, loadBalancerSourceRanges: [10.0.0.0/8, 192.0.2.0/24]}",
			"(LoadBalancer for 10.0.0.0/8, 192.0.2.0/24)", false,
		},
		"every address": {
			serviceOfWeb + ", type: LoadBalancer, loadBalancerSourceRanges: [10.0.0.0/8]}", serviceOfWeb + ", type: LoadBalancer}",
			"shop-web is now published by Service shop-web/web (LoadBalancer) on", false,
		},
		"fewer addresses": {
			serviceOfWeb + ", type: LoadBalancer, loadBalancerSourceRanges: [10.0.0.0/8]}",
			serviceOfWeb + ", type: LoadBalancer, loadBalancerSourceRanges: [10.1.0.0/16]}",
			"is no longer published by Service shop-web/web (LoadBalancer for 10.0.0.0/8)", true,
		},
		"the same under another name": {
			serviceOfWeb + one + "]}", serviceOfWeb + ingressOfWeb + "metadata: {name: b, namespace: shop-web}\n" + rules +
				ingressRule("a.example.com", "/") + "]}", "", false,
		},
		"a second name": {
			serviceOfWeb + one + "]}", serviceOfWeb + one + ", " + ingressRule("b.example.com", "/api") + "]}",
			"Deployment web of shop-web is now published by Ingress shop-web/a (class nginx) as b.example.com/api on port http → 3000", false,
		},
		"another class": {
			serviceOfWeb + one + "]}", serviceOfWeb + ingressOfWeb + "metadata: {name: a, namespace: shop-web}\n" +
				"spec: {ingressClassName: public, rules: [" + ingressRule("a.example.com", "/") + "]}", "(class public)", false,
		},
		"another gateway": {
			serviceOfWeb + routeOfWeb + "spec: {parentRefs: [{name: inner}], rules: [{backendRefs: [{name: web, port: 80}]}]}",
			serviceOfWeb + routeOfWeb + "spec: {parentRefs: [{name: inner}, {name: public, namespace: infra}], " +
				"rules: [{backendRefs: [{name: web, port: 80}]}]}",
			"by HTTPRoute shop-web/web (Gateway infra/public) as */ on port 80 → 3000", false,
		},
		"a webhook": {serviceOfWeb + "}", serviceOfWeb + "}\n---\napiVersion: admissionregistration.k8s.io/v1\n" +
			"kind: ValidatingWebhookConfiguration\nmetadata: {name: w}\nwebhooks: [{name: w.example.com, sideEffects: None, " +
			"admissionReviewVersions: [v1], clientConfig: {service: {name: web, namespace: shop-web, port: 80}}}]",
			"by ValidatingWebhookConfiguration w (API server) on port 80 → 3000", false},
		"a monitor": {serviceOfWeb + "}", serviceOfWeb + "}\n---\napiVersion: monitoring.coreos.com/v1\nkind: ServiceMonitor\n" +
			"metadata: {name: m, namespace: shop-web}\nspec: {selector: {matchLabels: {app: web}}, endpoints: [{port: http}]}",
			"by ServiceMonitor shop-web/m (monitoring) on port http → 3000", false},
	} {
		t.Run(name, func(t *testing.T) {
			out, code := differenceOf(t, base+test.before+"\n", base+test.after+"\n")
			grows := test.want != "" && !test.less
			assert.Equal(t, map[bool]int{true: 1, false: 0}[grows], code, out)
			assert.Contains(t, out, test.want)
			assert.Equal(t, test.want != "", strings.Contains(out, " published by "), out)
		})
	}
}

// TestSecretsThatGetElsewhereAreCompared has Secrets copied to where the input has no namespace.
func TestSecretsThatGetElsewhereAreCompared(t *testing.T) {
	const reflector = "---\napiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {name: w, namespace: shop-web}\n" +
		"spec:\n  secretStoreRef: {name: scaleway}\n  data: [{secretKey: A, remoteRef: {key: \"path:/shop-web/a\"}}]\n" +
		"  target: {name: w, template: {metadata: {annotations: {reflector.v1.k8s.emberstack.com/reflection-allowed: \"true\", " +
		"reflector.v1.k8s.emberstack.com/reflection-auto-enabled: \"true\", " +
		"reflector.v1.k8s.emberstack.com/reflection-auto-namespaces: \""
	const made = "---\napiVersion: external-secrets.io/v1\nkind: ClusterExternalSecret\nmetadata: {name: m}\nspec:\n" +
		"  externalSecretSpec: {secretStoreRef: {name: s, kind: ClusterSecretStore}, data: [{secretKey: A, remoteRef: {key: \"path:/a/a\"}}]}\n" +
		"  namespaceSelector: {matchLabels: {team: "
	base := testkit.Read(t, "../../testdata/differences/base.yaml")
	for name, test := range map[string]struct{ before, after, want string }{
		"by names": {
			reflector + "other\"}}}}\n", reflector + "other,team-.*,shop-db\"}}}}\n",
			"Secret w of shop-web now gets into namespaces that need not be in the input: team-.*, by the reflector",
		},
		"by no name any more": {
			reflector + "other\"}}}}\n", reflector + "\"}}}}\n",
			"Secret w of shop-web now gets into every namespace, those that are not in the input among them, by the reflector",
		},
		"by labels": {made + "a}}\n", made + "b}}\n",
			"Secret m now gets into namespaces that need not be in the input: labels team=b, by a ClusterExternalSecret"},
	} {
		t.Run(name, func(t *testing.T) {
			out, code := differenceOf(t, base+test.before, base+test.after)
			assert.NotZero(t, code)
			assert.Contains(t, out, test.want)
			out, _ = differenceOf(t, base+test.before, base+test.before)
			assert.NotContains(t, out, "gets into")
		})
	}
}

// TestVolumesOfOthersAreCompared mounts what another component mounts, too.
func TestVolumesOfOthersAreCompared(t *testing.T) {
	const volume = "---\napiVersion: v1\nkind: PersistentVolume\nmetadata: {name: NAMESPACE}\nspec: {capacity: {storage: 1Gi}, " +
		"accessModes: [ReadWriteMany], csi: {driver: d.example.com, volumeHandle: h}, claimRef: {namespace: NAMESPACE, name: files}}\n"
	const pod = "---\napiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: NAMESPACE}\nspec:\n  containers: [{name: c, image: i}]\n" +
		"  volumes: [{name: files, VOLUME}]\n"
	in := func(text, namespace, mounted string) string {
		return strings.NewReplacer("NAMESPACE", namespace, "VOLUME", mounted).Replace(text)
	}
	base := testkit.Read(t, "../../testdata/differences/base.yaml")
	const claim, nfs = "persistentVolumeClaim: {claimName: files}", "nfs: {server: 10.0.0.1, path: /data}"
	for name, test := range map[string]struct{ before, after, want string }{
		"a volume by its handle": {
			in(volume, "shop-web", "") + in(volume, "shop-db", "") + in(pod, "shop-db", claim), in(pod, "shop-web", claim),
			"Pod p of shop-web now has the volume h of the driver d.example.com, which pods of shop-db mount too",
		},
		"an export": {in(pod, "shop-db", nfs), in(pod, "shop-web", nfs),
			"Pod p of shop-web now has the export /data of the NFS server 10.0.0.1, which pods of shop-db mount too"},
	} {
		t.Run(name, func(t *testing.T) {
			out, code := differenceOf(t, base+test.before, base+test.before+test.after)
			assert.Equal(t, 1, code)
			assert.Contains(t, out, test.want)
			assert.NotContains(t, out, "of shop-db now has")
		})
	}
}

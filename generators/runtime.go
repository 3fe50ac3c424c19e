package generators

import (
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	netv1 "k8s.io/api/networking/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/internal/wellknown"
)

const (
	// appNameLabel has the value [wellknown.RuntimeName] on the runtime's pods.
	appNameLabel = "app.kubernetes.io/name"
	metricsPort  = 8080
	healthPort   = 8081
)

// syncRuntime returns the objects of the component's sync runtime, whose Role names this component's Secrets only.
func (c component) syncRuntime(sync *plan.Sync) []Object {
	return []Object{
		c.runtimeServiceAccount(),
		c.runtimeRole(sync),
		c.runtimeRoleBinding(),
		c.runtimeDeployment(sync),
		c.runtimeNetworkPolicy(sync),
	}
}

func (c component) runtimeServiceAccount() Object {
	return &corev1.ServiceAccount{
		TypeMeta:                     typeMeta("v1", "ServiceAccount"),
		ObjectMeta:                   c.meta(wellknown.RuntimeName),
		AutomountServiceAccountToken: new(false),
	}
}

// runtimeRole names every Secret. create and patch together let a server-side apply create and update a Secret of that
// name and no other; list and watch with a name are allowed for a field selector on that name only. Facts:
// docs/facts.md, "Rights on one Secret".
func (c component) runtimeRole(sync *plan.Sync) Object {
	targets, secrets := c.secretNames()
	rules := []rbacv1.PolicyRule{
		named(rule("", []string{"secrets"}, []string{"create", "patch"}), targets),
		named(rule("", []string{"secrets"}, readVerbs), secrets),
		rule(wellknown.ExternalSecretsGroup, []string{"externalsecrets", "secretstores"}, []string{"list", "watch"}),
		rule(
			wellknown.ExternalSecretsGroup,
			[]string{"externalsecrets/status", "secretstores/status"},
			[]string{"patch"},
		),
		rule("", []string{"events"}, []string{"create", "patch"}), // of the leader election
		rule("events.k8s.io", []string{"events"}, []string{"create", "patch"}),
		rule("coordination.k8s.io", []string{"leases"}, []string{"create"}),
		named(
			rule("coordination.k8s.io", []string{"leases"}, []string{"get", "update"}),
			[]string{wellknown.RuntimeName},
		),
	}
	if sync.Restart {
		workloads := []string{"daemonsets", "deployments", "statefulsets"}
		rules = append(rules,
			rule("apps", workloads, []string{"list", "patch", "watch"}),
			rule("", []string{"pods"}, []string{"list"}), // to name those that no restart replaces
		)
	}
	return &rbacv1.Role{
		TypeMeta:   typeMeta(rbacv1.SchemeGroupVersion.String(), "Role"),
		ObjectMeta: c.meta(wellknown.RuntimeName),
		Rules:      rules,
	}
}

// secretNames are the Secrets that the runtime writes, and all that it reads: those and the credentials.
func (c component) secretNames() (targets, all []string) {
	for _, group := range c.Groups {
		targets = append(targets, group.Target)
		all = append(all, group.Target, group.Credentials.Name)
	}
	slices.Sort(targets)
	slices.Sort(all)
	return targets, all
}

func named(rule rbacv1.PolicyRule, names []string) rbacv1.PolicyRule {
	rule.ResourceNames = names
	return rule
}

func (c component) runtimeRoleBinding() Object {
	return &rbacv1.RoleBinding{
		TypeMeta:   typeMeta(rbacv1.SchemeGroupVersion.String(), "RoleBinding"),
		ObjectMeta: c.meta(wellknown.RuntimeName),
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "Role", Name: wellknown.RuntimeName},
		Subjects: []rbacv1.Subject{{Kind: rbacv1.ServiceAccountKind, Namespace: c.Namespace,
			Name: wellknown.RuntimeName}},
	}
}

func (c component) runtimeDeployment(sync *plan.Sync) Object {
	selector := map[string]string{appNameLabel: wellknown.RuntimeName}
	return &Manifest[appsv1.DeploymentSpec]{
		TypeMeta:   typeMeta(appsv1.SchemeGroupVersion.String(), "Deployment"),
		ObjectMeta: c.meta(wellknown.RuntimeName),
		Spec: appsv1.DeploymentSpec{
			Replicas: new(int32(1)),
			Strategy: appsv1.DeploymentStrategy{Type: appsv1.RecreateDeploymentStrategyType},
			Selector: &metav1.LabelSelector{MatchLabels: selector},
			Template: corev1.PodTemplateSpec{
				ObjectMeta: metav1.ObjectMeta{Labels: with(c.labels(), selector)},
				Spec:       c.runtimePod(sync),
			},
		},
	}
}

// runtimePod satisfies the restricted Pod Security Standard.
func (c component) runtimePod(sync *plan.Sync) corev1.PodSpec {
	return corev1.PodSpec{
		ServiceAccountName:           wellknown.RuntimeName,
		AutomountServiceAccountToken: new(true),
		SecurityContext: &corev1.PodSecurityContext{
			RunAsNonRoot:   new(true),
			RunAsUser:      new(int64(65534)),
			RunAsGroup:     new(int64(65534)),
			SeccompProfile: &corev1.SeccompProfile{Type: corev1.SeccompProfileTypeRuntimeDefault},
		},
		Containers: []corev1.Container{{
			Name:  wellknown.RuntimeName,
			Image: sync.Image,
			Args:  c.runtimeArgs(sync),
			Ports: []corev1.ContainerPort{
				{Name: "metrics", ContainerPort: metricsPort}, {Name: "health", ContainerPort: healthPort},
			},
			Resources: corev1.ResourceRequirements{
				Requests: resources("20m", "32Mi"),
				Limits:   resources("500m", "128Mi"),
			},
			LivenessProbe:  probe("/healthz"),
			ReadinessProbe: probe("/readyz"),
			SecurityContext: &corev1.SecurityContext{
				AllowPrivilegeEscalation: new(false),
				ReadOnlyRootFilesystem:   new(true),
				Capabilities:             &corev1.Capabilities{Drop: []corev1.Capability{"ALL"}},
			},
		}},
	}
}

func (c component) runtimeArgs(sync *plan.Sync) []string {
	args := []string{
		"--namespace=" + c.Namespace,
		"--poll-interval=" + duration(sync.PollInterval),
		"--leader-elect",
		"--metrics-bind-address=:" + strconv.Itoa(metricsPort),
		"--health-probe-bind-address=:" + strconv.Itoa(healthPort),
	}
	if sync.Restart {
		args = append(args, "--restart")
	}
	return args
}

func resources(cpu, memory string) corev1.ResourceList {
	return corev1.ResourceList{
		corev1.ResourceCPU:    resource.MustParse(cpu),
		corev1.ResourceMemory: resource.MustParse(memory),
	}
}

func probe(path string) *corev1.Probe {
	get := &corev1.HTTPGetAction{Path: path, Port: intstr.FromString("health")}
	return &corev1.Probe{ProbeHandler: corev1.ProbeHandler{HTTPGet: get}}
}

// runtimeNetworkPolicy lets the runtime reach the API server and Secret Manager. It selects by a label, so other pods
// of the component can obtain the same access.
func (c component) runtimeNetworkPolicy(sync *plan.Sync) Object {
	return c.networkPolicy(wellknown.RuntimeName, netv1.NetworkPolicySpec{
		PodSelector: *podSelector(map[string]string{appNameLabel: wellknown.RuntimeName}),
		PolicyTypes: []netv1.PolicyType{netv1.PolicyTypeEgress},
		Egress:      append(c.cluster.kubernetesAPIRules(nil), c.cluster.secretManagerRule(sync.APIURL)),
	})
}

// secretManagerRule allows the host and port of Secret Manager: the internet on 443, or apiURL where its host is an
// address or a Service of this cluster.
func (a addresses) secretManagerRule(apiURL string) netv1.NetworkPolicyEgressRule {
	host, port := apiHost(apiURL)
	peers := ipBlocks(a.internet()...)
	if addr, err := netip.ParseAddr(host); err == nil {
		peers = ipBlocks(one(addr))
	} else if parts := strings.Split(host, "."); len(parts) >= 3 && parts[2] == "svc" {
		peers = []netv1.NetworkPolicyPeer{{NamespaceSelector: namespaceSelector(parts[1])}}
	}
	return netv1.NetworkPolicyEgressRule{To: peers, Ports: policyPorts(onePort(port))}
}

func apiHost(apiURL string) (host string, port int32) {
	const https, http = 443, 80
	parsed, err := url.Parse(apiURL)
	if err != nil || apiURL == "" {
		return "", https
	}
	if number, err := strconv.ParseUint(parsed.Port(), 10, 16); err == nil {
		return parsed.Hostname(), int32(number)
	}
	if parsed.Scheme == "http" {
		return parsed.Hostname(), http
	}
	return parsed.Hostname(), https
}

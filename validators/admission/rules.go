package admission

import (
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/runtime/schema"

	"cloison.dev/cloison/internal/wellknown"
)

// rule says which requests a webhook or policy is asked about, as the API server matches them: "*" stands for every
// group and operation; among resources for each without its subresources, "*/*" for all. Facts: docs/facts.md, "Who
// extends the API server".
type rule struct {
	APIGroups  []string `json:"apiGroups"`
	Resources  []string `json:"resources"`
	Operations []string `json:"operations"`
	Scope      string   `json:"scope"`
}

// resource is one whose objects lead to secrets, for whoever sees them or, with changed only, who changes them.
type resource struct {
	group, name string
	// cluster is true of resources that are in no namespace.
	cluster bool
	// changed is true where to see the objects tells no secret, but to change them does.
	changed bool
	// kind of the objects.
	kind string
}

// leading lists the resources that lead to secrets: what has them, what makes pods, which may import any of their
// namespace, and what gives rights, admits, or tells the operator what to read and where to send it.
func leading() []resource {
	in := func(group, name, kind string) resource {
		return resource{group: group, name: name, kind: kind, changed: true}
	}
	above := func(group, name, kind string) resource {
		return resource{group: group, name: name, kind: kind, changed: true, cluster: true}
	}
	return []resource{
		{name: "secrets", kind: "Secret"},
		in("", "pods", "Pod"), in("", "pods/ephemeralcontainers", "Pod"),
		in("apps", "deployments", "Deployment"), in("apps", "statefulsets", "StatefulSet"),
		in("apps", "daemonsets", "DaemonSet"), in("apps", "replicasets", "ReplicaSet"),
		in("batch", "jobs", "Job"), in("batch", "cronjobs", "CronJob"),
		in("", "replicationcontrollers", "ReplicationController"), in("", "podtemplates", "PodTemplate"),
		in("", "configmaps", "ConfigMap"), in("", "serviceaccounts", "ServiceAccount"),
		in("", "persistentvolumeclaims", "PersistentVolumeClaim"),
		in("", "services", "Service"), in("", "endpoints", "Endpoints"),
		in("discovery.k8s.io", "endpointslices", "EndpointSlice"),
		in(wellknown.ExternalSecretsGroup, "externalsecrets", "ExternalSecret"),
		in(wellknown.ExternalSecretsGroup, "secretstores", "SecretStore"),
		in(wellknown.ExternalSecretsGroup, "pushsecrets", "PushSecret"),
		in(wellknown.RBACGroup, "roles", "Role"), in(wellknown.RBACGroup, "rolebindings", "RoleBinding"),
		in(wellknown.NetworkingGroup, "networkpolicies", "NetworkPolicy"),
		in(wellknown.NetworkingGroup, "ingresses", "Ingress"),
		above(wellknown.RBACGroup, "clusterroles", "ClusterRole"),
		above(wellknown.RBACGroup, "clusterrolebindings", "ClusterRoleBinding"),
		above(wellknown.ExternalSecretsGroup, "clustersecretstores", "ClusterSecretStore"),
		above(wellknown.ExternalSecretsGroup, "clusterexternalsecrets", "ClusterExternalSecret"),
		above(wellknown.ExternalSecretsGroup, "clusterpushsecrets", "ClusterPushSecret"),
		above("", "namespaces", "Namespace"), above("", "nodes", "Node"),
		above("", "persistentvolumes", "PersistentVolume"),
		above("apiextensions.k8s.io", "customresourcedefinitions", "CustomResourceDefinition"),
	}
}

// leads finds the first resource that leads to secrets among those that a rule matches, for who sees or changes the
// objects.
func (r rule) leads(changes bool) (resource, bool) {
	for _, candidate := range leading() {
		if (changes || !candidate.changed) && r.matches(candidate, changes) {
			return candidate, true
		}
	}
	return resource{}, false
}

// matches reports whether the rule matches requests that write a resource. What is deleted is seen, and not changed.
func (r rule) matches(of resource, changes bool) bool {
	operations := []string{"*", "CREATE", "UPDATE"}
	if !changes {
		operations = append(operations, "DELETE")
	}
	wanted := func(operation string) bool { return slices.Contains(operations, strings.ToUpper(operation)) }
	switch {
	case len(r.Operations) > 0 && !slices.ContainsFunc(r.Operations, wanted),
		r.Scope == "Cluster" && !of.cluster, r.Scope == "Namespaced" && of.cluster:
		return false
	}
	return slices.ContainsFunc(r.APIGroups, func(group string) bool { return group == "*" || group == of.group }) &&
		slices.ContainsFunc(r.Resources, func(pattern string) bool { return matchesResource(pattern, of.name) })
}

func matchesResource(pattern, name string) bool {
	main, sub, isSub := strings.Cut(name, "/")
	switch pattern {
	case "*/*", name:
		return true
	case "*":
		return !isSub
	}
	return isSub && (pattern == main+"/*" || pattern == "*/"+sub)
}

// isOperated reports whether the objects of a group tell controllers which secrets to read, copy and send where, or
// which network traffic to allow.
func isOperated(group string) bool {
	for _, of := range []string{
		wellknown.ExternalSecretsGroup, "cilium.io", "projectcalico.org", "policy.networking.k8s.io", "kyverno.io",
		"gateway.networking.k8s.io",
	} {
		if group == of || strings.HasSuffix(group, "."+of) {
			return true
		}
	}
	return false
}

// groupKind of the resource's objects.
func (r resource) groupKind() schema.GroupKind { return schema.GroupKind{Group: r.group, Kind: r.kind} }

// String formats the resource as "secrets", "deployments.apps".
func (r resource) String() string {
	if r.group == "" {
		return r.name
	}
	return r.name + "." + r.group
}

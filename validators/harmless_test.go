package validators_test

import (
	"regexp"
	"slices"

	netv1 "k8s.io/api/networking/v1"

	"cloison.dev/cloison/internal/objects"
)

// harmless says of a form of mutations, "Kind name path: change", why it neither breaks the promise nor what the
// Segregation declares.
type harmless struct {
	form   *regexp.Regexp
	reason string
}

const redundantDeny = "other policies select every pod for the same direction, so that default-deny closes nothing more"

func harmlessForms() []harmless {
	var all []harmless
	for _, h := range []struct{ form, reason string }{
		{`^\S+ \S* metadata\.annotations\b`, "annotations that hosts add say where a file is"},
		{`^(Role|RoleBinding|NetworkPolicy|ResourceQuota|LimitRange|ExternalSecret|SecretStore|ServiceAccount|Deployment|PodMonitor) \S* metadata\.labels\b`, "labels of these objects mean nothing to the cluster"},
		{`^Namespace \S* metadata\.labels\[(app\.kubernetes\.io|cloison\.dev)/`,
			"these labels of a namespace select nothing"},
		{`^(RoleBinding|NetworkPolicy|ResourceQuota|LimitRange|ExternalSecret) \S* metadata\.name: changed$`,
			"nothing refers to these objects by name"},
		{`^NetworkPolicy \S* .*\.protocol: removed TCP$`, "TCP is what Kubernetes takes where no protocol is given"},
		{`^NetworkPolicy \S* spec\.podSelector: removed {}$`, "no selector selects every pod, as an empty one does"},
		{`^NetworkPolicy \S* spec\.(policyTypes: removed|policyTypes\[\]: removed, the only item)$`,
			"policyTypes left out follow from the rules, and hold ingress too: more is closed, and the rules stay"},
		{`^NetworkPolicy \S* .*\.namespaceSelector: removed of the own namespace$`,
			"a selector of pods alone selects in the own namespace"},
		{`^NetworkPolicy allow-to-kubernetes-api-from-app-operator spec\.egress\[\]: removed$`,
			"another flow of that case opens one of the two addresses too"},
		{`^RoleBinding \S* (roleRef|subjects\[\])\.apiGroup: removed$`, "the API server fills in the group of RBAC"},
		{`^RoleBinding \S* subjects\[\]\.namespace: removed$`,
			"a service account without a namespace is taken from that of the RoleBinding"},
		{`^Role \S* rules\[\](\.(resources|verbs)\[\])?: removed of what a role need not have$`,
			"Roles that earlier versions generated, or somebody wrote, lack nothing without it"},
		{`^Role \S*-secrets-admin rules(\[\]\.resources: added secrets|: added )`, "secrets-admin reads Secrets"},
		{`^ExternalSecret \S* ` +
			`.*\.(conversionStrategy|decodingStrategy|metadataPolicy|engineVersion|mergePolicy|creationPolicy|deletionPolicy|kind|type): removed$`, "the operator fills in the same"},
		{`^ExternalSecret \S* spec\.refreshInterval: removed 1h$`, "the operator fills in the same"},
		{`^ExternalSecret \S* spec\.target\.template(\.metadata(\.labels.*)?)?: (removed|changed)`,
			"labels of the Secret mean nothing to who may read it"},
		{`^Deployment cloison-sync ` +
			`spec\.(replicas: removed|strategy|template\.metadata\.labels\[(app\.kubernetes\.io/(managed-by|part-of)|cloison\.dev))`,
			"one replica is the default, and one leads whatever the strategy; further labels select nothing"},
		{`^Deployment cloison-sync ` +
			`spec\.template\.spec\.containers\[\]\.(livenessProbe|readinessProbe|ports)`,
			"how the runtime is watched is not declared; that the port of metrics is has a test of its own"},
		{`^Deployment cloison-sync spec\.template\.spec\.securityContext\.runAs(User|Group)`,
			"runAsNonRoot keeps root out; which other user it is does not matter"},
	} {
		all = append(all, harmless{regexp.MustCompile(h.form), h.reason})
	}
	return all
}

// whyHarmless is the reason for which a mutation need not be noticed; empty where it must be.
func whyHarmless(s subject, o *objects.Object, m mutation) string {
	what := m.kind + " " + m.name + " " + itemIndex.ReplaceAllString(m.path, "[]") + ": " + m.change
	for _, h := range harmlessForms() {
		if h.form.MatchString(what) {
			return h.reason
		}
	}
	if o.Kind == "NetworkPolicy" && o.Name == "default-deny" &&
		!slices.ContainsFunc(opened(m), func(d string) bool { return !othersClose(s, o, d) }) {
		return redundantDeny
	}
	return ""
}

// opened are the directions for which a mutation of default-deny no longer selects every pod.
func opened(m mutation) []string {
	switch {
	case m.path == "spec" || m.change == "removed Egress" || m.path == "spec.policyTypes" ||
		m.path == "spec.policyTypes[0]" && m.change == "changed":
		return []string{"Egress"}
	case m.change == "removed Ingress":
		return []string{"Ingress"}
	}
	return []string{"Egress", "Ingress"}
}

// othersClose reports whether another policy of the namespace selects every pod for a direction.
func othersClose(s subject, deny *objects.Object, direction string) bool {
	return slices.ContainsFunc(s.objects, func(o *objects.Object) bool {
		if o.Kind != deny.Kind || o.Namespace != deny.Namespace || o.Name == deny.Name {
			return false
		}
		var policy netv1.NetworkPolicy
		err := o.DecodePart(&policy)
		return err == nil && len(policy.Spec.PodSelector.MatchLabels) == 0 &&
			slices.Contains(policy.Spec.PolicyTypes, netv1.PolicyType(direction))
	})
}

// reasons are all there are, each once.
func reasons() []string {
	all := []string{redundantDeny}
	for _, h := range harmlessForms() {
		if !slices.Contains(all, h.reason) {
			all = append(all, h.reason)
		}
	}
	return all
}

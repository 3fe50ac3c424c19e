package model

import (
	"cmp"
	"slices"
	"strings"

	"cloison.dev/cloison/internal/cluster"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/wellknown"
	"cloison.dev/cloison/validators/network/policy"
)

// Creators are what makes pods in a namespace, with labels that are in no pod template of the input.
type Creators struct {
	// Operators have objects here that lead to pods. Example: CloudNativePG.
	Operators []string
	// Unknown are controllers of which that is not known. Example: the controller of Widget.
	Unknown []string

	// CreatedFor are the objects for which they may make pods.
	CreatedFor []*objects.Object
}

// Creator is one of them, an operator first; empty where there is none.
func (c *Creators) Creator() string {
	for _, list := range [][]string{c.Operators, c.Unknown} {
		if len(list) > 0 {
			return list[0]
		}
	}
	return ""
}

// addCreator puts in what makes pods for an object.
func (c *Creators) addCreator(o *objects.Object, name string, isKnown bool) {
	list := &c.Unknown
	if isKnown {
		list = &c.Operators
	}
	if !slices.Contains(*list, name) {
		*list = append(*list, name)
	}
	c.CreatedFor = append(c.CreatedFor, o)
}

// MayHave reports whether pods that a selector selects are probably those of a creator: a label is of its domain, or
// has the name of its object.
func (c *Creators) MayHave(s policy.Selector) bool {
	return slices.ContainsFunc(s, func(r policy.Requirement) bool {
		return slices.ContainsFunc(c.CreatedFor, func(o *objects.Object) bool {
			isNamed := func(value string) bool { return value == o.Name || strings.HasPrefix(value, o.Name+"-") }
			return sameDomain(r.Key, o.GroupKind().Group) || r.Op == policy.In && slices.ContainsFunc(r.Values, isNamed)
		})
	})
}

// sameDomain reports whether a label's prefix and an API group are of one registered domain. The labels of Kubernetes
// are everybody's.
func sameDomain(label, group string) bool {
	prefix, _, found := strings.Cut(label, "/")
	domain := registered(group)
	return found && domain != "" && domain != "k8s.io" && domain != "kubernetes.io" && registered(prefix) == domain
}

// registered are the last two labels of a domain; empty where it has only one.
func registered(domain string) string {
	last := strings.LastIndexByte(domain, '.')
	if last < 0 {
		return ""
	}
	return domain[strings.LastIndexByte(domain[:last], '.')+1:]
}

// creatorOf names what creates pods for an object, with labels that are in no pod template of the input; empty for an
// object that leads to no pods in its namespace. isKnown is false where that is only not known.
func creatorOf(o *objects.Object, in cluster.Cluster) (name string, isKnown bool) {
	kind := o.GroupKind()
	if o.Namespace == "" || makesNoPods(o) {
		return "", true
	}
	if _, isHarmless := in.Kinds.Harmless(kind.Group, kind.Kind); isHarmless {
		return "", true
	}
	operator, isKnown := wellknown.OperatorOf(kind.Group)
	if operator.Name != "" {
		return operator.Name, true
	}
	return "the controller of " + o.Kind, isKnown || isInstaller(kind.Group)
}

// targetOf is the namespace into which an object installs others, where it is not its own; empty where it names none.
func targetOf(o *objects.Object) string {
	switch o.GroupKind().Group {
	case "helm.toolkit.fluxcd.io", "kustomize.toolkit.fluxcd.io", "helm.cattle.io", "argoproj.io":
	default:
		return ""
	}
	var installs struct {
		Spec struct {
			TargetNamespace string `json:"targetNamespace"`
			Destination     struct {
				Namespace string `json:"namespace"`
			} `json:"destination"`
		} `json:"spec"`
	}
	if err := o.DecodePart(&installs); err != nil {
		return ""
	}
	return cmp.Or(installs.Spec.TargetNamespace, installs.Spec.Destination.Namespace)
}

// isInstaller reports whether objects of an API group install any others. Facts: docs/facts.md, "Objects that install
// others".
func isInstaller(group string) bool {
	return group == "helm.toolkit.fluxcd.io" || group == "kustomize.toolkit.fluxcd.io" || group == "helm.cattle.io" ||
		strings.HasSuffix(group, ".crossplane.io")
}

// makesNoPods reports whether objects of a kind never lead to pods in their namespace: those of Kubernetes itself
// beside the workloads that are read, and add-ons that watch, route or configure. Facts: docs/facts.md, "Kinds without
// pods".
func makesNoPods(o *objects.Object) bool {
	kind := o.GroupKind()
	operator, known := wellknown.OperatorOf(kind.Group)
	switch kind.Group {
	case "", "apps", "batch", "autoscaling", "policy", "extensions",
		wellknown.ExternalSecretsGroup, "generators.external-secrets.io", "bitnami.com", "secrets.hashicorp.com",
		"cert-manager.io", "acme.cert-manager.io", "traefik.io", "traefik.containo.us", "metallb.io",
		"cilium.io", "crd.projectcalico.org", "projectcalico.org", "crd.antrea.io", "k8s.cni.cncf.io",
		"kyverno.io", "config.gatekeeper.sh", "constraints.gatekeeper.sh", "aquasecurity.github.io",
		"source.toolkit.fluxcd.io", "notification.toolkit.fluxcd.io", "image.toolkit.fluxcd.io",
		"config.kubernetes.io", "kustomize.config.k8s.io", "kpt.dev", "fn.kpt.dev",
		"projectcontour.io", "configuration.konghq.com", "getambassador.io", "externaldns.k8s.io", "route.openshift.io",
		"linkerd.io", "policy.linkerd.io", "split.smi-spec.io", "isindir.github.com", "reloader.stakater.com",
		"snapshot.storage.k8s.io":
		return true
	case "grafana.integreatly.org":
		return kind.Kind != "Grafana"
	case "operator.victoriametrics.com":
		switch kind.Kind {
		case "VMServiceScrape", "VMPodScrape", "VMStaticScrape", "VMNodeScrape", "VMProbe", "VMScrapeConfig", "VMRule",
			"VMUser", "VMAlertmanagerConfig":
			return true
		}
		return false
	case "monitoring.coreos.com", "keda.sh":
		return !operator.CreatesPods(kind.Kind)
	case "argoproj.io":
		return kind.Kind == "Application" || kind.Kind == "ApplicationSet" || kind.Kind == "AppProject"
	}
	return strings.HasSuffix(kind.Group, ".istio.io") ||
		!known && strings.HasSuffix(kind.Group, ".k8s.io")
}

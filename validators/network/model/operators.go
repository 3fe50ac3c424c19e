package model

import (
	"strings"

	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/wellknown"
)

// operatorOf names what creates pods for an object, with labels that are in no pod template of the input; empty for an
// object that leads to no pods in its namespace.
func operatorOf(o *objects.Object) string {
	if o.Namespace == "" || makesNoPods(o) {
		return ""
	}
	if operator, _ := wellknown.OperatorOf(o.GroupKind().Group); operator.Name != "" {
		return operator.Name
	}
	return "the controller of " + o.Kind
}

// makesNoPods reports whether objects of a kind never lead to pods in their namespace: those of Kubernetes itself
// beside the workloads that are read, and add-ons that watch, route or configure.
func makesNoPods(o *objects.Object) bool {
	kind := o.GroupKind()
	operator, known := wellknown.OperatorOf(kind.Group)
	switch kind.Group {
	case "", "apps", "batch", "autoscaling", "policy", "extensions",
		wellknown.ExternalSecretsGroup, "generators.external-secrets.io", "bitnami.com", "secrets.hashicorp.com",
		"cert-manager.io", "acme.cert-manager.io", "traefik.io", "traefik.containo.us", "metallb.io",
		"cilium.io", "crd.projectcalico.org", "projectcalico.org",
		"kyverno.io", "config.gatekeeper.sh", "constraints.gatekeeper.sh",
		"source.toolkit.fluxcd.io", "notification.toolkit.fluxcd.io",
		"config.kubernetes.io", "kustomize.config.k8s.io", "kpt.dev", "fn.kpt.dev":
		return true
	case "monitoring.coreos.com", "keda.sh":
		return !operator.CreatesPods(kind.Kind)
	case "argoproj.io":
		return kind.Kind == "Application" || kind.Kind == "ApplicationSet" || kind.Kind == "AppProject"
	}
	return strings.HasSuffix(kind.Group, ".istio.io") ||
		!known && strings.HasSuffix(kind.Group, ".k8s.io")
}

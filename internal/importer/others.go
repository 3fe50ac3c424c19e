package importer

import (
	"slices"

	"cloison.dev/cloison/internal/eso"
	"cloison.dev/cloison/internal/objects"
)

// readOthers notes what no part of a Segregation stands for, and what would be overwritten.
func (im *importer) readOthers() {
	for _, o := range im.set.Malformed {
		im.note(NotCarried, o, "", im.placeOf(o), "it cannot be read as a %s", o.Kind)
	}
	for _, o := range im.set.ServiceAccounts {
		p := im.byNamespace[o.Namespace]
		if p != nil && o.Name == "default" && !isGenerated(o.Object) &&
			(len(o.Value.ImagePullSecrets)+len(o.Value.Secrets) > 0 || len(o.Annotations) > 0) {
			im.note(NotCarried, o.Object, "", p.at(),
				"Cloison writes the ServiceAccount default of a component: give the pods that need this one a ServiceAccount of "+
					"their own")
		}
	}
	for _, o := range im.set.ClusterRoleBindings {
		im.note(NotCarried, o.Object, "", nil,
			"a Segregation gives no rights in the whole cluster: keep it if its subjects need them, and see that they reach "+
				"no Secrets")
	}
	for _, o := range im.set.All {
		if reason := beyond(o); reason != "" {
			im.note(NotCarried, o, "", im.placeOf(o), "%s", reason)
		}
	}
}

// placeOf is the component of an object; nil where there is none.
func (im *importer) placeOf(o *objects.Object) []string {
	if p := im.byNamespace[o.Namespace]; p != nil {
		return p.at()
	}
	return nil
}

// beyond is why a Segregation does not replace an object that has to do with what it is about; empty for any other.
func beyond(o *objects.Object) string {
	kind := o.GroupKind()
	switch {
	case kind.Group == eso.Group && slices.Contains([]string{"PushSecret", "ClusterPushSecret"}, kind.Kind):
		return "a Segregation only reads from Scaleway: see that it pushes no secret to where another component reads"
	case kind.Group == eso.Group && kind.Kind == "ClusterExternalSecret":
		return "it writes a Secret into several namespaces: give each component that needs it keys of its own"
	case slices.Contains([]string{"cilium.io", "crd.projectcalico.org", "projectcalico.org", "policy.networking.k8s.io"},
		kind.Group):
		return "a Segregation is about NetworkPolicies only: what this kind allows or denies comes on top"
	case kind.Group == "bitnami.com" && kind.Kind == "SealedSecret":
		return "" // a credential, which a Segregation names and does not hold
	}
	return ""
}

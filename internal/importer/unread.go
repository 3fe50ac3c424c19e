package importer

import (
	"slices"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"

	"cloison.dev/cloison/internal/cilium"
	"cloison.dev/cloison/internal/eso"
	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/importer/document"
	"cloison.dev/cloison/internal/importer/draft"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/wellknown"
)

// noteUnread notes the objects that a Segregation does not replace, and those that Cloison would overwrite.
func noteUnread(d *draft.Draft, set *objects.Set) {
	for _, o := range set.Malformed {
		if !d.IsChosen(o.Namespace) {
			continue
		}
		d.Note(draft.NotCarried, o, fieldpath.Path{}, componentPath(d, o), "it cannot be read as a %s", o.Kind)
	}
	for _, o := range set.ServiceAccounts {
		c := d.Of(o.Namespace)
		if c != nil && o.Name == "default" && !wellknown.IsGenerated(o.Labels) &&
			(len(o.Value.ImagePullSecrets)+len(o.Value.Secrets) > 0 || len(o.Annotations) > 0) {
			d.Note(draft.NotCarried, o.Object, fieldpath.Path{}, c.Path(),
				"Cloison writes the ServiceAccount default of a component: give the pods that need this one a "+
					"ServiceAccount of their own")
		}
	}
	for _, o := range set.ClusterRoleBindings {
		if !concerns(d, o.Value.Subjects) {
			continue
		}
		d.Note(draft.NotCarried, o.Object, fieldpath.Path{}, fieldpath.Path{},
			"a Segregation gives no rights in the whole cluster: keep it if its subjects need them, and see that they "+
				"reach no Secrets")
	}
	for _, o := range set.All {
		if o.GroupKind() == cilium.GroupKind() && d.Of(o.Namespace) != nil {
			continue // of which the names of hosts are carried over
		}
		if reason := notReplaced(o); reason != "" && d.IsChosen(o.Namespace) {
			d.Note(draft.NotCarried, o, fieldpath.Path{}, componentPath(d, o), "%s", reason)
		}
	}
}

// concerns reports whether subjects may be those of the imported namespaces: where some were chosen, service accounts of
// these, and groups of them.
func concerns(d *draft.Draft, subjects []rbacv1.Subject) bool {
	return len(d.Namespaces) == 0 || slices.ContainsFunc(subjects, func(s rbacv1.Subject) bool {
		if s.Kind == rbacv1.ServiceAccountKind {
			return d.IsChosen(s.Namespace)
		}
		if of, isOne := strings.CutPrefix(s.Name, "system:serviceaccounts:"); isOne {
			return d.IsChosen(of)
		}
		return wellknown.IsEverybody(s.Name)
	})
}

// componentPath is the path of an object's component; zero where it is in none.
func componentPath(d *draft.Draft, o *objects.Object) fieldpath.Path {
	if c := d.Of(o.Namespace); c != nil {
		return c.Path()
	}
	return fieldpath.Path{}
}

// notReplaced is why a Segregation does not replace an object of a kind that moves secrets or limits connections; empty
// for other kinds, and for SealedSecrets: they are credentials, which a Segregation only names.
func notReplaced(o *objects.Object) string {
	kind := o.GroupKind()
	switch kind.Group {
	case eso.Group:
		switch kind.Kind {
		case "PushSecret", "ClusterPushSecret":
			return "a Segregation only reads from Scaleway: see that it pushes no secret to where another component " +
				"reads"
		case "ClusterExternalSecret":
			return "it writes a Secret into several namespaces: give each component that needs it keys of its own"
		}
	case "cilium.io", "crd.projectcalico.org", "projectcalico.org", "policy.networking.k8s.io":
		return "a Segregation is about NetworkPolicies only: what this kind allows or denies comes on top"
	}
	return ""
}

// noteRefusals notes what of the Segregation Cloison would refuse, at the field that must be mended.
func noteRefusals(d *draft.Draft, doc *document.Document) {
	known := map[fieldpath.Path]bool{}
	for _, n := range d.Notes {
		if n.Outcome == draft.Missing {
			known[n.At] = true
		}
	}
	for _, refusal := range doc.Refusals(d.Cluster) {
		if at := refusal.Field; !known[at] {
			d.Remark(draft.Missing, at, "%s: %s", refusal.Field, refusal.Text())
		}
	}
}

package secretflow

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation"

	"cloison.dev/cloison/internal/objects"
)

// Named are the Secrets that manifests create, import, or name in any other field, sorted. Those of which the namespace
// is not known are left out.
func (g *Graph) Named(set *objects.Set) []Ref {
	n := naming{refs: map[Ref]bool{}}
	for ref := range g.Secrets {
		n.refs[ref] = true
	}
	for i := range g.Uses {
		n.refs[g.Uses[i].Secret] = true
	}
	for _, store := range g.Stores {
		for _, ref := range []Ref{store.AccessKeyIn, store.SecretKeyIn} {
			if !store.Cluster || ref.Namespace != "" {
				n.refs[ref] = true
			}
		}
		if !store.Scaleway {
			n.object(store.Object)
		}
	}
	for i := range g.Reads {
		read := &g.Reads[i]
		accessKey, secretKey := read.APIKeyIn()
		n.refs[accessKey], n.refs[secretKey], n.refs[read.Target] = true, true, true
	}
	n.builtIn(set)
	for _, o := range set.Custom {
		n.value(o.Fields, o.Namespace)
	}
	var refs []Ref
	for ref := range n.refs {
		if ref.Name != "" {
			refs = append(refs, ref)
		}
	}
	slices.SortFunc(refs, func(a, b Ref) int {
		return cmp.Or(cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Name, b.Name))
	})
	return refs
}

// naming collects the Secrets that are named.
type naming struct{ refs map[Ref]bool }

// builtIn adds those that objects of Kubernetes and PushSecrets name. Workloads are in the graph.
func (n naming) builtIn(set *objects.Set) {
	for _, o := range set.ServiceAccounts {
		for _, ref := range o.Value.Secrets {
			n.refs[Ref{o.Namespace, ref.Name}] = true
		}
		for _, ref := range o.Value.ImagePullSecrets {
			n.refs[Ref{o.Namespace, ref.Name}] = true
		}
	}
	for _, o := range set.Ingresses {
		for _, tls := range o.Value.Spec.TLS {
			n.refs[Ref{o.Namespace, tls.SecretName}] = true
		}
	}
	for _, o := range set.PushSecrets {
		if selector := o.Value.Spec.Selector; selector != nil && selector.Secret != nil {
			n.refs[Ref{o.Namespace, selector.Secret.Name}] = true
		}
	}
	for _, o := range set.All {
		if o.Kind == "PersistentVolume" || o.Kind == "StorageClass" {
			n.object(o)
		}
	}
}

// object adds what an object names that is not decoded. One that cannot be read names nothing; a finding says so.
func (n naming) object(o *objects.Object) {
	text, err := o.JSON()
	if err != nil {
		return
	}
	var fields map[string]any
	if json.Unmarshal(text, &fields) == nil {
		n.value(fields, o.Namespace)
	}
}

// value adds what the fields of an object name by the usual ways of writing it:
//
//	secretName: db                        driver/secret-name: db
//	passwordSecretRef: {name: db}         {kind: Secret, name: db}
//	imagePullSecrets: [{name: registry}]
func (n naming) value(value any, namespace string) {
	switch value := value.(type) {
	case []any:
		for _, item := range value {
			n.value(item, namespace)
		}
	case map[string]any:
		if value["kind"] == "Secret" {
			n.reference(value, namespace)
		}
		for name, field := range value {
			n.field(value, name, namespace)
			n.value(field, namespace)
		}
	}
}

// field adds what one field names.
func (n naming) field(of map[string]any, name, namespace string) {
	switch value := of[name].(type) {
	case string:
		switch {
		case strings.HasSuffix(name, "ecretName"):
			n.add(value, namespaceIn(of, strings.TrimSuffix(name, "Name")+"Namespace", namespace))
		case strings.HasSuffix(name, "secret-name"):
			n.add(value, namespaceIn(of, strings.TrimSuffix(name, "name")+"namespace", namespace))
		}
	case map[string]any:
		if isSecretField(name) {
			n.reference(value, namespace)
		}
	case []any:
		for _, item := range value {
			if item, is := item.(map[string]any); is && isSecretField(name) {
				n.reference(item, namespace)
			}
		}
	}
}

// isSecretField reports whether the name of a field says that it refers to a Secret.
func isSecretField(name string) bool { return strings.Contains(strings.ToLower(name), "secret") }

// reference adds the Secret of a reference with a name and, in some, a namespace.
func (n naming) reference(ref map[string]any, namespace string) {
	if name, is := ref["name"].(string); is {
		n.add(name, namespaceIn(ref, "namespace", namespace))
	}
}

func (n naming) add(name, namespace string) {
	if namespace != "" && len(validation.IsDNS1123Subdomain(name)) == 0 { // no template
		n.refs[Ref{namespace, name}] = true
	}
}

func namespaceIn(fields map[string]any, name, otherwise string) string {
	if namespace, is := fields[name].(string); is && namespace != "" {
		return namespace
	}
	return otherwise
}

// Package objects holds the Kubernetes objects that are judged: what each is called, where it was written, and its
// fields as typed values. It reads them, and judges nothing but whether they can be read.
package objects

import (
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/wellknown"
)

// Source is the text of an object. Its nodes' lines count from the object's first line.
type Source interface {
	Node() (*yaml.Node, error)
}

// Object is one object of the input, as somebody wrote it.
type Object struct {
	APIVersion, Kind string
	// Namespace is empty where none was written.
	Namespace, Name     string
	Labels, Annotations map[string]string
	// IsList reports that it has a field items: kubectl applies what is in it, and not the object itself.
	IsList bool
	// Encrypted reports that SOPS has encrypted the object: its values are not those that reach the cluster.
	Encrypted bool
	// Unread reports that this stands for something that could not be read: nothing but its File is known.
	Unread bool
	// KeptByHost reports that the host that sent the object keeps it from being applied where it is local.
	KeptByHost bool
	// File the object was read from; empty means not known.
	File string
	// FirstLine is the line of the object's first line in File or in the input, counted from 1; 0 means not known.
	FirstLine int
	Source    Source

	// plain is the object as it reaches the cluster, where it is encrypted; nil until it is asked for.
	plain *Object
	// node is the text, parsed for its lines: most objects never need it.
	node *yaml.Node
}

// IsLocal reports whether hosts keep the object from being applied.
func (o *Object) IsLocal() bool { return wellknown.IsLocal(o.Annotations) }

// IsInstruction reports whether the object is meant for Cloison itself.
func (o *Object) IsInstruction() bool { return wellknown.IsInstruction(o.APIVersion, o.Kind) }

// GroupKind is the object's kind without the version of its API.
func (o *Object) GroupKind() schema.GroupKind {
	return schema.GroupKind{Group: GroupOf(o.APIVersion), Kind: o.Kind}
}

// GroupOf is the group of an apiVersion; empty for the core API.
func GroupOf(apiVersion string) string {
	if group, _, found := strings.Cut(apiVersion, "/"); found {
		return group
	}
	return ""
}

// Identity is the object as findings name it. What is meant for Cloison itself, and objects of kinds that are for the
// whole cluster, are in no namespace, whatever hosts write there.
func (o *Object) Identity() finding.Object {
	identity := finding.Object{APIVersion: o.APIVersion, Kind: o.Kind, Namespace: o.Namespace, Name: o.Name}
	if o.Namespace == "" {
		return identity
	}
	if namespaced, known := Namespaced(o.GroupKind()); o.IsInstruction() || known && !namespaced {
		identity.Namespace = ""
	}
	return identity
}

// NamespaceText names a namespace as messages do. Without a name it is that into which the objects are applied that
// name none.
func NamespaceText(name string) string {
	if name == "" {
		return "the namespace of the objects that name none"
	}
	return fmt.Sprintf("namespace %q", name)
}

// Path formats a name as "namespace/name", without the namespace where none is named.
func Path(namespace, name string) string {
	if namespace == "" {
		return name
	}
	return namespace + "/" + name
}

// String formats the object as "Kind namespace/name".
func (o *Object) String() string { return o.Identity().String() }

// About fills in what a finding is about: the object, its file, and the line of the finding's field.
func (o *Object) About(f finding.Finding) finding.Finding {
	f.Object, f.File, f.Line = o.Identity(), o.File, o.Line(f.Field)
	return f
}

// Line is where field was written or, where it was not, the nearest field around it; 0 where no line is known. Format
// of field: spec.egress[0].to, metadata.labels[app.kubernetes.io/name]. Not safe for concurrent use on one object.
func (o *Object) Line(field fieldpath.Path) int {
	if o.FirstLine == 0 {
		return 0
	}
	if o.node == nil {
		node, err := o.Source.Node()
		if err != nil {
			return o.FirstLine
		}
		o.node = node
	}
	return o.FirstLine + lineOf(o.node, field) - 1
}

package objects

import (
	"errors"
	"fmt"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/kubeyaml"
	"cloison.dev/cloison/internal/sops"
	"cloison.dev/cloison/internal/wellknown"
)

// Unread is a document that cannot be read, or a whole file. No message quotes its content.
type Unread struct {
	// File is empty for standard input.
	File string
	// Line is that of the document, counted from 1; 0 for the whole file.
	Line int
	Err  error
}

func (u *Unread) Error() string {
	var places []string
	if u.File != "" {
		places = append(places, u.File)
	}
	if u.Line > 0 {
		places = append(places, fmt.Sprintf("the document at line %d", u.Line))
	}
	if len(places) == 0 {
		places = []string{"standard input"}
	}
	return fmt.Sprintf("%s: %v", strings.Join(places, ", "), u.Err)
}

// Finding reports the document as one that was not judged.
func (u *Unread) Finding() finding.Finding {
	f := finding.Finding{
		Code: finding.InputUnreadable, Severity: finding.Warning, Undecided: true, File: u.File, Line: u.Line,
		Message: "this cannot be read, so what it holds was not judged: " + u.Err.Error(),
		Fix:     "correct it; what kubectl reads otherwise than other programs must be written out",
	}
	if refused, is := errors.AsType[*kubeyaml.Refusal](u.Err); is {
		f.Line, f.Message = refused.Line, "this cannot be read, so what it holds was not judged: "+refused.Reason
	}
	if encrypted, is := errors.AsType[*sops.Encrypted](u.Err); is {
		f.Message, f.Fix = "this is encrypted by "+encrypted.By+", so what it holds was not judged", encrypted.Fix
	}
	return f
}

// Object stands for the document among those that could be read, so that nobody concludes that what it may hold is not
// there.
func (u *Unread) Object() *Object { return &Object{File: u.File, Unread: true} }

// Unwrap gives what is wrong with the document.
func (u *Unread) Unwrap() error { return u.Err }

// Parse reads a stream of YAML or JSON documents as kubectl does. Lists of objects are taken apart: every object with a
// field items is one. The error has an [Unread] for each document that cannot be read, joined as by errors.Join; what
// could be read is returned beside it.
func Parse(file string, data []byte) ([]*Object, error) {
	var found []*Object
	var problems []error
	for _, d := range kubeyaml.Documents(data) {
		objects, err := document{d}.read(file)
		if err != nil {
			problems = append(problems, &Unread{File: file, Line: d.Line, Err: err})
		}
		found = append(found, objects...)
	}
	return found, errors.Join(problems...)
}

// document is the source of an object that is all there is of a document.
type document struct{ kubeyaml.Document }

// JSON is the document as kubectl reads it.
func (d document) JSON() (text []byte, twice []fieldpath.Path, err error) {
	return toJSON(d, kubeyaml.Kubectl)
}

// toJSON reads a source in a dialect.
func toJSON(source Source, dialect kubeyaml.Dialect) (text []byte, twice []fieldpath.Path, err error) {
	node, err := source.Node()
	if err != nil {
		return nil, nil, err
	}
	return dialect.JSON(node)
}

// remembered is a Source whose text was read as JSON while its nodes were there: parsing it again for that would cost more
// than all that is done with it.
type remembered struct {
	Source
	text  []byte
	twice []fieldpath.Path
}

func (r remembered) JSON() (text []byte, twice []fieldpath.Path, err error) {
	return r.text, r.twice, nil
}

// ErrNoObject is the problem of a document in which nothing looks like a Kubernetes object.
var ErrNoObject = errors.New("must be an object with apiVersion and kind")

var (
	errItems = errors.New("items must be a list")
)

func (d document) read(file string) ([]*Object, error) {
	node, err := d.Node()
	if err != nil {
		return nil, err
	}
	if node == nil || node.Kind == yaml.ScalarNode && node.ShortTag() == yaml.NodeTagNull {
		return nil, nil
	}
	if node.Kind != yaml.MappingNode {
		return nil, ErrNoObject
	}
	meta, err := kubeyaml.Kubectl.Identify(node)
	if err != nil {
		return nil, d.At(err)
	}
	object := FromMeta(meta, file, d.Line, d)
	if encryptedAsAWhole(object, node) {
		return nil, sops.AsAWhole()
	}
	if err := object.problem(node); err != nil {
		return nil, err
	}
	if !object.isOwn() { // whose own readers say better what is wrong
		if err := kubeyaml.Kubectl.Check(node); err != nil {
			return nil, d.At(err)
		}
	}
	if object.IsList {
		return fromList(object, node, kubeyaml.Kubectl)
	}
	if text, twice, err := kubeyaml.Kubectl.JSON(node); err == nil {
		object.Source = remembered{d, text, twice}
	}
	return []*Object{object}, nil
}

// problem is why the object is none; nil where it is one.
func (o *Object) problem(node *yaml.Node) error {
	isObject := kubeyaml.Kubectl.Value(node, "metadata") != nil
	switch {
	case o.APIVersion != "" && o.Kind != "", o.IsList && o.Kind != "":
		return nil
	case o.APIVersion == "" && o.Kind == "" || !isObject:
		return ErrNoObject
	case o.Kind == "":
		return fmt.Errorf("the object must have a kind, and has none%s", otherCase(node, "kind"))
	case o.Kind == wellknown.SegregationKind:
		return fmt.Errorf("the object must have an apiVersion, and has none; write apiVersion: %s", wellknown.APIVersion)
	}
	return fmt.Errorf("the object must have an apiVersion, and has none%s", otherCase(node, "apiVersion"))
}

// otherCase completes a message about a field that is missing with the name that it has in another case.
func otherCase(node *yaml.Node, field string) string {
	for i := 0; i+1 < len(node.Content); i += 2 {
		if name := node.Content[i].Value; strings.EqualFold(name, field) && name != field {
			return fmt.Sprintf("; write %s instead of %s", field, name)
		}
	}
	return ""
}

func (o *Object) isOwn() bool { return o.GroupKind().Group == wellknown.Group }

// fromList takes a list of objects apart, and the lists in it. Items of a typed list, such as a PodList, may leave out
// both apiVersion and kind: they have those of the list.
func fromList(list *Object, node *yaml.Node, dialect kubeyaml.Dialect) ([]*Object, error) {
	items := dialect.Value(node, "items")
	switch {
	case items == nil || items.Kind == yaml.ScalarNode && items.ShortTag() == yaml.NodeTagNull:
		return nil, nil
	case items.Kind != yaml.SequenceNode:
		return nil, errItems
	}
	var found []*Object
	for i, item := range items.Content {
		object, err := listItem(list, kubeyaml.Target(item), dialect)
		if err != nil {
			return nil, fmt.Errorf("items[%d]: %v", i, err) //nolint:errorlint // the list itself is an object
		}
		found = append(found, object.flatten()...)
	}
	return found, nil
}

func listItem(list *Object, item *yaml.Node, dialect kubeyaml.Dialect) (*Object, error) {
	if item.Kind != yaml.MappingNode {
		return nil, ErrNoObject
	}
	meta, err := dialect.Identify(item)
	if err != nil {
		return nil, err
	}
	object := FromMeta(meta, list.File, list.FirstLine, parsed{item, dialect})
	object.Encrypted = object.Encrypted || list.Encrypted
	if object.Kind == "" && object.APIVersion == "" {
		object.APIVersion, object.Kind = list.APIVersion, strings.TrimSuffix(list.Kind, "List")
	}
	if object.Kind == "" || object.APIVersion == "" {
		return nil, ErrNoObject
	}
	return object, nil
}

// flatten takes a list in a list, or in a ResourceList, apart, which kubectl refuses and kustomize does. Any other
// object is all there is of it, and so is a list whose items are no objects. An object with items whose kind is no list
// stays beside them: kustomize takes it for an object.
func (o *Object) flatten() []*Object {
	if !o.IsList {
		return []*Object{o}
	}
	dialect := kubeyaml.Hosts
	if source, is := o.Source.(parsed); is {
		dialect = source.dialect
	}
	if node, err := o.Source.Node(); err == nil && node != nil {
		found, err := fromList(o, node, dialect)
		switch {
		case err != nil:
		case strings.HasSuffix(o.Kind, "List"):
			return found
		default:
			return append([]*Object{o}, found...)
		}
	}
	return []*Object{o}
}

// FromNode is an object that has been parsed already. firstLine is the line that the node's line 1 has in the file,
// counted from 1; 0 means not known.
func FromNode(file string, firstLine int, node *yaml.Node) *Object {
	meta, err := kubeyaml.Hosts.Identify(node)
	if err != nil {
		meta = kubeyaml.Meta{} // it is reported where the fields are read
	}
	return FromMeta(meta, file, firstLine, parsed{node, kubeyaml.Hosts})
}

// FromMeta is an object whose names have been read already.
func FromMeta(meta kubeyaml.Meta, file string, firstLine int, source Source) *Object {
	return &Object{
		APIVersion: meta.APIVersion, Kind: meta.Kind, Namespace: meta.Namespace, Name: meta.Name,
		Labels: meta.Labels, Annotations: meta.Annotations, IsList: meta.IsList,
		Encrypted: meta.Encrypted, File: file, FirstLine: firstLine, Source: source,
	}
}

// parsed is the source of an object that is a part of a document.
type parsed struct {
	node    *yaml.Node
	dialect kubeyaml.Dialect
}

func (p parsed) Node() (*yaml.Node, error) { return p.node, nil }

// JSON is the object as readers of the document's dialect read it.
func (p parsed) JSON() (text []byte, twice []fieldpath.Path, err error) {
	return p.dialect.JSON(p.node)
}

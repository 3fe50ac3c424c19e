// Package specyaml writes values of package spec as YAML for people: fields that are empty are left out, and short
// values stand on one line.
package specyaml

import (
	"reflect"
	"slices"
	"strconv"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/spec"
)

// Comments are what is written behind values.
type Comments struct {
	// Of is the comment behind the value at a path.
	Of func(fieldpath.Path) string
	// ShowsFalse reports whether a boolean that is false is written. Others are left out, as their default is meant.
	ShowsFalse func(fieldpath.Path) bool
}

// Encode makes a YAML node of a value of package spec.
func Encode(value any) *yaml.Node { return encoder{}.encode(reflect.ValueOf(value), fieldpath.Path{}) }

// EncodeWith makes a YAML node with a comment behind each value. A list or map stands on one line only where all of its
// values have the same comment.
func EncodeWith(value any, comments Comments) *yaml.Node {
	return encoder{&comments}.encode(reflect.ValueOf(value), fieldpath.Path{})
}

// encoder has no comments where there are none to be written.
type encoder struct{ comments *Comments }

// encode makes a node of the value at a path.
func (e encoder) encode(v reflect.Value, path fieldpath.Path) *yaml.Node {
	switch v.Kind() {
	case reflect.Pointer:
		return e.encode(v.Elem(), path)
	case reflect.Struct:
		return e.encodeStruct(v, path)
	case reflect.Map:
		node := &yaml.Node{Kind: yaml.MappingNode}
		keys := v.MapKeys()
		slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
		for _, key := range keys {
			value := e.encode(v.MapIndex(key), path.Child(key.String()))
			node.Content = append(node.Content, text(key.String()), value)
		}
		return e.styled(node, isInline(v.Type().Elem()), path)
	case reflect.Slice:
		node := &yaml.Node{Kind: yaml.SequenceNode}
		for i := range v.Len() {
			node.Content = append(node.Content, e.encode(v.Index(i), path.Index(i)))
		}
		return e.styled(node, isInline(v.Type().Elem()), path)
	}
	node := scalar(v)
	if e.comments != nil {
		node.LineComment = e.comments.Of(path)
		if strings.Contains(node.Value, "\n") {
			node.Style = yaml.DoubleQuotedStyle // a comment behind a block would be part of it
		}
	}
	return node
}

func scalar(v reflect.Value) *yaml.Node {
	switch v.Kind() {
	case reflect.Bool:
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: yaml.NodeTagBool, Value: strconv.FormatBool(v.Bool())}
	case reflect.Int:
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: yaml.NodeTagInt, Value: strconv.FormatInt(v.Int(), 10)}
	}
	if role, is := reflect.TypeAssert[spec.Role](v); is {
		if name, isOfCluster := role.ClusterRole(); isOfCluster {
			return &yaml.Node{
				Kind: yaml.MappingNode, Style: yaml.FlowStyle, Content: []*yaml.Node{text("clusterRole"), text(name)},
			}
		}
	}
	if isNumber(v) {
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: yaml.NodeTagInt, Value: v.String()}
	}
	return text(v.String())
}

func (e encoder) encodeStruct(v reflect.Value, path fieldpath.Path) *yaml.Node {
	node := &yaml.Node{Kind: yaml.MappingNode}
	for i := range v.NumField() {
		name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
		if field := v.Field(i); name != "" && e.isWritten(field, path.Child(name)) {
			node.Content = append(node.Content, text(name), e.encode(field, path.Child(name)))
		}
	}
	return e.styled(node, isShort(v.Type()), path)
}

// isWritten reports whether a field is not left out.
func (e encoder) isWritten(field reflect.Value, path fieldpath.Path) bool {
	switch {
	case field.Kind() == reflect.Map:
		return field.Len() > 0
	case field.Kind() == reflect.Bool && e.comments != nil && e.comments.ShowsFalse(path):
		return true
	}
	return !field.IsZero()
}

// isNumber reports whether a port or revision is written as a plain number.
func isNumber(v reflect.Value) bool {
	switch v.Type() {
	case reflect.TypeFor[spec.Port](), reflect.TypeFor[spec.Revision]():
		_, err := strconv.ParseUint(v.String(), 10, 32)
		return err == nil
	}
	return false
}

// isInline reports whether a list or map of such values is written on one line where it fits.
func isInline(t reflect.Type) bool {
	return t.Kind() == reflect.String || t == reflect.TypeFor[spec.Subject]() || t == reflect.TypeFor[spec.PullSecret]()
}

// isShort reports whether a struct is written on one line where it fits.
func isShort(t reflect.Type) bool {
	switch t {
	case reflect.TypeFor[spec.EgressFlow](), reflect.TypeFor[spec.IngressFlow](), reflect.TypeFor[spec.Peer](),
		reflect.TypeFor[spec.Source](), reflect.TypeFor[spec.Credentials](), reflect.TypeFor[spec.PodSecurity](),
		reflect.TypeFor[spec.Access](), reflect.TypeFor[spec.Subject](), reflect.TypeFor[spec.PullSecret](),
		reflect.TypeFor[spec.Toleration]():
		return true
	}
	return false
}

// longestLine is the length in bytes beyond which a collection is not written on one line.
const longestLine = 100

// styled writes a collection on one line where it may and fits.
func (e encoder) styled(node *yaml.Node, inline bool, path fieldpath.Path) *yaml.Node {
	switch {
	case len(node.Content) == 0:
		node.Style = yaml.FlowStyle
		if e.comments != nil {
			node.LineComment = e.comments.Of(path)
		}
	case inline && length(node) <= longestLine:
		if shared, same := sharedComment(node); same {
			node.Style, node.LineComment = yaml.FlowStyle, shared
			for _, value := range values(node) {
				value.LineComment = ""
			}
		}
	}
	return node
}

// sharedComment is the comment that all values of a collection have, and whether they have the same.
func sharedComment(node *yaml.Node) (comment string, same bool) {
	all := values(node)
	for _, value := range all {
		if hasComments(value) || value.LineComment != all[0].LineComment {
			return "", false
		}
	}
	return all[0].LineComment, true
}

// hasComments reports whether a value inside of a collection has a comment.
func hasComments(node *yaml.Node) bool {
	return slices.ContainsFunc(node.Content, func(inside *yaml.Node) bool {
		return inside.LineComment != "" || hasComments(inside)
	})
}

// values are the items of a list, or the values of a map.
func values(node *yaml.Node) []*yaml.Node {
	if node.Kind == yaml.SequenceNode {
		return node.Content
	}
	var found []*yaml.Node
	for i := 1; i < len(node.Content); i += 2 {
		found = append(found, node.Content[i])
	}
	return found
}

// length is the length in bytes of a node on one line, punctuation estimated.
func length(node *yaml.Node) int {
	const separator = len(", ")
	n := len(node.Value) + separator
	for _, child := range node.Content {
		n += length(child)
	}
	return n
}

// text is a scalar that every reader takes for text, those of YAML 1.1 with its booleans and signs included.
func text(value string) *yaml.Node {
	node := &yaml.Node{Kind: yaml.ScalarNode, Tag: yaml.NodeTagString, Value: value}
	if isOldBoolean(value) || value == "<<" || value == "=" {
		node.Style = yaml.DoubleQuotedStyle
	}
	return node
}

// isOldBoolean reports whether readers of YAML 1.1 take a word for a boolean.
func isOldBoolean(value string) bool {
	return slices.Contains([]string{"y", "n", "yes", "no", "on", "off"}, strings.ToLower(value))
}

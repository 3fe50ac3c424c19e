package document

import (
	"reflect"
	"slices"
	"strconv"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"cloison.dev/cloison/internal/spec"
)

// encode makes a YAML node of a value of package spec. Fields that are empty are left out, as their default is meant.
func encode(v reflect.Value) *yaml.Node {
	switch v.Kind() {
	case reflect.Pointer:
		return encode(v.Elem())
	case reflect.Struct:
		return encodeStruct(v)
	case reflect.Map:
		node := &yaml.Node{Kind: yaml.MappingNode}
		keys := v.MapKeys()
		slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
		for _, key := range keys {
			node.Content = append(node.Content, text(key.String()), encode(v.MapIndex(key)))
		}
		return styled(node, isInline(v.Type().Elem()))
	case reflect.Slice:
		node := &yaml.Node{Kind: yaml.SequenceNode}
		for i := range v.Len() {
			node.Content = append(node.Content, encode(v.Index(i)))
		}
		return styled(node, isInline(v.Type().Elem()))
	case reflect.Bool:
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: yaml.NodeTagBool, Value: strconv.FormatBool(v.Bool())}
	case reflect.Int:
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: yaml.NodeTagInt, Value: strconv.FormatInt(v.Int(), 10)}
	}
	if role, is := reflect.TypeAssert[spec.Role](v); is {
		if name, isOfCluster := role.ClusterRole(); isOfCluster {
			return styled(&yaml.Node{Kind: yaml.MappingNode, Content: []*yaml.Node{text("clusterRole"), text(name)}}, true)
		}
	}
	if isNumber(v) {
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: yaml.NodeTagInt, Value: v.String()}
	}
	return text(v.String())
}

func encodeStruct(v reflect.Value) *yaml.Node {
	node := &yaml.Node{Kind: yaml.MappingNode}
	for i := range v.NumField() {
		field := v.Field(i)
		if field.IsZero() || field.Kind() == reflect.Map && field.Len() == 0 {
			continue
		}
		name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
		node.Content = append(node.Content, text(name), encode(field))
	}
	return styled(node, isShort(v.Type()))
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
func styled(node *yaml.Node, inline bool) *yaml.Node {
	if len(node.Content) == 0 || inline && length(node) <= longestLine {
		node.Style = yaml.FlowStyle
	}
	return node
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

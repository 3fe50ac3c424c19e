package validators_test

import (
	"regexp"
	"slices"
	"strconv"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/objects"
)

// mutation is one change of one object.
type mutation struct {
	// kind and name of the object, path of the field and what was done to it.
	kind, name, path, change string
	// object is what stands in the object's place; nil where it was deleted.
	object *objects.Object
}

// form is what the mutation has in common with others: indexes of lists and values are left out.
func (m mutation) form() string {
	return m.kind + " " + itemIndex.ReplaceAllString(m.path, "[]") + ": " + m.change
}

var itemIndex = regexp.MustCompile(`\[\d+\]`)

// mutations are the deletion of an object and every small change of every field of it: entries removed, texts, numbers
// and booleans changed, rules widened.
func mutations(o *objects.Object) []mutation {
	node, err := o.Source.Node()
	if err != nil {
		panic(err)
	}
	m := &mutator{Object: o, root: node}
	m.found = []mutation{{kind: o.Kind, name: o.Name, change: "object deleted"}}
	m.visit(node, fieldpath.Path{})
	return m.found
}

type mutator struct {
	*objects.Object
	root  *yaml.Node
	found []mutation
	// inFurtherRule is true inside of a rule that the role need not have.
	inFurtherRule bool
}

// record keeps a copy of the object as it is now.
func (m *mutator) record(path fieldpath.Path, change string) {
	m.found = append(m.found, mutation{kind: m.Kind, name: m.Name, path: path.String(), change: change,
		object: objects.FromNode("", 0, yaml.CopyYNode(m.root))})
}

// with records the object with another content of a node, and puts the old one back.
func (m *mutator) with(node *yaml.Node, content []*yaml.Node, path fieldpath.Path, change string) {
	old := node.Content
	node.Content = content
	m.record(path, change)
	node.Content = old
}

// isFurtherRule reports whether a rule of a Role gives what the role may have and need not.
func isFurtherRule(rule *yaml.Node) bool {
	text, err := yaml.NewRNode(rule).String()
	return err == nil && regexp.MustCompile(`controllerrevisions|gateway\.networking|metrics\.k8s`).MatchString(text)
}

func (m *mutator) visit(node *yaml.Node, path fieldpath.Path) {
	switch node.Kind {
	case yaml.MappingNode:
		for i := 0; i+1 < len(node.Content); i += 2 {
			at := path.Child(node.Content[i].Value)
			m.with(node, without(node.Content, i, 2), at,
				"removed"+m.described(node.Content[i].Value, node.Content[i+1]))
			m.visit(node.Content[i+1], at)
		}
		m.widenMap(node, path)
	case yaml.SequenceNode:
		for i, item := range node.Content {
			at := path.Index(i)
			change, isRule := "removed", path == fieldpath.Of("rules")
			if isRule {
				m.inFurtherRule = isFurtherRule(item)
			}
			switch {
			case m.inFurtherRule && (isRule || len(node.Content) > 1):
				change += " of what a role need not have"
			case len(node.Content) == 1:
				change = "removed, the only item"
			case path == fieldpath.Of("spec", "policyTypes"):
				change += " " + item.Value
			}
			m.with(node, without(node.Content, i, 1), at, change)
			m.visit(item, at)
			m.inFurtherRule = m.inFurtherRule && !isRule
		}
		m.widenList(node, path)
	default:
		m.scalar(node, path)
	}
}

// described distinguishes values whose removal has no effect from others.
func (m *mutator) described(name string, value *yaml.Node) string {
	switch {
	case name == "protocol" || name == "refreshInterval":
		return " " + value.Value
	case value.Kind == yaml.MappingNode && len(value.Content) == 0:
		return " {}"
	case name == "namespaceSelector" &&
		valueAt(valueAt(value, "matchLabels"), "kubernetes.io/metadata.name").Value == m.Namespace:
		return " of the own namespace"
	}
	return ""
}

// valueAt is the value of a field; an empty node where there is none.
func valueAt(node *yaml.Node, name string) *yaml.Node {
	for i := 0; i+1 < len(node.Content); i += 2 {
		if node.Content[i].Value == name {
			return node.Content[i+1]
		}
	}
	return &yaml.Node{}
}

func without(content []*yaml.Node, i, count int) []*yaml.Node {
	return append(append([]*yaml.Node{}, content[:i]...), content[i+count:]...)
}

func (m *mutator) scalar(node *yaml.Node, path fieldpath.Path) {
	old := *node
	change := func(value string) {
		*node = yaml.Node{Kind: yaml.ScalarNode, Tag: old.Tag, Value: value, Style: old.Style}
		m.record(path, "changed")
		*node = old
	}
	switch node.ShortTag() {
	case yaml.NodeTagBool:
		change(strconv.FormatBool(node.Value != "true"))
	case yaml.NodeTagInt:
		number, err := strconv.Atoi(node.Value)
		if err != nil {
			panic(err)
		}
		change(strconv.Itoa(number + 1))
	default:
		for _, value := range otherTexts(node.Value) {
			change(value)
		}
	}
}

// otherTexts are texts of the same form that mean something else.
func otherTexts(text string) []string {
	switch text {
	case "baseline", "restricted":
		return []string{"privileged"}
	case "TCP":
		return []string{"UDP"}
	case "UDP":
		return []string{"TCP"}
	case "Opaque":
		return []string{"kubernetes.io/tls"}
	}
	if _, err := strconv.Atoi(text); err == nil {
		return []string{text + "0"}
	}
	return []string{text + "x"}
}

// widenMap adds what a map may hold and weakens the object.
func (m *mutator) widenMap(node *yaml.Node, path fieldpath.Path) {
	if m.Kind == "NetworkPolicy" && path == fieldpath.Of("spec", "podSelector") {
		m.with(node, parse("matchLabels: {app: nobody}").Content, path, "narrowed to app: nobody")
	}
}

// widenList adds what a list may hold and weakens the object.
func (m *mutator) widenList(node *yaml.Node, path fieldpath.Path) {
	add := func(items ...string) {
		for _, item := range items {
			if slices.ContainsFunc(node.Content, func(there *yaml.Node) bool { return there.Value == item }) {
				continue
			}
			m.with(node, append(append([]*yaml.Node{}, node.Content...), parse(item)), path, "added "+item)
		}
	}
	switch name := path.Last(); {
	case m.Kind == "NetworkPolicy" && (path == fieldpath.Of("spec", "egress") ||
		path == fieldpath.Of("spec", "ingress")):
		add("{}")
	case m.Kind == "NetworkPolicy" && (name == "to" || name == "from"):
		add("{namespaceSelector: {}}", "{ipBlock: {cidr: 0.0.0.0/0}}",
			"{podSelector: {}, namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: elsewhere}}}")
	case m.Kind == "NetworkPolicy" && name == "ports":
		add("{protocol: TCP, port: 1, endPort: 65535}", "{protocol: SCTP}")
	case m.Kind == "Role" && name == "verbs":
		add("'*'")
	case m.Kind == "Role" && name == "resources":
		add("secrets", "pods/exec", "serviceaccounts/token")
	case m.Kind == "Role" && name == "rules":
		add("{apiGroups: [''], resources: [secrets], verbs: [get]}")
	case m.Kind == "RoleBinding" && name == "subjects":
		add("{kind: Group, apiGroup: rbac.authorization.k8s.io, name: 'system:serviceaccounts'}")
	}
}

func parse(text string) *yaml.Node {
	var document yaml.Node
	if err := yaml.Unmarshal([]byte(text), &document); err != nil {
		panic(err)
	}
	return document.Content[0]
}

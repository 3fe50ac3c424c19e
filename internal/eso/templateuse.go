package eso

import (
	"slices"
	"text/template/parse"
)

// TemplateUse is what a template takes from elsewhere.
type TemplateUse struct {
	// Keys in the order of the text.
	Keys []KeyUse
	// SecretKeys are the calls of the function getSecretKey, which reads Secrets of any namespace.
	SecretKeys []SecretKeyUse
	// Looked are the keys that are looked up by their text with the function index, which makes nothing of a key that is
	// not there.
	Looked []string
	// Functions that are called, in the order of the text.
	Functions []string
}

// Names are the keys that the template names, in any way.
func (u *TemplateUse) Names() map[string]bool {
	names := map[string]bool{}
	for _, key := range u.Keys {
		names[key.Name] = true
	}
	for _, name := range u.Looked {
		names[name] = true
	}
	return names
}

// Unknown are the functions called that are none of [TemplateFunctions], in the order of the text.
func (u *TemplateUse) Unknown() []string {
	known := TemplateFunctions()
	return slices.DeleteFunc(slices.Clone(u.Functions), func(name string) bool { return slices.Contains(known, name) })
}

// KeyUse is a key of the values that were read. The operator fails where it is not there.
type KeyUse struct {
	Name string
	// Always is false where the key is taken in a branch only.
	Always bool
	// Field of the value, which has none; empty for the value itself.
	Field string
}

// SecretKeyUse is a key of a Secret that is read while the template is executed. What is not written out is empty.
type SecretKeyUse struct{ Namespace, Name, Key string }

// ParseTemplateUse reads a template; ok is false for what is none. Functions are not looked up.
//
// Facts: docs/facts.md, "Templates".
func ParseTemplateUse(text string) (use TemplateUse, ok bool) {
	const name = "template"
	tree := parse.New(name)
	tree.Mode = parse.SkipFuncCheck
	all := map[string]*parse.Tree{}
	if _, err := tree.Parse(text, "", "", all); err != nil {
		return TemplateUse{}, false
	}
	for defined, inner := range all {
		if defined != name && inner.Root != nil {
			use.list(inner.Root, place{})
		}
	}
	if tree.Root != nil {
		use.list(tree.Root, place{dot: true, root: true, always: true})
	}
	return use, true
}

// place is where a node stands: whether the dot and $ are all values, and whether it is executed in any case.
type place struct{ dot, root, always bool }

func (p place) branch() place { return place{p.dot, p.root, false} }

func (u *TemplateUse) list(list *parse.ListNode, at place) {
	if list == nil {
		return
	}
	for _, node := range list.Nodes {
		u.node(node, at)
	}
}

func (u *TemplateUse) node(node parse.Node, at place) {
	switch n := node.(type) {
	case *parse.ActionNode:
		u.pipe(n.Pipe, at)
	case *parse.TemplateNode:
		u.pipe(n.Pipe, at)
	case *parse.IfNode:
		u.branches(&n.BranchNode, at, at.branch())
	case *parse.RangeNode:
		u.branches(&n.BranchNode, at, place{root: at.root})
	case *parse.WithNode:
		u.branches(&n.BranchNode, at, place{root: at.root})
	case *parse.PipeNode:
		u.pipe(n, at)
	case *parse.ChainNode:
		u.node(n.Node, at)
	case *parse.IdentifierNode:
		u.Functions = append(u.Functions, n.Ident)
	case *parse.FieldNode:
		if at.dot {
			u.key(n.Ident, at.always)
		}
	case *parse.VariableNode:
		if at.root && n.Ident[0] == "$" {
			u.key(n.Ident[1:], at.always)
		}
	}
}

func (u *TemplateUse) branches(branch *parse.BranchNode, at, inside place) {
	u.pipe(branch.Pipe, at)
	u.list(branch.List, inside)
	u.list(branch.ElseList, at.branch())
}

func (u *TemplateUse) pipe(pipe *parse.PipeNode, at place) {
	if pipe == nil {
		return
	}
	for _, command := range pipe.Cmds {
		u.command(command, at)
	}
}

func (u *TemplateUse) command(command *parse.CommandNode, at place) {
	function := ""
	if name, is := command.Args[0].(*parse.IdentifierNode); is {
		function = name.Ident
	}
	if function == "getSecretKey" {
		u.SecretKeys = append(u.SecretKeys, secretKeyUse(command.Args[1:]))
	}
	if function == "index" && len(command.Args) > 2 && isAll(command.Args[1], at) {
		if text, is := command.Args[2].(*parse.StringNode); is {
			u.Looked = append(u.Looked, text.Text)
		}
	}
	for i, argument := range command.Args {
		if shortCircuits := (function == "and" || function == "or") && i > 1; shortCircuits {
			u.node(argument, at.branch())
		} else {
			u.node(argument, at)
		}
	}
}

// isAll reports whether a node stands for all values.
func isAll(node parse.Node, at place) bool {
	switch n := node.(type) {
	case *parse.DotNode:
		return at.dot
	case *parse.VariableNode:
		return at.root && len(n.Ident) == 1 && n.Ident[0] == "$"
	}
	return false
}

func (u *TemplateUse) key(path []string, always bool) {
	if len(path) == 0 {
		return
	}
	use := KeyUse{Name: path[0], Always: always}
	if len(path) > 1 {
		use.Field = path[1]
	}
	u.Keys = append(u.Keys, use)
}

// secretKeyUse reads the arguments: name, namespace, key.
func secretKeyUse(arguments []parse.Node) SecretKeyUse {
	var texts [3]string
	for i := range min(len(arguments), len(texts)) {
		if text, is := arguments[i].(*parse.StringNode); is {
			texts[i] = text.Text
		}
	}
	return SecretKeyUse{Name: texts[0], Namespace: texts[1], Key: texts[2]}
}

package kubeyaml

import (
	"bytes"
	"unicode/utf8"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"cloison.dev/cloison/internal/form"
)

var (
	// mayBeBareTag matches an exclamation mark by itself, in whatever it stands.
	mayBeBareTag = form.New(`(?m)(^|[\s\[{,])!(\s|$)`)
	// bareTag matches it in front of a value, after an anchor too.
	bareTag   = form.New(`^(&\S+(\s+|#.*\n)*)?!(\s|$)`)
	lineBreak = form.New("\r\n|[\n\r\u0085\u2028\u2029]")
)

// refuseBareTags refuses the tag "!" in front of what is not quoted: kubectl takes the value for text, and the parser,
// which does not tell that there is a tag, for what it looks like.
func refuseBareTags(text []byte, root *yaml.Node) error {
	if bytes.IndexByte(text, '!') < 0 || !mayBeBareTag().Match(text) {
		return nil // the byte is rare, and found many times faster than the expression
	}
	text = bytes.TrimPrefix(text, byteOrderMark)
	starts := []int{0}
	for _, at := range lineBreak().FindAllIndex(text, -1) {
		starts = append(starts, at[1])
	}
	var visit func(node *yaml.Node) error
	visit = func(node *yaml.Node) error {
		if node.Kind == yaml.ScalarNode && node.Style == 0 && bareTag().Match(from(text, starts, node)) {
			return errTaggedValue(node)
		}
		for _, content := range node.Content {
			if err := visit(content); err != nil {
				return err
			}
		}
		return nil
	}
	return visit(root)
}

// from is the text that starts with a node. starts has where each line starts.
func from(text []byte, starts []int, node *yaml.Node) []byte {
	if node.Line < 1 || node.Line > len(starts) {
		return nil
	}
	text = text[starts[node.Line-1]:]
	for range node.Column - 1 {
		_, width := utf8.DecodeRune(text)
		text = text[width:]
	}
	return text
}

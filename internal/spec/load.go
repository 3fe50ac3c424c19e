package spec

import (
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"cloison.dev/cloison/internal/finding"
)

// Origin says where the text of a Segregation came from, for messages.
type Origin struct {
	// File the Segregation was read from; empty means not known.
	File string
	// FirstLine is the line, counted from 1, that the node's line 1 has in File or in the input; 0 means that the node's
	// lines mean nothing to the user (a host has rewritten the text).
	FirstLine int
}

// Load decodes, defaults and validates the Segregation in node. Where one of the findings is an error, the Segregation
// is nil: it must not be used.
func Load(node *yaml.Node, origin Origin) (*Segregation, []finding.Finding) {
	r := newReport(node, origin)
	seg := &Segregation{}
	d := &decoder{report: r}
	d.decode(node, seg)
	if !d.stopped() {
		setDefaults(seg)
		validate(seg, r)
	}
	finding.Sort(r.findings)
	if finding.HasErrors(r.findings) {
		return nil, r.findings
	}
	return seg, r.findings
}

// Package baseline knows the findings that there already were, so that a check fails for new ones only. What is known is
// told by the identity of findings, whatever files and lines they are in, by the root of a repository that they are in, and
// by what their objects say.
package baseline

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/wellknown"
)

// Baseline is a multitude of findings.
type Baseline struct {
	known map[key]int
	// roots are those that were checked, sorted; none where one thing was.
	roots []string
}

// key is what is known of a finding.
type key struct {
	root, state string
	finding.Identity
}

func keyOf(f finding.Finding) key { return key{f.Root, f.State, f.Identity()} }

// in is the key in another root.
func (k key) in(root string) key {
	k.root = root
	return k
}

func (k key) compare(other key) int {
	return cmp.Or(k.Compare(other.Identity), cmp.Compare(k.root, other.root),
		cmp.Compare(k.state, other.state))
}

// document is a Baseline as it is written.
type document struct {
	APIVersion string   `json:"apiVersion"`
	Kind       string   `json:"kind"`
	Roots      []string `json:"roots,omitempty"`
	Findings   *[]entry `json:"findings"`
}

// entry is a finding, and how many there are of it.
type entry struct {
	Code     finding.Code     `json:"code"`
	Severity finding.Severity `json:"severity"`
	Root     string           `json:"root,omitempty"`
	// State is the digest of what the object says.
	State   string `json:"state,omitempty"`
	Object  object `json:"object,omitzero"`
	Field   string `json:"field,omitempty"`
	Message string `json:"message"`
	// Count is 1 where it is left out.
	Count *int `json:"count,omitempty"`
}

type object struct {
	Group     string `json:"apiGroup,omitempty"`
	Kind      string `json:"kind,omitempty"`
	Namespace string `json:"namespace,omitempty"`
	Name      string `json:"name,omitempty"`
}

// MayKnow reports whether a finding may be in a Baseline: nothing that is not decided, and nothing for which the input is
// not what is applied, is ever known.
func MayKnow(f finding.Finding) bool { return !f.Undecided && f.Code.Acceptable() }

// Of is the Baseline of findings, without those that it may not know. roots are what was checked, where several were.
func Of(findings []finding.Finding, roots []string) *Baseline {
	b := &Baseline{known: map[key]int{}, roots: slices.Sorted(slices.Values(roots))}
	for _, f := range findings {
		if MayKnow(f) {
			b.known[keyOf(f)]++
		}
	}
	return b
}

// Len is how many findings it knows.
func (b *Baseline) Len() int {
	n := 0
	for _, count := range b.known {
		n += count
	}
	return n
}

// Compare parts findings into those that are new and those that are known, in their order, and says which of the known
// are no more. Of findings with one identity, the first ones are known. roots are what was checked, where several were: a
// finding is known in the root that it was in or, where that is no more, in one that is new.
func (b *Baseline) Compare(
	findings []finding.Finding, roots []string,
) (unknown, known []finding.Finding, gone []finding.Identity) {
	left := maps.Clone(b.known)
	isKnown := make([]bool, len(findings))
	take := func(i int, k key) {
		if !isKnown[i] && left[k] > 0 {
			left[k]--
			isKnown[i] = true
		}
	}
	for i, f := range findings {
		if MayKnow(f) {
			take(i, keyOf(f))
		}
	}
	moved := without(b.rootsOrOne(), roots)
	for i, f := range findings {
		if MayKnow(f) && !slices.Contains(b.rootsOrOne(), f.Root) {
			for _, root := range moved {
				take(i, keyOf(f).in(root))
			}
		}
	}
	for i, f := range findings {
		if isKnown[i] {
			known = append(known, f)
		} else {
			unknown = append(unknown, f)
		}
	}
	for _, k := range sorted(left) {
		gone = append(gone, slices.Repeat([]finding.Identity{k.Identity}, left[k])...)
	}
	return unknown, known, gone
}

// rootsOrOne are the roots or, where one thing was checked, what its findings have for one.
func (b *Baseline) rootsOrOne() []string {
	if len(b.roots) == 0 {
		return []string{""}
	}
	return b.roots
}

// without are those of some texts that others have not.
func without(texts, others []string) []string {
	return slices.DeleteFunc(slices.Clone(texts), func(s string) bool { return slices.Contains(others, s) })
}

func sorted(known map[key]int) []key { return slices.SortedFunc(maps.Keys(known), key.compare) }

// heading tells readers what the file is.
const heading = `# Findings that "cloison check --baseline" knows: they do not make it fail. Written by --write-baseline; what is no
# more is left out when it is written again. A finding that is not decided is never known.
apiVersion: ` + wellknown.APIVersion + `
kind: ` + wellknown.BaselineKind + "\n"

// YAML is the document, sorted: the same findings give the same bytes.
func (b *Baseline) YAML() ([]byte, error) {
	entries := make([]entry, 0, len(b.known))
	for _, i := range sorted(b.known) {
		e := entry{
			Code: i.Code, Severity: i.Severity, Root: i.root, State: i.state, Object: object{i.Group, i.Kind, i.Namespace, i.Name},
			Field: i.Field, Message: i.Message,
		}
		if n := b.known[i]; n > 1 {
			e.Count = &n
		}
		entries = append(entries, e)
	}
	all := map[string]any{"findings": entries}
	if len(b.roots) > 0 {
		all["roots"] = b.roots
	}
	text, err := yaml.Marshal(all)
	if err != nil {
		return nil, fmt.Errorf("write the baseline: %w", err)
	}
	return append([]byte(heading), text...), nil
}

// IsDocument reports whether a text is a Baseline, of any version, be it valid or not.
func IsDocument(text []byte) bool {
	for line := range strings.Lines(string(text)) {
		if kind, is := strings.CutPrefix(line, "kind:"); is {
			return strings.TrimSpace(kind) == wellknown.BaselineKind
		}
	}
	return false
}

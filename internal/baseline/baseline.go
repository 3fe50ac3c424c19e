// Package baseline knows the findings that there already were, so that a check fails for new ones only. What is known is
// told by the identity of findings, whatever files and lines they are in.
package baseline

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/wellknown"
)

// Baseline is a multitude of findings.
type Baseline struct{ known map[finding.Identity]int }

// document is a Baseline as it is written.
type document struct {
	APIVersion string   `json:"apiVersion"`
	Kind       string   `json:"kind"`
	Findings   *[]entry `json:"findings"`
}

// entry is a finding, and how many there are of it.
type entry struct {
	Code     finding.Code     `json:"code"`
	Severity finding.Severity `json:"severity"`
	Object   object           `json:"object,omitzero"`
	Field    string           `json:"field,omitempty"`
	Message  string           `json:"message"`
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

// Of is the Baseline of findings, without those that it may not know.
func Of(findings []finding.Finding) *Baseline {
	b := &Baseline{known: map[finding.Identity]int{}}
	for _, f := range findings {
		if MayKnow(f) {
			b.known[f.Identity()]++
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
// are no more. Of findings with one identity, the first ones are known.
func (b *Baseline) Compare(findings []finding.Finding) (unknown, known []finding.Finding, gone []finding.Identity) {
	left := maps.Clone(b.known)
	for _, f := range findings {
		identity := f.Identity()
		if MayKnow(f) && left[identity] > 0 {
			left[identity]--
			known = append(known, f)
		} else {
			unknown = append(unknown, f)
		}
	}
	for _, identity := range sorted(left) {
		gone = append(gone, slices.Repeat([]finding.Identity{identity}, left[identity])...)
	}
	return unknown, known, gone
}

func sorted(known map[finding.Identity]int) []finding.Identity {
	return slices.SortedFunc(maps.Keys(known), finding.Identity.Compare)
}

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
			Code: i.Code, Severity: i.Severity, Object: object{i.Group, i.Kind, i.Namespace, i.Name},
			Field: i.Field, Message: i.Message,
		}
		if n := b.known[i]; n > 1 {
			e.Count = &n
		}
		entries = append(entries, e)
	}
	text, err := yaml.Marshal(map[string]any{"findings": entries})
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

package report

import (
	"fmt"
	"slices"
	"strings"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/phrase"
)

// Narrowing says which findings somebody wants to read. A zero Narrowing is for all.
type Narrowing struct {
	// Codes are codes, or letters of families. Empty means all.
	Codes []string
	// Namespaces are those that a finding is about; empty means all. A finding about no namespace is about those that it
	// mentions.
	Namespaces []string
}

// IsZero reports whether nothing is left out.
func (n Narrowing) IsZero() bool { return len(n.Codes)+len(n.Namespaces) == 0 }

// Narrowed counts what is not shown of the findings of a report.
type Narrowed struct {
	Codes      []string `json:"codes"`
	Namespaces []string `json:"namespaces"`
	Errors     int      `json:"errorsNotShown"`
	Warnings   int      `json:"warningsNotShown"`
	Infos      int      `json:"infosNotShown"`
	Undecided  int      `json:"undecidedNotShown"`
}

// Narrow is the report with a part of its findings. The numbers of the summary stay those of all of them.
func (r *Report) Narrow(to Narrowing) *Report {
	if to.IsZero() {
		return r
	}
	left := &Narrowed{Codes: list(to.Codes), Namespaces: list(to.Namespaces)}
	shown := *r
	shown.Findings = []finding.Finding{}
	for _, f := range r.Findings {
		if to.has(f) {
			shown.Findings = append(shown.Findings, f)
		} else {
			left.count(f)
		}
	}
	shown.Known = slices.DeleteFunc(slices.Clone(r.Known), func(f finding.Finding) bool { return !to.has(f) })
	shown.Suppressed = slices.DeleteFunc(slices.Clone(r.Suppressed), func(s Suppressed) bool { return !to.has(s.Finding) })
	shown.Summary.Narrowed = left
	return &shown
}

func (n *Narrowed) count(f finding.Finding) {
	switch f.Severity {
	case finding.Error:
		n.Errors++
	case finding.Warning:
		n.Warnings++
	case finding.Info:
		n.Infos++
	}
	if f.Undecided {
		n.Undecided++
	}
}

func (n Narrowing) has(f finding.Finding) bool {
	return (len(n.Codes) == 0 || slices.ContainsFunc(n.Codes, func(code string) bool {
		return string(f.Code) == code || strings.HasPrefix(string(f.Code), "CLS-"+code) && len(code) == 1
	})) && (len(n.Namespaces) == 0 || slices.ContainsFunc(n.Namespaces, func(name string) bool { return isAbout(f, name) }))
}

// isAbout reports whether a finding is about a namespace.
func isAbout(f finding.Finding, namespace string) bool {
	if about := namespaceOf(f); about != "" {
		return about == namespace
	}
	mentioned := false
	phrase.ReplaceWords(f.Message+" "+f.Counterexample, func(_, word string) string {
		mentioned = mentioned || word == namespace || strings.HasPrefix(word, namespace+"/")
		return ""
	})
	return mentioned
}

// narrowed says what is not shown.
func (t *text) narrowed(r *Report) {
	n := r.Summary.Narrowed
	if n == nil {
		return
	}
	var only []string
	if len(n.Codes) > 0 {
		only = append(only, "of "+phrase.Or(n.Codes))
	}
	if len(n.Namespaces) > 0 {
		only = append(only, "on namespace "+phrase.Or(n.Namespaces))
	}
	left := counts(n.Errors, n.Warnings, n.Infos)
	switch {
	case left == "":
		left = "there are no others"
	case n.Undecided > 0:
		left = fmt.Sprintf("not shown: %s (%d not decided)", left, n.Undecided)
	default:
		left = "not shown: " + left
	}
	t.line("%s", t.paint(yellow, fmt.Sprintf("Only findings %s are shown; %s.", strings.Join(only, " "), left)))
	t.line("The exit code and the numbers below are those of all.")
	t.line("")
}

// Package report writes what a check found: for people, for programs (JSON, dotenv), and for the annotations and pages
// of CI systems (SARIF, JUnit, Markdown). The same report gives the same bytes.
package report

import (
	"fmt"
	"io"
	"slices"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/phrase"
	"cloison.dev/cloison/internal/printable"
)

// Report is the result of a check.
type Report struct {
	// Findings are sorted as by [finding.Sort].
	Findings []finding.Finding `json:"findings"`
	// Known are the findings that a baseline has. They are none of Findings.
	Known []finding.Finding `json:"known,omitempty"`
	// Gone are the findings of the baseline that are no more.
	Gone []Gone `json:"gone,omitempty"`
	// Suppressed are the findings that somebody accepts.
	Suppressed []Suppressed `json:"suppressed"`
	// Ways are what follows from the findings together; nil where nobody obtains a Secret of another. Cut is the one fix
	// that closes most of them; nil where none closes any that nobody accepts.
	Ways *Ways `json:"ways,omitempty"`
	Cut  *Cut  `json:"cut,omitempty"`
	// Skipped are the files that hold nothing for a cluster, or something that is not for one.
	Skipped []Skipped `json:"skipped"`
	Summary Summary   `json:"summary"`
	// Anchor is the file at which SARIF shows what is in no file: a missing object, or one that was generated. Default:
	// Stdin.
	Anchor string `json:"-"`
}

// Stdin is the name of standard input where a file must be named.
const Stdin = "stdin"

// Suppressed is a finding that somebody accepts, with the reason that they gave and the place where they did.
type Suppressed struct {
	finding.Finding
	Reason string `json:"reason"`
	By     string `json:"by"`
}

// Gone is a finding of a baseline that is no more.
type Gone struct {
	Code     finding.Code     `json:"code"`
	Severity finding.Severity `json:"severity"`
	Object   finding.Object   `json:"object,omitzero"`
	Field    string           `json:"field,omitempty"`
	Message  string           `json:"message"`
}

// Skipped is a file that was passed over, or of which something was.
type Skipped struct {
	File   string `json:"file"`
	Reason string `json:"reason"`
}

// Summary has the numbers of findings, and what was checked.
type Summary struct {
	Errors     int `json:"errors"`
	Warnings   int `json:"warnings"`
	Infos      int `json:"infos"`
	Suppressed int `json:"suppressed"`
	// Baseline is absent where there was none.
	Baseline *Baseline `json:"baseline,omitempty"`
	// Narrowed says what is left out of the findings, but not of the numbers; absent where nothing is.
	Narrowed *Narrowed `json:"narrowed,omitempty"`
	// Undecided counts the findings for what could not be judged.
	Undecided int `json:"undecided"`
	// Roots are what was checked each on its own, in a repository; absent where all was checked together.
	Roots []Root `json:"roots,omitempty"`
	// Objects is how many objects were judged; 0 where the check stopped before.
	Objects int `json:"objects"`
	// Components are the namespaces that were kept apart, sorted.
	Components []string `json:"components"`
	// Segregations are the names of those that the objects were held against, sorted. Without one, every namespace is a
	// component and nothing is declared.
	Segregations []string `json:"segregations"`
	// Shared are the secret groups that several components read, as the Segregations declare, by Segregation and name.
	Shared []Shared `json:"shared,omitempty"`
	// Checked and NotChecked name the families of findings.
	Checked    []Family `json:"checked"`
	NotChecked []Family `json:"notChecked"`
	Coverage   Coverage `json:"coverage"`
}

// Baseline has the numbers of what a baseline knows.
type Baseline struct {
	File  string `json:"file"`
	Known int    `json:"known"`
	// Gone counts the findings of the baseline that are no more.
	Gone int `json:"gone"`
}

// Shared is a secret group that several components read on purpose.
type Shared struct {
	Segregation string `json:"segregation"`
	// Group is its name under sharedSecrets.
	Group string `json:"group"`
	// Components that read it, sorted.
	Components []string `json:"components"`
}

// String is for people. Example: database (api and worker).
func (s Shared) String() string {
	const most = 5
	return fmt.Sprintf("%s (%s)", s.Group, phrase.And(most, s.Components))
}

// Coverage says of every object that was read whether it was looked at.
type Coverage struct {
	// Decided counts the objects that a family judges.
	Decided int `json:"decided"`
	// Harmless are the kinds that need no judgement, NotDecided those of which nothing is known or that install more.
	Harmless   []Kind `json:"harmless"`
	NotDecided []Kind `json:"notDecided"`
	// NotLookedAt are the namespaces that are no component: what runs in them was not judged.
	NotLookedAt []Namespace `json:"notLookedAt"`
}

// Kind is a kind with the number of its objects.
type Kind struct {
	APIGroup string `json:"apiGroup"`
	Kind     string `json:"kind"`
	Objects  int    `json:"objects"`
	// Reason is why they are harmless, or what they install; empty where nothing is known.
	Reason string `json:"reason,omitempty"`
}

func (k Kind) String() string {
	if k.APIGroup == "" {
		return fmt.Sprintf("%s (%d)", k.Kind, k.Objects)
	}
	return fmt.Sprintf("%s.%s (%d)", k.Kind, k.APIGroup, k.Objects)
}

// Namespace is one that was not looked at.
type Namespace struct {
	Namespace string `json:"namespace"`
	Objects   int    `json:"objects"`
	Reason    string `json:"reason"`
}

// Family is a family of findings, such as "N".
type Family struct {
	Letter string `json:"letter"`
	Title  string `json:"title"`
}

// pathsOnly reports whether Scaleway paths were checked and no object was.
func (s *Summary) pathsOnly() bool {
	return s.Objects == 0 && slices.ContainsFunc(s.Checked, func(f Family) bool { return f.Letter == "I" })
}

// Count fills in the numbers of findings, and makes lists of nothing empty lists.
func (r *Report) Count() {
	s := &r.Summary
	s.Errors, s.Warnings, s.Infos, s.Undecided = 0, 0, 0, 0
	for _, f := range r.Findings {
		switch f.Severity {
		case finding.Error:
			s.Errors++
		case finding.Warning:
			s.Warnings++
		case finding.Info:
			s.Infos++
		}
		if f.Undecided {
			s.Undecided++
		}
	}
	s.Suppressed = len(r.Suppressed)
	r.countRoots()
	r.Findings, r.Suppressed, r.Skipped = list(r.Findings), list(r.Suppressed), list(r.Skipped)
	s.Components, s.Segregations = list(s.Components), list(s.Segregations)
	s.Checked, s.NotChecked = list(s.Checked), list(s.NotChecked)
	c := &s.Coverage
	c.Harmless, c.NotDecided, c.NotLookedAt = list(c.Harmless), list(c.NotDecided), list(c.NotLookedAt)
}

// list is never nil, so that JSON has an empty list where there is nothing.
func list[T any](items []T) []T {
	if items == nil {
		return []T{}
	}
	return items
}

// JSON writes the report for programs. Keys may be added to it, none is renamed.
func JSON(w io.Writer, r *Report) error {
	return printable.EncodeJSON(w, r)
}

// Threshold is the least severity that makes a run fail.
type Threshold string

// Never makes no run fail.
const Never Threshold = "never"

// Thresholds lists all there are.
func Thresholds() []Threshold {
	return []Threshold{Threshold(finding.Error), Threshold(finding.Warning), Threshold(finding.Info), Never}
}

// Met reports whether a finding of this severity makes the run fail.
func (t Threshold) Met(severity finding.Severity) bool {
	if t == Never {
		return false
	}
	all := Thresholds()
	return slices.Index(all, Threshold(severity)) <= slices.Index(all, t)
}

// AnyMet reports whether one of the findings makes the run fail.
func (t Threshold) AnyMet(findings []finding.Finding) bool {
	return slices.ContainsFunc(findings, func(f finding.Finding) bool { return t.Met(f.Severity) })
}

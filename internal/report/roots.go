package report

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/phrase"
	"cloison.dev/cloison/internal/printable"
)

// Root is one of several things that were checked each on its own.
type Root struct {
	// Path of the folder.
	Path string `json:"path"`
	// Kustomization is true where the folder was built; else its manifests were read.
	Kustomization bool `json:"kustomization"`
	// Objects is how many were judged; 0 where there was nothing to check.
	Objects   int `json:"objects"`
	Errors    int `json:"errors"`
	Warnings  int `json:"warnings"`
	Infos     int `json:"infos"`
	Undecided int `json:"undecided"`
	// Known are the findings of a baseline, which the other numbers leave out.
	Known int `json:"known,omitempty"`
	// Verdict is broken, not proven, proven, or nothing to check; beside known findings nothing new, or no new error.
	Verdict string `json:"verdict"`
}

// Part is the report of one root.
type Part struct {
	Root   Root
	Report *Report
}

// RootPaths are the paths of the roots, where several things were checked.
func (r *Report) RootPaths() []string {
	var paths []string
	for _, root := range r.Summary.Roots {
		paths = append(paths, root.Path)
	}
	return paths
}

// Join is the report of several roots: what was found in each, and what was looked at together.
func Join(parts []Part) *Report {
	all := &Report{Summary: Summary{Roots: []Root{}}}
	s := &all.Summary
	families := map[Family]bool{}
	covered := coverages{}
	for _, p := range parts {
		for _, f := range p.Report.Findings {
			f.Root = p.Root.Path
			all.Findings = append(all.Findings, f)
		}
		for _, f := range p.Report.Suppressed {
			f.Root = p.Root.Path
			all.Suppressed = append(all.Suppressed, f)
		}
		all.Skipped = append(all.Skipped, p.Report.Skipped...)
		from := p.Report.Summary
		p.Root.Objects = from.Objects
		s.Roots = append(s.Roots, p.Root)
		s.Objects += from.Objects
		s.Components = append(s.Components, from.Components...)
		s.Segregations = append(s.Segregations, from.Segregations...)
		s.Shared = append(s.Shared, from.Shared...)
		for _, family := range from.Checked {
			families[family] = true
		}
		covered.add(from.Coverage)
		all.Anchor = cmp.Or(all.Anchor, p.Report.Anchor)
	}
	for _, f := range finding.Families() {
		family := Family{Letter: f.Letter, Title: f.Title}
		if families[family] {
			s.Checked = append(s.Checked, family)
		} else {
			s.NotChecked = append(s.NotChecked, family)
		}
	}
	s.Components, s.Segregations = unique(s.Components), unique(s.Segregations)
	s.Shared = slices.CompactFunc(sortedShared(s.Shared), func(a, b Shared) bool { return a.key() == b.key() })
	s.Coverage = covered.sum()
	all.joinWays(parts)
	finding.Sort(all.Findings)
	slices.SortFunc(all.Skipped, func(a, b Skipped) int { return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Reason, b.Reason)) })
	all.Skipped = slices.Compact(all.Skipped)
	all.Count()
	return all
}

func unique(names []string) []string {
	slices.Sort(names)
	return slices.Compact(names)
}

func (s Shared) key() string { return s.Segregation + "\x00" + s.String() }

func sortedShared(all []Shared) []Shared {
	slices.SortFunc(all, func(a, b Shared) int { return cmp.Compare(a.key(), b.key()) })
	return all
}

// coverages adds up what was looked at.
type coverages struct {
	decided              int
	harmless, notDecided map[Kind]int
	notLookedAt          map[Namespace]int
}

func (c *coverages) add(from Coverage) {
	if c.harmless == nil {
		c.harmless, c.notDecided, c.notLookedAt = map[Kind]int{}, map[Kind]int{}, map[Namespace]int{}
	}
	c.decided += from.Decided
	for _, k := range from.Harmless {
		c.harmless[Kind{APIGroup: k.APIGroup, Kind: k.Kind, Reason: k.Reason}] += k.Objects
	}
	for _, k := range from.NotDecided {
		c.notDecided[Kind{APIGroup: k.APIGroup, Kind: k.Kind, Reason: k.Reason}] += k.Objects
	}
	for _, n := range from.NotLookedAt {
		c.notLookedAt[Namespace{Namespace: n.Namespace, Reason: n.Reason}] += n.Objects
	}
}

func (c *coverages) sum() Coverage {
	all := Coverage{Decided: c.decided, Harmless: kindsOf(c.harmless), NotDecided: kindsOf(c.notDecided)}
	for n, objects := range c.notLookedAt {
		n.Objects = objects
		all.NotLookedAt = append(all.NotLookedAt, n)
	}
	slices.SortFunc(all.NotLookedAt, func(a, b Namespace) int {
		return cmp.Or(cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Reason, b.Reason))
	})
	return all
}

func kindsOf(counts map[Kind]int) []Kind {
	kinds := slices.SortedFunc(maps.Keys(counts), func(a, b Kind) int {
		return cmp.Or(cmp.Compare(a.APIGroup, b.APIGroup), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Reason, b.Reason))
	})
	for i, k := range kinds {
		kinds[i].Objects = counts[k]
	}
	return kinds
}

// countRoots fills in the numbers of the roots.
func (r *Report) countRoots() {
	at := map[string]*Root{}
	for i := range r.Summary.Roots {
		root := &r.Summary.Roots[i]
		root.Errors, root.Warnings, root.Infos, root.Undecided = 0, 0, 0, 0
		root.Known = 0
		at[root.Path] = root
	}
	for _, f := range r.Findings {
		root := at[f.Root]
		if root == nil {
			continue
		}
		switch f.Severity {
		case finding.Error:
			root.Errors++
		case finding.Warning:
			root.Warnings++
		case finding.Info:
			root.Infos++
		}
		if f.Undecided {
			root.Undecided++
		}
	}
	for _, f := range r.Known {
		if root := at[f.Root]; root != nil {
			root.Known++
		}
	}
	for _, root := range at {
		root.Verdict = root.verdict()
	}
}

func (r *Root) verdict() string {
	switch {
	case r.Errors > 0:
		return "broken"
	case r.Undecided > 0:
		return "not proven"
	case r.Objects == 0:
		return "nothing to check"
	case r.Known > 0:
		return besideKnown(r.Warnings + r.Infos)
	}
	return "proven"
}

// worst sorts roots, those with the most errors first.
func worst(roots []Root) []Root {
	sorted := slices.Clone(roots)
	slices.SortStableFunc(sorted, func(a, b Root) int {
		return cmp.Or(cmp.Compare(b.Errors, a.Errors), cmp.Compare(b.Undecided, a.Undecided),
			cmp.Compare(b.Warnings, a.Warnings), cmp.Compare(a.Path, b.Path))
	})
	return sorted
}

// mostRoots is how many rows the table of roots has in a text.
const mostRoots = 20

// roots has a row for each root, the worst first.
func (t *text) roots(roots []Root) {
	if roots == nil {
		return
	}
	t.title("Checked, each on its own")
	styles := map[string]string{"broken": red, "not proven": yellow, "proven": green, besideKnown(0): green, besideKnown(1): green}
	sorted := worst(roots)
	for i, r := range sorted {
		if most := t.bound(mostRoots, len(sorted)); i == most && len(sorted) > most+1 {
			t.line("  and %s; --group none lists all", phrase.Count(len(sorted)-i, "more folder"))
			break
		}
		t.line("  %s  %s: %s", t.paint(styles[r.Verdict], fmt.Sprintf("%-16s", r.Verdict)), printable.Line(r.Path), r.what())
	}
	t.line("What one gives to another is not seen: name together what is applied together.")
	t.line("")
}

// what says what was found in a root.
func (r Root) what() string {
	what := phrase.Count(r.Objects, "object")
	if found := counts(r.Errors, r.Warnings, r.Infos); found != "" {
		what += ", " + found
	}
	if r.Undecided > 0 {
		what += fmt.Sprintf(" (%d not decided)", r.Undecided)
	}
	if r.Known > 0 {
		what += fmt.Sprintf(", %d known", r.Known)
	}
	return what
}

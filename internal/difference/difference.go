// Package difference says what changes between two states of manifests: what each component can obtain, reach and do
// more or less, and which findings are new or gone. It is pure: the same two states give the same answer.
package difference

import (
	"cmp"
	"maps"
	"slices"

	"cloison.dev/cloison/internal/access"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/validators/network/reach"
	"cloison.dev/cloison/validators/ways"
)

// State is one side of a comparison.
type State struct {
	*access.Model
	// Findings are those of the proof that stand, Accepted those that somebody accepts.
	Findings, Accepted []finding.Finding
	// Acceptances are why the Accepted are.
	Acceptances map[finding.Identity]Acceptance
	// Ways are those that all of them open; nil where there are no findings.
	Ways *ways.Graph
}

// Acceptance is why somebody accepts a finding, and where that is written.
type Acceptance struct {
	Reason string `json:"reason"`
	By     string `json:"by,omitempty"`
}

// RootChange is a root of a repository that only one side has. To is set for one that is the same under another path.
type RootChange struct {
	Root string `json:"root"`
	To   string `json:"to,omitempty"`
	// New is true for one that only the second side has.
	New bool `json:"new"`
}

// String is a sentence.
func (r RootChange) String() string {
	switch {
	case r.To != "":
		return "root " + r.Root + " is now " + r.To
	case r.New:
		return "root " + r.Root + " is new"
	}
	return "root " + r.Root + " is gone"
}

// Concern is what a change is about.
type Concern string

// The concerns, the worst first.
const (
	Secrets Concern = "secrets"
	Rights  Concern = "rights"
	Network Concern = "network"
)

// Concerns lists all there are, in their order.
func Concerns() []Concern { return []Concern{Secrets, Rights, Network} }

// Change is something that is allowed more or less than before.
type Change struct {
	Concern Concern `json:"concern"`
	// More is true for access that grows.
	More bool `json:"more"`
	// Root is what was compared, where several were: a kustomization or a folder of a repository.
	Root string `json:"root,omitempty"`
	// Namespace of whom it is about; empty for what is in none.
	Namespace string `json:"namespace,omitempty"`
	// Text is a sentence.
	Text string `json:"text"`
	// Why are the objects and fields behind it, of the side on which it is allowed. Format: NetworkPolicy shop/allow-x
	// spec.egress[0] (shop.yaml:12).
	Why []string `json:"why,omitempty"`
}

// Difference is what changes from one state to another. It is written as JSON: other fields may be added, none renamed.
type Difference struct {
	// More and Less are sorted by concern, namespace and text.
	More []Change `json:"more"`
	Less []Change `json:"less"`
	// NewFindings are only in the second state, GoneFindings only in the first, accepted or not. Findings are the same
	// where their [finding.Identity] is.
	NewFindings  []finding.Finding `json:"newFindings"`
	GoneFindings []finding.Finding `json:"goneFindings"`
	// NewlyAccepted are findings that somebody accepts in the second state, and that were not accepted in the first;
	// NoLongerAccepted are those of which it is the other way round.
	NewlyAccepted    []finding.Finding `json:"newlyAccepted"`
	NoLongerAccepted []finding.Finding `json:"noLongerAccepted"`
	// Acceptances are those of NewlyAccepted, in its order.
	Acceptances []Acceptance `json:"acceptances"`
	// Roots are those of a repository that only one side has.
	Roots []RootChange `json:"roots,omitempty"`
	// Undecided are the findings of both states by which something is not known.
	Undecided Undecided `json:"undecided"`

	// fresh are the findings that the first state has not, accepted or not.
	fresh []finding.Finding
}

// Undecided are what could not be judged in each state.
type Undecided struct {
	Base []finding.Finding `json:"base"`
	Head []finding.Finding `json:"head"`
}

// Grew reports whether something is allowed that was not, or was found by which a secret is obtained, whether or not
// somebody accepts it.
func (d *Difference) Grew() bool {
	return len(d.More) > 0 || slices.ContainsFunc(d.fresh, isAccess)
}

// GrewBy are the findings by which access grows.
func (d *Difference) GrewBy() []finding.Finding {
	return slices.DeleteFunc(slices.Clone(d.fresh), func(f finding.Finding) bool { return !isAccess(f) })
}

// isAccess reports whether somebody obtains a secret by a finding.
func isAccess(f finding.Finding) bool {
	return f.Lead != nil || f.Severity == finding.Error && f.Code.Concern() == finding.Secrets
}

// IsEmpty reports whether nothing changes.
func (d *Difference) IsEmpty() bool {
	return len(d.More)+len(d.Less)+len(d.NewFindings)+len(d.GoneFindings)+len(d.NewlyAccepted)+len(d.NoLongerAccepted) == 0
}

// Compare compares two states.
func Compare(base, head State) *Difference {
	standing := finding.Beyond(head.Findings, base.Findings)
	unknown := finding.Beyond(standing, base.Accepted)
	accepted := finding.Beyond(head.Accepted, base.Accepted)
	acceptances := []Acceptance{}
	for i := range accepted {
		acceptances = append(acceptances, head.Acceptances[accepted[i].Identity()])
	}
	return &Difference{
		More:             growth(base, head, true),
		Less:             growth(head, base, false),
		NewFindings:      unknown,
		GoneFindings:     finding.Beyond(base.Findings, head.all()),
		NewlyAccepted:    accepted,
		Acceptances:      acceptances,
		NoLongerAccepted: finding.Beyond(standing, unknown),
		Undecided:        Undecided{Base: undecided(base.Findings), Head: undecided(head.Findings)},
		fresh:            finding.Beyond(head.all(), base.all()),
	}
}

// Join puts together the differences of several roots, by their names.
func Join(parts map[string]*Difference) *Difference {
	all := &Difference{
		More: []Change{}, Less: []Change{}, NewFindings: []finding.Finding{}, GoneFindings: []finding.Finding{},
		NewlyAccepted: []finding.Finding{}, NoLongerAccepted: []finding.Finding{}, Acceptances: []Acceptance{},
		Undecided: Undecided{Base: []finding.Finding{}, Head: []finding.Finding{}},
	}
	for _, root := range slices.Sorted(maps.Keys(parts)) {
		part := parts[root]
		all.Acceptances = append(all.Acceptances, part.Acceptances...)
		for _, list := range [][2]*[]Change{{&all.More, &part.More}, {&all.Less, &part.Less}} {
			for _, c := range *list[1] {
				c.Root = root
				*list[0] = append(*list[0], c)
			}
		}
		for _, list := range [][2]*[]finding.Finding{
			{&all.NewFindings, &part.NewFindings}, {&all.GoneFindings, &part.GoneFindings},
			{&all.NewlyAccepted, &part.NewlyAccepted}, {&all.NoLongerAccepted, &part.NoLongerAccepted},
			{&all.fresh, &part.fresh},
			{&all.Undecided.Base, &part.Undecided.Base}, {&all.Undecided.Head, &part.Undecided.Head},
		} {
			for _, f := range *list[1] {
				f.Root = root
				*list[0] = append(*list[0], f)
			}
		}
	}
	return all
}

// growth is what the second state allows and the first does not. More is false where the second is the older one.
func growth(before, after State, more bool) []Change {
	g := &grower{
		before: before.Model, after: after.Model, words: wordsOf(more), more: more,
		renames: renamesOf(before.Model, after.Model), changes: []Change{},
	}
	g.secrets()
	g.copies()
	// A way may also be new by what is meant, such as a role of an account whose pods a known finding leads to.
	if before.Ways != nil && after.Ways != nil {
		g.ways(before.Ways, after.Ways)
	}
	g.rights()
	g.hosts()
	g.volumes()
	g.podSecurity()
	g.network()
	g.published()
	for i := range g.changes {
		g.changes[i].More = more
	}
	slices.SortStableFunc(g.changes, func(a, b Change) int {
		return cmp.Or(
			cmp.Compare(slices.Index(Concerns(), a.Concern), slices.Index(Concerns(), b.Concern)),
			cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Text, b.Text))
	})
	return g.changes
}

// all are the findings, accepted or not.
func (s *State) all() []finding.Finding { return slices.Concat(s.Findings, s.Accepted) }

// grower collects what after allows and before does not.
type grower struct {
	before, after *access.Model
	words         words
	// more is false where after is the older state.
	more    bool
	renames renames
	changes []Change
	// now is the network of after, with pods that may be created later.
	now *reach.Map
	// asked counts the pods for which it was asked who else is concerned.
	asked int
}

func (g *grower) add(concern Concern, namespace, text string, why []string) {
	g.changes = append(g.changes, Change{Concern: concern, Namespace: namespace, Text: text, Why: why})
}

// words are those that differ between what is allowed now and what no longer is.
type words struct {
	can, holds, has, may, reach, accepts, closed, runs, published, gets string
	// perhaps and surely are said of connections, part of what is open before or still, none where nobody of the input is concerned.
	perhaps, surely, part, none string
	// unknownLevel is said of a Pod Security Standard, demanded of what asks for it.
	unknownLevel, demanded string
	// addition is said of what comes to other rights, or goes while others stay.
	addition string
}

func wordsOf(more bool) words {
	if more {
		return words{
			can: "can now obtain", holds: "now holds", has: "now has", may: "may now", reach: "can now reach",
			accepts: "are now", closed: "was closed by", runs: "now runs as",
			published: "is now published", gets: "now gets",
			perhaps: "can perhaps now reach", surely: "can now for sure, and not only perhaps, reach", part: "before only",
			none:         "none more",
			unknownLevel: "the Pod Security Standard of %s is no longer known: it was %q, and its Namespace is not in the input",
			demanded:     "was set by", addition: "what is new",
		}
	}
	return words{
		can: "can no longer obtain", holds: "no longer holds", has: "no longer has", may: "may no longer",
		reach: "can no longer reach", accepts: "are no longer", closed: "is closed by", runs: "no longer runs as",
		published: "is no longer published", gets: "no longer gets",
		perhaps: "can no longer, as perhaps before, reach", surely: "can no longer for sure, but still perhaps, reach",
		part: "still", none: "none less",
		unknownLevel: "the Pod Security Standard of %s is now known: it is %q, and its Namespace was not in the input",
		demanded:     "is set by", addition: "what is gone",
	}
}

func undecided(findings []finding.Finding) []finding.Finding {
	open := []finding.Finding{}
	for _, f := range findings {
		if f.LeavesOpen() {
			open = append(open, f)
		}
	}
	return open
}

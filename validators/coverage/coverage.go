// Package coverage says of every object that would be applied whether it was decided, is harmless or is not decided,
// so that nothing passes because nothing looked at it. It runs after the families, and reports in family K.
package coverage

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"k8s.io/apimachinery/pkg/runtime/schema"

	"cloison.dev/cloison/internal/cluster"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/phrase"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/verdict"
)

// Coverage says what was looked at.
type Coverage struct {
	// Decided counts the objects that a family decides.
	Decided int
	// Harmless are kinds that need no decision, Installed those that install what is not in the input, and Open those
	// of which nothing is known; each sorted by kind.
	Harmless, Installed, Open []Kind
	// Outside are the namespaces with objects of the input that are no component's, sorted by name. Rights over what is
	// in them are judged; what the pods in them may do is not.
	Outside []Namespace
}

// Kind is what was found of a kind.
type Kind struct {
	schema.GroupKind
	// Objects counts them, First is the first one.
	Objects int
	First   *objects.Object
	// Reason is why they need no decision, or what they install.
	Reason string
	// Source is where the reason is from; the Cluster says so where it is empty.
	Source string
}

// Namespace is one that is no component.
type Namespace struct {
	Name string
	// Objects counts those in it.
	Objects int
	// Reason is why it is no component.
	Reason string
}

// Check sorts the objects of the set. decided are the subjects that families came to a conclusion about: one that is a
// whole object of a custom kind decides that object.
func Check(set *objects.Set, components *scope.Scope, in cluster.Cluster, decided []verdict.Subject) (Coverage, []finding.Finding) {
	s := sorter{in: in, several: len(components.Components) > 1, kinds: map[schema.GroupKind]*sorted{}}
	custom := map[*objects.Object]bool{}
	for _, o := range set.All {
		if s.sort(o); s.kinds[o.GroupKind()].class != known {
			custom[o] = true
		}
	}
	s.take(custom, decided)
	coverage := s.coverage(len(set.All))
	coverage.Outside = outside(set, components, in)
	return coverage, coverage.findings()
}

// class is what is known of a kind.
type class int

const (
	known class = iota
	needless
	installs
	open
)

// sorted is a kind with what was found of it.
type sorted struct {
	Kind

	class class
}

type sorter struct {
	in cluster.Cluster
	// several is true where there is more than one component.
	several bool
	kinds   map[schema.GroupKind]*sorted
}

// sort counts an object under its kind.
func (s *sorter) sort(o *objects.Object) {
	group := o.GroupKind()
	k := s.kinds[group]
	if k == nil {
		k = s.classify(group)
		s.kinds[group] = k
	}
	if k.Objects++; k.First == nil {
		k.First = o
	}
}

func (s *sorter) classify(kind schema.GroupKind) *sorted {
	k := &sorted{Kind: Kind{GroupKind: kind}, class: open}
	reason, said := s.in.Kinds.Harmless(kind.Group, kind.Kind)
	install, none := find(installers(), kind), find(harmless(), kind)
	if !s.several && none == nil {
		none = find(storeReaders(), kind)
	}
	switch {
	case find(judged(), kind) != nil:
		k.class = known
	case said:
		k.class, k.Reason = needless, reason
	case install != nil:
		k.class, k.Reason, k.Source = installs, install.reason, install.source
	case none != nil:
		k.class, k.Reason, k.Source = needless, none.reason, none.source
	}
	return k
}

// take takes the objects that a family decided as a whole out of the kinds of which nothing is known.
func (s *sorter) take(custom map[*objects.Object]bool, decided []verdict.Subject) {
	if len(custom) == 0 {
		return
	}
	for _, subject := range decided {
		if subject.Object == nil || subject.Question != "" || !subject.Field.IsZero() || !custom[subject.Object] {
			continue
		}
		delete(custom, subject.Object)
		if k := s.kinds[subject.Object.GroupKind()]; k.class == open {
			k.Objects--
		}
	}
	for _, k := range s.kinds {
		if k.class == open && k.Objects > 0 && !custom[k.First] {
			k.First = firstOf(custom, k.GroupKind)
		}
	}
}

// firstOf is the first object of a kind, by namespace and name.
func firstOf(custom map[*objects.Object]bool, kind schema.GroupKind) *objects.Object {
	var first *objects.Object
	for o := range custom {
		if o.GroupKind() == kind && (first == nil || cmp.Or(cmp.Compare(o.Namespace, first.Namespace),
			cmp.Compare(o.Name, first.Name)) < 0) {
			first = o
		}
	}
	return first
}

func (s *sorter) coverage(objects int) Coverage {
	c := Coverage{Decided: objects}
	for _, k := range s.kinds {
		switch {
		case k.Objects == 0 || k.class == known:
			continue
		case k.class == needless:
			c.Harmless = append(c.Harmless, k.Kind)
		case k.class == installs:
			c.Installed = append(c.Installed, k.Kind)
		default:
			c.Open = append(c.Open, k.Kind)
		}
		c.Decided -= k.Objects
	}
	for _, kinds := range [][]Kind{c.Harmless, c.Installed, c.Open} {
		slices.SortFunc(kinds, func(a, b Kind) int {
			return cmp.Or(cmp.Compare(a.Group, b.Group), cmp.Compare(a.Kind, b.Kind))
		})
	}
	return c
}

// Text names the kind. Format: Dashboard of grafana.com, Node.
func (k Kind) Text() string {
	if k.Group == "" {
		return k.Kind
	}
	return k.Kind + " of " + k.Group
}

// findings are one for each kind: what is not known of the objects of a kind is the same for all.
func (c Coverage) findings() []finding.Finding {
	var found []finding.Finding
	for _, k := range c.Installed {
		found = append(found, k.First.About(finding.Finding{
			Code: finding.NotFinal, Severity: finding.Warning, Undecided: true,
			Message: fmt.Sprintf("not decided: the manifests are not final: the input has %s %s, each of which installs %s",
				phrase.Count(k.Objects, k.Kind), k.groupText(), k.Reason),
			Fix: "check what it installs beside these manifests, as it is rendered",
		}))
	}
	for _, k := range c.Open {
		found = append(found, k.First.About(finding.Finding{
			Code: finding.KindNotJudged, Severity: finding.Warning, Undecided: true,
			Message: fmt.Sprintf("not decided: what %s %s may do is not known: run pods, or copy Secrets",
				phrase.Count(k.Objects, k.Kind), k.groupText()),
			Fix: k.fix(),
		}))
	}
	return found
}

func (k Kind) groupText() string {
	if k.Group == "" {
		return "of Kubernetes"
	}
	return "of " + k.Group
}

func (k Kind) fix() string {
	if k.Group == "" || cluster.IsJudged(k.Group) {
		return "keep it out of the manifests"
	}
	return fmt.Sprintf("where they do neither, say so in the Cluster, with the reason: kinds: {%s/%s: ...}", k.Group,
		k.Kind)
}

// outside are the namespaces with objects that are no component's.
func outside(set *objects.Set, components *scope.Scope, in cluster.Cluster) []Namespace {
	counts := map[string]int{}
	for _, o := range set.All {
		if o.Namespace != "" && components.Of(o.Namespace) == nil {
			counts[o.Namespace]++
		}
	}
	var all []Namespace
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		all = append(all, Namespace{name, counts[name], whyOutside(name, components, in)})
	}
	return all
}

// whyOutside is why a namespace is no component.
func whyOutside(name string, components *scope.Scope, in cluster.Cluster) string {
	switch trusted := in.Trusts(name); {
	case trusted != "":
		return trusted
	case components.Planned:
		return "no component of a Segregation"
	}
	return "nothing in it has a secret"
}

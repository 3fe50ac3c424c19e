package validators

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/runtime/schema"

	"cloison.dev/cloison/internal/cluster"
	"cloison.dev/cloison/internal/finding"
)

// Suppressed is a finding that somebody accepts.
type Suppressed struct {
	finding.Finding
	// Reason is what they gave.
	Reason string `json:"reason"`
	// By is where it is accepted. Format: annotation of Service shop-web/web (web.yaml:4).
	By string `json:"by"`
}

// Listed is the finding as it is listed where suppressed ones have no list of their own: never silent, and no failure.
func (s Suppressed) Listed() finding.Finding {
	f := s.Finding
	f.Message = fmt.Sprintf("suppressed %s, accepted because %q: %s", f.Severity, s.Reason, f.Message)
	f.Severity, f.Fix, f.Undecided = finding.Info, "", false
	return f
}

// acceptance accepts the findings of a code about an object.
type acceptance struct {
	code   finding.Code
	reason string
	// place is where it is written: the object, field, file and line.
	place finding.Finding
	// by names the place.
	by string
	// mayBeIdle is true where it is not known whether it has an effect.
	mayBeIdle bool
}

// acceptances has those of objects by what they accept. Of two for the same the first one counts.
type acceptances struct {
	all []*acceptance
	by  map[acceptable]*acceptance
	// in accepts what is undecided about the kinds that it says to be harmless.
	in cluster.Cluster
}

// acceptable are the findings of a code about an object. One without an APIVersion is any of that kind and name.
type acceptable struct {
	code   finding.Code
	object string
}

// exactly are the findings of a code about this object, and about no other of its kind and name.
func exactly(code finding.Code, o finding.Object) acceptable {
	return acceptable{code, o.APIVersion + " " + o.String()}
}

// of is what accepts a finding; nil where nothing does.
func (a *acceptances) of(f finding.Finding) *acceptance {
	if one := a.by[exactly(f.Code, f.Object)]; one != nil {
		return one
	}
	return a.by[acceptable{f.Code, f.Object.String()}]
}

func (a *acceptances) add(key acceptable, one acceptance) {
	if a.by == nil {
		a.by = map[acceptable]*acceptance{}
	}
	a.all = append(a.all, &one)
	if a.by[key] == nil {
		a.by[key] = &one
	}
}

// split divides findings into those that stand and those that are accepted. The idle ones are about acceptances without
// effect.
func (a *acceptances) split(found []finding.Finding) (standing []finding.Finding, accepted []Suppressed,
	idle []finding.Finding) {
	used, refused := map[*acceptance]bool{}, map[*acceptance]bool{}
	for _, f := range found {
		one := a.of(f)
		if f.Undecided {
			if reason, harmless := a.harmless(f.Object); harmless {
				accepted = append(accepted, Suppressed{Finding: f, Reason: reason, By: "kinds of Cluster " + a.in.Name})
				continue
			}
		}
		switch {
		case one == nil:
			standing = append(standing, f)
		case f.Undecided && !isOfQuota(f):
			standing = append(standing, f)
			refused[one] = true
		default:
			accepted = append(accepted, Suppressed{Finding: f, Reason: one.reason, By: one.by})
			used[one] = true
		}
	}
	for _, one := range a.all {
		switch {
		case refused[one]:
			idle = append(idle, one.idle(
				fmt.Sprintf("a finding %s says that something was not decided, which is never accepted: it stands", one.code),
				"do what the finding says, so that it can be decided"))
		case !used[one] && !one.mayBeIdle:
			idle = append(idle, one.idle(
				fmt.Sprintf("there is no finding %s to accept; a later one would be suppressed unseen", one.code),
				"remove it"))
		}
	}
	slices.SortStableFunc(accepted, func(a, b Suppressed) int {
		return cmp.Or(finding.Compare(a.Finding, b.Finding), cmp.Compare(a.By, b.By))
	})
	return standing, accepted, idle
}

// isOfQuota reports whether a finding is about what fits into a quota, which is accepted undecided too: no secret depends
// on it, and nothing in a Cluster could decide it.
func isOfQuota(f finding.Finding) bool { return strings.HasPrefix(string(f.Code), "CLS-Q") }

// harmless is why the kind of an object neither runs pods nor moves secrets, as the Cluster says.
func (a *acceptances) harmless(o finding.Object) (reason string, is bool) {
	group, err := schema.ParseGroupVersion(o.APIVersion)
	if err != nil {
		return "", false
	}
	return a.in.Kinds.Harmless(group.Group, o.Kind)
}

func (a *acceptance) idle(message, fix string) finding.Finding {
	f := a.place
	f.Code, f.Severity, f.Message, f.Fix = finding.SuppressionUnused, finding.Warning, message, fix
	return f
}

package draft

import (
	"fmt"
	"strings"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/form"
	"cloison.dev/cloison/internal/phrase"
)

// mostEqual is how many equal notes stay apart, each where it belongs.
const mostEqual = 3

// named is how many of the objects of joined notes are named.
const named = 3

// sameNote is what equal notes have in common: all but the names of their objects and components, and the indexes of
// fields.
type sameNote struct {
	outcome             Outcome
	kind, field, reason string
}

// Join makes one note of many equal ones: about the first object, with the count of all, at the field of the Segregation
// that has all of their fields in it. What must be filled in stays at each field. The order stays.
func Join(notes []Note) []Note {
	groups := map[sameNote][]Note{}
	for _, n := range notes {
		groups[n.same()] = append(groups[n.same()], n)
	}
	var joined []Note
	for _, n := range notes {
		key := n.same()
		switch equal := groups[key]; {
		case n.Outcome == Missing, len(equal) > 0 && len(equal) <= mostEqual:
			joined = append(joined, n)
		case len(equal) > mostEqual:
			joined = append(joined, joinEqual(equal))
			groups[key] = nil
		}
	}
	return joined
}

func joinEqual(equal []Note) Note {
	one := equal[0]
	others := make([]string, 0, len(equal)-1)
	for _, n := range equal[1:] {
		others = append(others, strings.TrimSpace(n.Object.String()+" "+n.Field.String()))
		one.At = around(one.At, n.At)
	}
	one.Reason += fmt.Sprintf(" (%d times: also %s)", len(equal), phrase.Few(named, others))
	return one
}

// around is the innermost field that has both in it.
func around(a, b fieldpath.Path) fieldpath.Path {
	for a != b && !a.Contains(b) {
		if a.IsZero() {
			return a
		}
		a = a.Parent()
	}
	return a
}

// index is the form of an index in the text of a path.
var index = form.New(`\[[0-9]+\]`)

func (n Note) same() sameNote {
	reason := n.Reason
	if n.Object.Namespace != "" {
		reason = strings.ReplaceAll(reason, n.Object.Namespace, "\x00")
	}
	if component := componentOf(n.At); component != "" {
		reason = strings.ReplaceAll(reason, component, "\x01")
	}
	return sameNote{n.Outcome, n.Object.Kind, index().ReplaceAllString(n.Field.String(), "[]"), reason}
}

// componentOf is the name of the component that a field of the Segregation is in; empty for none.
func componentOf(at fieldpath.Path) string {
	if steps := at.Steps(); len(steps) > 2 && steps[1] == "components" {
		return steps[2]
	}
	return ""
}

package validators

import (
	"strings"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/internal/spec"
	"cloison.dev/cloison/internal/wellknown"
)

// readDeclared reads what Segregations accept. unjudged are those of which it is not known what has no effect on paths.
func (a *acceptances) readDeclared(plans []*plan.Plan, instructions []*objects.Object, unjudged map[string]bool) {
	for _, p := range plans {
		segregation := finding.Object{APIVersion: wellknown.APIVersion, Kind: wellknown.SegregationKind, Name: p.Segregation}
		for i, declared := range p.Accept {
			place := objects.Placed(instructions, []finding.Finding{{
				Object: segregation, Field: fieldpath.Of("spec", "accept").Index(i),
			}})[0]
			one := acceptance{
				code: finding.Code(declared.Code), reason: strings.TrimSpace(declared.Reason), place: place,
				by:        place.Field.String() + " of " + named(place),
				mayBeIdle: unjudged[p.Segregation] && strings.HasPrefix(declared.Code, "CLS-"+pathsFamily),
			}
			if declared.Object != "" {
				a.add(acceptable{one.code, objectText(declared)}, one)
				continue
			}
			none := acceptable{code: one.code}
			a.add(none, one)
			a.by[exactly(one.code, segregation)] = a.by[none]
		}
	}
}

// objectText is an object that a Segregation names, as findings name it.
func objectText(declared spec.Acceptance) string {
	kind, name, _ := strings.Cut(declared.Object, "/")
	return kind + " " + name
}

package objects

import "cloison.dev/cloison/internal/finding"

// Placed gives findings that are about one of the objects, told by kind and name, the file and line where it is
// written. Of several objects of one name the first counts.
func Placed(written []*Object, findings []finding.Finding) []finding.Finding {
	type name struct{ kind, name string }
	by := map[name]*Object{}
	for _, o := range written {
		if id := (name{o.Kind, o.Name}); by[id] == nil {
			by[id] = o
		}
	}
	placed := make([]finding.Finding, len(findings))
	for i, f := range findings {
		if o := by[name{f.Object.Kind, f.Object.Name}]; o != nil {
			f.File, f.Line = o.File, o.Line(f.Field)
		}
		placed[i] = f
	}
	return placed
}

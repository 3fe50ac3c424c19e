package intake

import (
	"fmt"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
)

// givenTwice reports objects that the input has twice: an error where one would overwrite the other, a warning where both
// say the same.
func givenTwice(in Input) []finding.Finding {
	var found []finding.Finding
	first := make(map[objects.Key]*objects.Object, len(in.Objects))
	for _, o := range in.Objects {
		if o.Name == "" || o.IsLocal() || o.IsInstruction() || Foreign(o) != "" {
			continue
		}
		key := o.Key()
		other := first[key]
		if other == nil {
			first[key] = o
			continue
		}
		f := finding.Finding{
			Code: finding.InputDuplicate, Severity: finding.Error,
			Message: fmt.Sprintf("the input has this object twice%s; it must be there once", whereIs(other)),
			Fix:     "remove one of the two",
		}
		if o.Repeats(other) {
			f.Severity = finding.Warning
			f.Message = "the input has this object twice, and both say the same: kubectl applies it twice, and kustomize " +
				"refuses it"
			if other.File != "" && other.File != o.File {
				f.Message += "; the other is in " + other.File
			}
		}
		found = append(found, in.Place(o, f))
	}
	return found
}

// whereIs says where the other object is, as far as that is known.
func whereIs(other *objects.Object) string {
	line := other.Line(fieldpath.Of("kind"))
	switch {
	case other.File != "" && line > 0:
		return fmt.Sprintf(", in %s:%d too", other.File, line)
	case other.File != "":
		return fmt.Sprintf(", in %s too", other.File)
	case line > 0:
		return fmt.Sprintf(", at line %d too", line)
	}
	return ""
}

package stores

import (
	"fmt"

	"cloison.dev/cloison/internal/eso"
	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/secretflow"
	"cloison.dev/cloison/internal/verdict"
	"cloison.dev/cloison/validators/stores/explaining"
)

// keysTwice finds keys that two entries of an object write.
func (j *judge) keysTwice() verdict.Result {
	type written struct {
		by     *objects.Object
		target secretflow.Ref
		key    string
	}
	r := explaining.New(explaining.OfKeysTwice)
	first := map[written]*secretflow.Read{}
	seen := map[fieldOf]bool{} // a ClusterExternalSecret has the same entry in many namespaces
	for i := range j.flow.Reads {
		read := &j.flow.Reads[i]
		entry := fieldOf{read.By, read.Field}
		if read.Key == "" || seen[entry] {
			continue
		}
		r.Decide(read.By, read.Field, explaining.Key)
		key := written{read.By, read.Target, read.Key}
		before := first[key]
		if before == nil {
			first[key] = read
			continue
		}
		f := finding.Finding{
			Code: finding.SecretKeyTwice, Severity: finding.Error, Field: read.Field.Child("secretKey"),
			Fix:     "keep one of the two",
			Message: fmt.Sprintf("key %q is written by %s too; the operator refuses that", read.Key, before.Field),
		}
		if read.Kind != eso.ReadValue {
			f.Severity, f.Field = finding.Warning, read.Field
			f.Message = fmt.Sprintf("key %q is written by %s too, so one of the values is lost", read.Key, before.Field)
		}
		seen[entry] = true
		r.Report(read.By, f)
	}
	return r.Result
}

// targetField is where an ExternalSecret or ClusterExternalSecret names its Secret.
func targetField(o *objects.Object) fieldpath.Path {
	if o.Kind == eso.ClusterExternalSecretKind {
		return fieldpath.Of("spec", "externalSecretSpec", "target")
	}
	return fieldpath.Of("spec", "target")
}

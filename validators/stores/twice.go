package stores

import (
	"fmt"
	"slices"

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

// targetsTwice finds Secrets that two objects create, one of them an ExternalSecret.
func (j *judge) targetsTwice() verdict.Result {
	r := explaining.New(explaining.OfRelations)
	seen := map[secretflow.Ref]bool{}
	for i := range j.flow.Reads {
		target := j.flow.Reads[i].Target
		secret := j.flow.Secrets[target]
		if secret == nil || seen[target] {
			continue
		}
		seen[target] = true
		first, second := rivals(secret)
		sure := second == nil || isSure(secret, first) && isSure(secret, second)
		if by := j.flow.Reads[i].By; sure {
			r.Decide(by, targetField(by), explaining.WriterOf(objects.Path(target.Namespace, target.Name)))
		}
		if second != nil {
			r.Report(second, targetTwice(target, first, second, sure))
		}
	}
	return r.Result
}

// targetTwice is the finding about two objects that create a Secret; sure is false where one of them only perhaps does.
func targetTwice(target secretflow.Ref, first, second *objects.Object, sure bool) finding.Finding {
	f := finding.Finding{
		Code: finding.TargetTwice, Severity: finding.Error, Field: targetField(second).Child("name"),
		Message: fmt.Sprintf("Secret %q is created by %s too", objects.Path(target.Namespace, target.Name), first),
		Fix:     "give each a Secret of its own",
	}
	if !sure {
		f.Severity, f.Undecided = finding.Warning, true
		f.Message += unsureIn(target.Namespace)
		return f
	}
	f.Counterexample = fmt.Sprintf("%s and %s overwrite each other, or one never becomes ready", first, second)
	return f
}

// rivals are two objects that create a Secret, the second of them an ExternalSecret or ClusterExternalSecret; nil where
// there are no such two. Those that surely create it are preferred.
func rivals(secret *secretflow.Secret) (first, second *objects.Object) {
	var external, unsure, others []*objects.Object
	for _, o := range secret.Creators {
		switch {
		case !isExternalSecret(o):
			others = append(others, o)
		case isSure(secret, o):
			external = append(external, o)
		default:
			unsure = append(unsure, o)
		}
	}
	external = append(external, unsure...)
	switch {
	case len(external) == 0:
		return nil, nil
	case len(others) > 0 && (len(external) == 1 || !isSure(secret, external[1])):
		return others[0], external[0]
	case len(external) > 1:
		return external[0], external[1]
	}
	return nil, nil
}

// isSure reports whether it is known that one of its creators creates a Secret.
func isSure(secret *secretflow.Secret, creator *objects.Object) bool {
	return !slices.Contains(secret.Unsure, creator)
}

func isExternalSecret(o *objects.Object) bool {
	return o.Kind == eso.ExternalSecretKind || o.Kind == eso.ClusterExternalSecretKind
}

// targetField is where an ExternalSecret or ClusterExternalSecret names its Secret.
func targetField(o *objects.Object) fieldpath.Path {
	if o.Kind == eso.ClusterExternalSecretKind {
		return fieldpath.Of("spec", "externalSecretSpec", "target")
	}
	return fieldpath.Of("spec", "target")
}

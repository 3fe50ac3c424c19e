package stores

import (
	"cmp"
	"fmt"
	"slices"

	"cloison.dev/cloison/internal/eso"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/secretflow"
	"cloison.dev/cloison/internal/ternary"
	"cloison.dev/cloison/internal/verdict"
	"cloison.dev/cloison/validators/stores/explaining"
)

// writer is an object that writes a Secret.
type writer struct {
	by *objects.Object
	// target is nil for what is no ExternalSecret or ClusterExternalSecret.
	target *eso.Target
	// unsure is true where a ClusterExternalSecret selects the namespace by labels that are not in the input.
	unsure bool
}

// clash is how two writers of a Secret stand to each other.
type clash int

const (
	// noClash: each keeps what the other writes.
	noClash clash = iota
	// oneDrops: the first keeps what the second writes, but not the other way round.
	oneDrops
	// bothDrop: neither keeps what the other writes.
	bothDrop
	// refused: the second may not write what the first owns.
	refused
)

// clashOf compares two writers, of which the second is an ExternalSecret or ClusterExternalSecret.
//
// Facts: docs/facts.md, "Who may write a Secret".
func clashOf(first, second writer) clash {
	switch {
	case first.target == nil && second.target.Adds():
		return noClash
	case first.target == nil:
		return bothDrop
	case first.target.Owns() && second.target.Owns():
		return bothDrop
	case first.target.Owns() || second.target.Owns():
		return refused
	case first.target.Adds() && second.target.Adds():
		return noClash
	case first.target.Adds() || second.target.Adds():
		return oneDrops
	}
	return bothDrop
}

// targetsTwice finds Secrets that two objects write, one of them an ExternalSecret, of which not both can.
func (j *judge) targetsTwice() verdict.Result {
	r := explaining.New(explaining.OfRelations)
	targets := j.targets()
	seen := map[secretflow.Ref]bool{}
	for i := range j.flow.Reads {
		target := j.flow.Reads[i].Target
		if secret := j.flow.Secrets[target]; secret == nil || seen[target] {
			continue
		}
		seen[target] = true
		writers := j.writersOf(target, targets[target])
		first, second, how := rivals(writers)
		sure := how == noClash || !first.unsure && !second.unsure
		if by := j.flow.Reads[i].By; sure {
			r.Decide(by, targetField(by), explaining.WriterOf(objects.Path(target.Namespace, target.Name)))
		}
		if how != noClash {
			r.Report(second.by, targetTwice(target, first, second, how))
		}
	}
	return r.Result
}

// targets are the ExternalSecrets that write each Secret, in the order of the input.
func (j *judge) targets() map[secretflow.Ref][]writer {
	all := map[secretflow.Ref][]writer{}
	for _, o := range j.set.ExternalSecrets {
		all[targetOf(o)] = append(all[targetOf(o)], writer{by: o.Object, target: &o.Value.Spec.Target})
	}
	for _, o := range j.set.ClusterExternalSecrets {
		spec := &o.Value.Spec
		if spec.ExternalSecretSpec == nil {
			continue
		}
		for _, namespace := range j.namespaces.Names() {
			made := spec.MakesIn(j.namespaces.Of(namespace))
			if made == ternary.No {
				continue
			}
			name := spec.ExternalSecretSpec.TargetName(cmp.Or(spec.ExternalSecretName, o.Name))
			ref := secretflow.Ref{Namespace: namespace, Name: name}
			all[ref] = append(all[ref], writer{o.Object, &spec.ExternalSecretSpec.Target, made == ternary.Unknown})
		}
	}
	return all
}

// writersOf are all that write a Secret: other kinds first, then ExternalSecrets, the sure ones first.
func (j *judge) writersOf(target secretflow.Ref, external []writer) []writer {
	var writers []writer
	for _, o := range j.flow.Secrets[target].Creators {
		if o.Kind != eso.ExternalSecretKind && o.Kind != eso.ClusterExternalSecretKind {
			writers = append(writers, writer{by: o})
		}
	}
	sorted := slices.Clone(external)
	slices.SortStableFunc(sorted, func(a, b writer) int { return rank(a) - rank(b) })
	for _, w := range sorted {
		if w.target.Writes() {
			writers = append(writers, w)
		}
	}
	return writers
}

// rank puts what is surely there first.
func rank(w writer) int {
	if w.unsure {
		return 1
	}
	return 0
}

// rivals are two writers that clash, the second of them an ExternalSecret or ClusterExternalSecret. Those that surely
// write are preferred, and among them those whose clash is worse.
func rivals(writers []writer) (first, second writer, how clash) {
	sure := false
	for i := range writers {
		for k := range i {
			a, b := writers[k], writers[i]
			if b.target == nil || a.by.Key() == b.by.Key() { // of one name, of which one stands
				continue
			}
			if a.target != nil && (b.target.Owns() && !a.target.Owns() || a.target.Adds() && !b.target.Adds()) {
				a, b = b, a // the one that is refused, or that loses its keys, is the second
			}
			found := clashOf(a, b)
			isSure := !a.unsure && !b.unsure
			if found != noClash && (isSure && !sure || isSure == sure && found > how) {
				first, second, how, sure = a, b, found, isSure
			}
		}
	}
	return first, second, how
}

// targetTwice is the finding about two objects that write a Secret.
func targetTwice(target secretflow.Ref, first, second writer, how clash) finding.Finding {
	secret := fmt.Sprintf("Secret %q", objects.Path(target.Namespace, target.Name))
	f := finding.Finding{
		Code: finding.TargetTwice, Severity: finding.Error, Field: targetField(second.by).Child("name"),
		Fix: "give each a Secret of its own",
	}
	switch how {
	case refused:
		f.Field = targetField(second.by).Child("creationPolicy")
		f.Message = fmt.Sprintf("%s belongs to %s, so the operator refuses to write it for another", secret, first.by)
		f.Counterexample = fmt.Sprintf("%s never becomes ready", second.by)
		f.Fix = "let one ExternalSecret read all keys, or give each a Secret of its own"
	case oneDrops:
		f.Severity, f.Field = finding.Warning, targetField(second.by).Child("creationPolicy")
		f.Message = fmt.Sprintf("%s is written as a whole by %s, which removes what %s adds each time that it reads",
			secret, first.by, second.by)
		f.Fix = "write creationPolicy: CreateOrMerge in both, or let one ExternalSecret read all keys"
	case bothDrop, noClash:
		f.Message = fmt.Sprintf("%s is created by %s too", secret, first.by)
		f.Counterexample = fmt.Sprintf("%s and %s overwrite each other, or one never becomes ready", first.by, second.by)
	}
	if first.unsure || second.unsure {
		f.Severity, f.Undecided, f.Counterexample = finding.Warning, true, ""
		f.Message += unsureIn(target.Namespace)
	}
	return f
}

package pods

import (
	"cmp"
	"fmt"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/secretflow"
	"cloison.dev/cloison/internal/ternary"
	"cloison.dev/cloison/internal/verdict"
)

// copies reports Secrets that a controller copies from one component to another, those that other objects make
// included. Each object is reported once a field.
func (j *judge) copies() verdict.Result {
	type place struct {
		by    *objects.Object
		field string
	}
	var result verdict.Result
	seen := map[place]bool{}
	for i := range j.graph.Copies {
		made := &j.graph.Copies[i]
		at := place{made.By, made.Field.String()}
		if f, found := j.judgeCopy(made); found && !seen[at] {
			seen[at] = true
			result.Add(about(made.By, f))
		}
	}
	return result
}

// judgeCopy finds the first other component that a copy gets into or, where there is none, may get into.
func (j *judge) judgeCopy(made *secretflow.Copy) (f finding.Finding, found bool) {
	from := j.scope.Of(made.From.Namespace)
	if from == nil && (made.From.Namespace != "" || made.Why == "") {
		return f, false
	}
	var to *scope.Component
	answer := ternary.No
	for i := range j.scope.Components {
		c := &j.scope.Components[i]
		if into := made.Into(c.Namespace); c != from && into > answer {
			to, answer = c, into
		}
	}
	switch {
	case to == nil:
		return f, false
	case from == nil:
		return copyFromAnywhere(made), true
	case answer == ternary.Unknown:
		return unsureCopy(made, from, to), true
	case made.Pulled:
		f = pulledCopy(made, from)
	default:
		f = pushedCopy(made, from, to)
	}
	f.Lead = j.copyLead(made)
	return f, true
}

// copyLead is that whoever has a copy has the Secret.
func (j *judge) copyLead(made *secretflow.Copy) *finding.Lead {
	var holders []finding.End
	for i := range j.scope.Components {
		namespace, name := j.scope.Components[i].Namespace, cmp.Or(made.Name, made.From.Name)
		switch {
		case made.Into(namespace) != ternary.Yes:
		case made.Name == "":
			holders = append(holders, finding.OfComponent.In(namespace)...)
		default:
			holders = append(holders, finding.OfSecret.Named(namespace, name)...)
		}
	}
	if made.From.Name == "" {
		return finding.NewLead(holders, finding.OfSecrets.In(made.From.Namespace))
	}
	return finding.NewLead(holders, finding.OfSecret.Named(made.From.Namespace, made.From.Name))
}

const secretOfItsOwn = "give each component a secret of its own"

func pulledCopy(made *secretflow.Copy, from *scope.Component) finding.Finding {
	return finding.Finding{
		Code: finding.ForeignSecret, Severity: finding.Error, Field: made.Field,
		Message: "the Secret is a copy of one of component " + from.Name + ", " +
			objects.Path(made.From.Namespace, made.From.Name),
		Counterexample: "every pod of the namespace may import " + made.By.String() + ", with the values of the other " +
			"component",
		Fix: "remove the " + part(made) + ", and " + secretOfItsOwn,
	}
}

// pushedCopy is a warning without a Segregation: it may be meant, as for the certificate of a domain.
func pushedCopy(made *secretflow.Copy, from, to *scope.Component) finding.Finding {
	f := finding.Finding{
		Code: finding.ForeignSecret, Severity: finding.Error, Field: made.Field,
		Message: "a controller copies " + copiedText(made) + " into other namespaces, that of component " + to.Name +
			" among them",
		Counterexample: "every pod of namespace " + to.Namespace + " may import the copy of " + made.By.String(),
		Fix:            "remove the " + part(made) + ", and " + secretOfItsOwn,
	}
	if made.By.Namespace != made.From.Namespace {
		f.Counterexample = "every pod of namespace " + to.Namespace + " may import the copy of Secret " +
			objects.Path(made.From.Namespace, made.From.Name)
	}
	if from.Plan == nil {
		f.Severity = finding.Warning
	}
	return f
}

func unsureCopy(made *secretflow.Copy, from, to *scope.Component) finding.Finding {
	why := made.Why
	if why == "" {
		why = fmt.Sprintf("that depends on labels of namespace %q, or on when the rule acts, which are not in the input",
			to.Namespace)
	}
	return finding.Finding{
		Code: finding.ForeignSecret, Severity: finding.Warning, Undecided: true, Field: made.Field,
		Message: fmt.Sprintf("not decided: whether %s makes %s of component %s known to component %s: %s",
			made.Controller, copiedText(made), from.Name, to.Name, why),
		Fix: "remove it, and " + secretOfItsOwn,
	}
}

func copyFromAnywhere(made *secretflow.Copy) finding.Finding {
	return finding.Finding{
		Code: finding.ForeignSecret, Severity: finding.Warning, Undecided: true, Field: made.Field,
		Message: fmt.Sprintf("not decided: which Secrets %s copies: %s", made.Controller, made.Why),
		Fix:     "name what is copied, and where",
	}
}

// copiedText names the Secret of a copy in messages.
func copiedText(made *secretflow.Copy) string {
	if made.From.Name == "" {
		return "Secrets"
	}
	if made.From.Namespace == made.By.Namespace && made.By.Kind == "Secret" {
		return "the Secret"
	}
	return "Secret " + objects.Path(made.From.Namespace, made.From.Name)
}

// part is what is to be removed.
func part(made *secretflow.Copy) string {
	for _, step := range made.Field.Steps() {
		if step == "annotations" || step == "templateFrom" {
			return "annotation"
		}
	}
	return "reference"
}

// sealed is what a SealedSecret has of its ciphertexts.
type sealed struct {
	Spec struct {
		EncryptedData map[string]string `json:"encryptedData"`
	} `json:"spec"`
}

const (
	clusterWide      = "sealedsecrets.bitnami.com/cluster-wide"
	shortestSealText = 16
)

// sealedForAll reports SealedSecrets that may be decrypted in any namespace: where another component has the same
// ciphertext, the controller writes the value there too.
func (j *judge) sealedForAll() verdict.Result {
	var result verdict.Result
	type use struct {
		by        *objects.Object
		component *scope.Component
	}
	first := map[string]use{}
	for i := range j.set.Custom {
		o := &j.set.Custom[i]
		c := j.scope.Of(o.Namespace)
		if o.Kind != "SealedSecret" || o.GroupKind().Group != "bitnami.com" || c == nil ||
			o.Annotations[clusterWide] != "true" {
			continue
		}
		f := finding.Finding{
			Code: finding.ForeignSecret, Severity: finding.Warning, Field: fieldpath.Of("metadata", "annotations", clusterWide),
			Message: "the SealedSecret may be decrypted in every namespace: whoever has its text and may create " +
				"SealedSecrets anywhere gets the values",
			Fix: "seal it for its own namespace and name, which is the default",
		}
		var read sealed
		if err := o.DecodePart(&read); err != nil {
			continue
		}
		for key, text := range read.Spec.EncryptedData {
			earlier, twice := first[text]
			switch {
			case len(text) < shortestSealText:
			case !twice:
				first[text] = use{o.Object, c}
			case earlier.component != c:
				f.Severity, f.Field = finding.Error, fieldpath.Of("spec", "encryptedData", key)
				f.Message = fmt.Sprintf("component %s has the same ciphertext, in %s, and it may be decrypted in every "+
					"namespace: both get the value", earlier.component.Name, earlier.by)
				f.Counterexample = "every pod of namespace " + o.Namespace + " may import Secret " +
					objects.Path(o.Namespace, o.Name)
				f.Lead = finding.NewLead(finding.OfSecret.Named(o.Namespace, o.Name),
					finding.OfSecret.Named(earlier.by.Namespace, earlier.by.Name))
			}
		}
		result.Add(about(o.Object, f))
	}
	return result
}

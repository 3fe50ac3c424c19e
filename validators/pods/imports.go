package pods

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/secretflow"
	"cloison.dev/cloison/internal/verdict"
)

// byWorkload names a Secret that a workload imports.
type byWorkload struct {
	workload *objects.Workload
	secret   string
}

// imported are the references of containers.
func imported(r *reference) bool { return r.Via.IsSeen() }

// credentials reports workloads that import the API key of a store.
func (j *judge) credentials(c *component, result *verdict.Result) {
	for _, r := range firsts(c.references, func(r *reference) (byWorkload, bool) {
		return byWorkload{r.Workload, r.Secret.Name}, imported(r) && r.apiKey != "" && !j.isDecided(r.Use)
	}) {
		candidate := about(r.Workload.Object, finding.Finding{
			Code: finding.ForeignSecret, Severity: finding.Error, Field: r.NameField,
			Message: fmt.Sprintf("Secret %q holds %s, which no pod may import", r.Secret.Name, r.apiKey),
			Counterexample: routeOf(r.Use) +
				": whoever is in the container reads every secret that the key reads, not only those of this pod",
			Fix:  "remove the reference",
			Lead: finding.NewLead(podsOf(r.Workload), finding.OfSecret.Named(r.Secret.Namespace, r.Secret.Name)),
		})
		candidate.Explains = []verdict.Subject{existence(r.Secret)}
		result.Add(candidate)
	}
}

// readers reports workloads that import a Secret which is declared to have other readers.
func (j *judge) readers(c *component, result *verdict.Result) {
	for _, r := range firsts(c.references, func(r *reference) (byWorkload, bool) {
		refused := r.group != nil && r.group.Readers != nil && !slices.Contains(r.group.Readers, r.Workload.Name)
		return byWorkload{r.Workload, r.Secret.Name}, imported(r) && refused
	}) {
		group := "the default secret group"
		if r.group.Name != "" {
			group = fmt.Sprintf("secret group %q", r.group.Name)
		}
		result.Add(verdict.Candidate{
			Finding: r.Workload.About(finding.Finding{
				Code: finding.NotAReader, Severity: finding.Error, Field: r.NameField,
				Message: fmt.Sprintf("Secret %q is that of %s, which %q must not read: its readers are %s",
					r.Secret.Name, group, r.Workload.Name, strings.Join(r.group.Readers, ", ")),
				Counterexample: routeOf(r.Use),
				Fix:            "remove the reference, or add the workload to readers",
			}),
			Precedence: consequence, Unless: []verdict.Subject{existence(r.Secret)},
		})
	}
}

// keys reports keys that a Secret does not have, or may not have, each once. A key that a Segregation declares and
// nothing writes is a finding about the ExternalSecret.
func (j *judge) keys(c *component, result *verdict.Result) {
	for _, r := range firsts(c.references, func(r *reference) (secretKey, bool) {
		return secretKey{r.Secret.Name, r.Key}, imported(r) && !r.Optional && r.secret != nil && r.Key != ""
	}) {
		if f, wrong := j.judgeKey(c, r); wrong {
			result.Add(verdict.Candidate{
				Finding: r.Workload.About(f), Precedence: consequence, Unless: []verdict.Subject{existence(r.Secret)},
				Explains: []verdict.Subject{
					existenceOfKey(r.Secret, r.Key), consumptionOf(r.Secret.Namespace, r.Secret.Name, r.meant),
				},
			})
		}
	}
}

func (j *judge) judgeKey(c *component, r *reference) (f finding.Finding, wrong bool) {
	found, optional := false, true
	for _, key := range r.secret.Keys {
		if key.Name == r.Key {
			found, optional = true, optional && key.Optional
		}
	}
	f = finding.Finding{
		Code: finding.KeyMissing, Severity: finding.Error, Field: keyField(r.Use), Counterexample: routeOf(r.Use),
	}
	switch {
	case found && !optional || !found && !r.isKeyMissing():
		return f, false
	case found:
		f.Severity = finding.Warning
		f.Message = fmt.Sprintf("the key %q of Secret %q is optional: where its source is missing, the pod does not "+
			"start",
			r.Key, r.Secret.Name)
		f.Fix = "import it with optional: true, or make the key one that must be there"
	case r.isSubPath():
		f.Severity = finding.Warning
		f.Message = fmt.Sprintf("Secret %q has no key %q, which is mounted by its subPath: the container sees an "+
			"empty folder",
			r.Secret.Name, r.Key)
		f.Fix = "correct the subPath, or add the key"
	default:
		f.Message = fmt.Sprintf("Secret %q has no key %q", r.Secret.Name, r.Key)
		f.Counterexample += ": the pod does not start" + c.alsoImportedBy(r.Use, false)
		f.Fix = "correct the name, or add the key; the Secret has " + keyNames(r.secret)
		if r.meant != "" {
			f.Fix = fmt.Sprintf("write %q, if that is meant, or add the key", r.meant)
		}
	}
	return f, true
}

// optionalKeys reports optional references to keys that a Secret never has, if they are misspelt ones that are hidden
// by that.
func (j *judge) optionalKeys(c *component, result *verdict.Result) {
	for _, r := range firsts(c.references, func(r *reference) (secretKey, bool) {
		return secretKey{r.Secret.Name, r.Key}, imported(r) && r.Optional && r.meant != ""
	}) {
		result.Add(verdict.Candidate{
			Finding: r.Workload.About(finding.Finding{
				Code: finding.KeyMissing, Severity: finding.Warning, Field: keyField(r.Use),
				Message: fmt.Sprintf("Secret %q has no key %q, which optional hides; it has %q",
					r.Secret.Name, r.Key, r.meant),
				Counterexample: routeOf(r.Use) + ": it is never set",
				Fix:            fmt.Sprintf("write %q, if that is meant, or remove the reference", r.meant),
			}),
			Precedence: hidden, Unless: []verdict.Subject{existence(r.Secret), existenceOfKey(r.Secret, r.Key)},
			Explains: []verdict.Subject{consumptionOf(r.Secret.Namespace, r.Secret.Name, r.meant)},
		})
	}
}

// alsoImportedBy names the other workloads that import the key of a use, or any key of its Secret.
func (c *component) alsoImportedBy(first *secretflow.Use, anyKey bool) string {
	var others []string
	for _, use := range c.importers()[first.Secret.Name] {
		name := use.Workload.Kind + " " + use.Workload.Name
		same := (anyKey || use.Key == first.Key) && !use.Optional && use.Workload != first.Workload
		if same && !slices.Contains(others, name) {
			others = append(others, name)
		}
		if len(others) > maxNames {
			break
		}
	}
	if len(others) == 0 {
		return ""
	}
	return "; nor do those of " + shorten(others)
}

// maxNames bounds how many names a message lists.
const maxNames = 5

func shorten(names []string) string {
	if len(names) > maxNames {
		return strings.Join(names[:maxNames], ", ") + " and others"
	}
	return strings.Join(names, ", ")
}

func keyNames(secret *secretflow.Secret) string {
	var names []string
	for _, key := range secret.Keys {
		if !slices.Contains(names, key.Name) {
			names = append(names, key.Name)
		}
	}
	return cmp.Or(shorten(names), "no keys")
}

package rbac

import (
	"fmt"
	"slices"
	"strings"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/phrase"
	"cloison.dev/cloison/internal/verdict"
	"cloison.dev/cloison/validators/rbac/authorizer"
	"cloison.dev/cloison/validators/rbac/privilege"
)

// openRights are the rights that are not decided, by subject, in the order of the bindings.
type openRights struct {
	order []authorizer.Identity
	of    map[authorizer.Identity]*openSubject
}

// openSubject has the rights of one subject that are not decided.
type openSubject struct {
	// first is the binding that gives the first of them.
	first   *authorizer.Binding
	subject int
	text    string
	// rights have a text for each binding.
	rights []string
}

// add notes what a binding gives a subject.
func (o *openRights) add(b *authorizer.Binding, subject int, p principal, found rights) {
	if len(found.unknown) == 0 {
		return
	}
	identity, _ := authorizer.IdentityOf(b.Subjects[subject], b.Namespace)
	known := o.of[identity]
	if known == nil {
		known = &openSubject{first: b, subject: subject, text: p.text}
		o.of[identity], o.order = known, append(o.order, identity)
	}
	where := "every namespace"
	if !b.ClusterWide {
		where = objects.NamespaceText(b.Namespace)
	}
	text := fmt.Sprintf("%s in %s", openText(found.unknown), where)
	if !slices.Contains(known.rights, text) {
		known.rights = append(known.rights, text)
	}
}

// reportOpen reports the rights that are not decided: one finding for each subject.
func (j *judge) reportOpen(result *verdict.Result, open *openRights) {
	for _, identity := range open.order {
		s := open.of[identity]
		result.Add(verdict.Candidate{Precedence: cause, Finding: j.written[s.first.Object].About(finding.Finding{
			Code: finding.UnknownRight, Severity: finding.Warning, Undecided: true, Field: subjectPath(s.subject),
			Message: fmt.Sprintf("not decided: %s may %s; whether that leads to a secret of another component is not "+
				"known", s.text, strings.Join(s.rights, ", and ")),
			Fix: "remove the rights that are not needed, or, where a custom kind is harmless, say so in the Cluster",
		})})
	}
}

// openText lists a few rights, those on one resource together. Format: create, patch configmaps; update widgets.x.io.
func openText(rights []privilege.Right) string {
	var resources []string
	verbs := map[string][]string{}
	for _, right := range rights {
		resource := right.ResourceName() + namedText(right.Names...)
		if verbs[resource] == nil {
			resources = append(resources, resource)
		}
		if !slices.Contains(verbs[resource], right.Verb) {
			verbs[resource] = append(verbs[resource], right.Verb)
		}
	}
	const few = 6
	var texts []string
	for _, resource := range resources[:min(few, len(resources))] {
		texts = append(texts, strings.Join(verbs[resource], ", ")+" "+resource)
	}
	if more := len(resources) - len(texts); more > 0 {
		texts = append(texts, phrase.Count(more, "kind")+" more")
	}
	return strings.Join(texts, "; ")
}

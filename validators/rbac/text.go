package rbac

import (
	"fmt"
	"slices"
	"strings"
)

// deedsText says what grants let somebody do. Format: read Secrets (get, list secrets), run pods (create pods).
func deedsText(r *role, grants []grant) string {
	if r.everything() {
		return "do everything (every verb on every resource)"
	}
	var does []string
	requests := map[string][]grant{}
	for _, g := range grants {
		if requests[g.does] == nil {
			does = append(does, g.does)
		}
		requests[g.does] = append(requests[g.does], g)
	}
	for i, what := range does {
		does[i] = fmt.Sprintf("%s (%s)", what, requestsText(requests[what]))
	}
	if last := len(does) - 1; last > 0 {
		return strings.Join(does[:last], ", ") + " and " + does[last]
	}
	return strings.Join(does, "")
}

// requestsText lists the requests of grants, those on one resource together. Format: create, patch pods; create jobs.batch.
func requestsText(grants []grant) string {
	var resources []string
	verbs := map[string][]string{}
	for _, g := range grants {
		resource := resourceName(g.Group, g.combined())
		if len(g.names) > 0 {
			resource += " named " + namesText(g.names)
		}
		if verbs[resource] == nil {
			resources = append(resources, resource)
		}
		if !slices.Contains(verbs[resource], g.Verb) {
			verbs[resource] = append(verbs[resource], g.Verb)
		}
	}
	const few = 2
	var texts []string
	for _, resource := range resources[:min(few, len(resources))] {
		texts = append(texts, strings.Join(verbs[resource], ", ")+" "+resource)
	}
	if len(resources) > few {
		texts = append(texts, "...")
	}
	return strings.Join(texts, "; ")
}

func namesText(names []string) string {
	quoted := make([]string, len(names))
	for i, name := range names {
		quoted[i] = fmt.Sprintf("%q", name)
	}
	return listed(quoted)
}

// text is the request of a grant. Format: get secrets named "db".
func (g grant) text() string {
	text := g.String()
	if len(g.names) > 0 {
		text += " named " + namesText(g.names)
	}
	return text
}

// roleText says which role of the binding, and which role that it is made of, has the rule of a grant.
func (b *binding) roleText(g grant) string {
	text := fmt.Sprintf("%s %s", b.ref.Kind, b.ref.Name)
	if !b.cluster && b.ref.Kind == kindRole {
		text = fmt.Sprintf("%s %s/%s", b.ref.Kind, b.namespace, b.ref.Name)
	}
	if g.rule.from != b.ref.Name {
		text += " with the rules of " + g.rule.from
	}
	if g.rule.object != nil {
		text += fmt.Sprintf(" rules[%d]", g.rule.index)
	}
	return text
}

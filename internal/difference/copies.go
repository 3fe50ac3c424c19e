package difference

import (
	"cmp"
	"fmt"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"cloison.dev/cloison/internal/access"
	"cloison.dev/cloison/internal/eso"
	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/phrase"
	"cloison.dev/cloison/internal/secretflow"
)

// spread is that a Secret gets into namespaces that are named, or chosen by expressions or labels.
type spread struct {
	// secret that gets there; its namespace is empty where a store fills it in each of them.
	secret secretflow.Ref
	// by is what does it.
	by string
	// to are the namespaces as they are written; none are all.
	to []string
	// unsure says what is not known; empty where nothing is.
	unsure string
	object *objects.Object
	at     fieldpath.Path
}

// spreadsOf are the Secrets that get into namespaces that the input need not have. A copy that its own namespace asks
// for is not one.
func spreadsOf(m *access.Model) []spread {
	var all []spread
	for i := range m.Flow.Copies {
		if c := &m.Flow.Copies[i]; !c.Pulled {
			all = append(all, spread{
				secret: c.From, by: c.Controller, to: c.To, unsure: c.Why, object: c.By, at: c.Field,
			})
		}
	}
	for _, o := range m.Set.ClusterExternalSecrets {
		spec := &o.Value.Spec
		if to, isAny := madeIn(spec); isAny && spec.ExternalSecretSpec != nil {
			name := spec.ExternalSecretSpec.TargetName(cmp.Or(spec.ExternalSecretName, o.Name))
			all = append(all, spread{
				secret: secretflow.Ref{Name: name}, by: "a ClusterExternalSecret", to: to, object: o.Object,
			})
		}
	}
	return all
}

// madeIn are the namespaces of a ClusterExternalSecret; none are all. isAny is false where there is no namespace.
func madeIn(spec *eso.ClusterExternalSecretSpec) (to []string, isAny bool) {
	to = slices.Clone(spec.Namespaces)
	for _, selector := range append(slices.Clone(spec.NamespaceSelectors), spec.NamespaceSelector) {
		if selector == nil {
			continue // it selects nothing
		}
		if len(selector.MatchLabels)+len(selector.MatchExpressions) == 0 {
			return nil, true
		}
		to = append(to, "labels "+metav1.FormatLabelSelector(selector))
	}
	return to, len(to) > 0
}

// everyNamespace stands for all namespaces.
const everyNamespace = "every namespace, those that are not in the input among them"

// copies adds the Secrets that get into namespaces that are not in the input, and did not.
func (g *grower) copies() {
	type route struct {
		secret secretflow.Ref
		by, to string
	}
	was := map[route]bool{}
	for _, s := range spreadsOf(g.before) {
		for _, to := range orEvery(s.to) {
			was[route{g.renames.secret(s.secret), s.by, to}] = true
		}
	}
	for _, s := range spreadsOf(g.after) {
		var fresh []string
		for _, to := range orEvery(s.to) {
			at := route{s.secret, s.by, to}
			if !was[at] && !was[route{s.secret, s.by, everyNamespace}] && g.after.Scope.Of(to) == nil {
				fresh = append(fresh, to)
			}
			was[at] = true // two marks may say the same
		}
		if len(fresh) > 0 {
			g.addSpread(&s, fresh)
		}
	}
}

func orEvery(to []string) []string {
	if len(to) == 0 {
		return []string{everyNamespace}
	}
	return to
}

func (g *grower) addSpread(s *spread, fresh []string) {
	what := "Secrets"
	if s.secret.Name != "" {
		what = "Secret " + s.secret.Name
	}
	if s.secret.Namespace != "" {
		what += " of " + g.after.PlaceOf(s.secret.Namespace)
	}
	where := phrase.And(mostNames, fresh)
	if fresh[0] != everyNamespace {
		where = "namespaces that need not be in the input: " + where
	}
	text := fmt.Sprintf("%s %s into %s, by %s", what, g.words.gets, where, s.by)
	if s.unsure != "" {
		text += "; " + s.unsure
	}
	g.add(Secrets, s.secret.Namespace, text, []string{access.RuleAt(s.object, s.at).At()})
}

package difference

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/phrase"
	"cloison.dev/cloison/validators/ways"
)

// ways adds the Secrets of others that a component obtains by findings, such as by way of a node, and did not.
func (g *grower) ways(before, after *ways.Graph) {
	for _, component := range after.Components() {
		was := before.Obtained(component)
		fresh := slices.DeleteFunc(slices.Clone(after.Obtained(component)), func(e finding.End) bool {
			return slices.Contains(was, e)
		})
		if len(fresh) == 0 {
			continue
		}
		steps := map[finding.End][]ways.Step{}
		for _, lost := range after.From(finding.OfComponent.In(component)...) {
			steps[lost.End] = lost.Steps
		}
		byPlace := map[string][]finding.End{}
		for _, e := range fresh {
			byPlace[e.Namespace] = append(byPlace[e.Namespace], e)
		}
		for _, place := range slices.Sorted(maps.Keys(byPlace)) {
			g.addWay(component, place, byPlace[place], steps)
		}
	}
}

func (g *grower) addWay(component, place string, secrets []finding.End, steps map[finding.End][]ways.Step) {
	slices.SortFunc(secrets, finding.End.Compare)
	var names []string
	shortest := steps[secrets[0]]
	for _, e := range secrets {
		names = append(names, e.Name+g.keysOf(e))
		if len(steps[e]) < len(shortest) {
			shortest = steps[e]
		}
	}
	text := fmt.Sprintf("%s %s the %s %s of %s", g.after.PlaceOf(component), g.words.can,
		phrase.Plural(len(names), "Secret"), phrase.And(mostNames, names), g.after.PlaceOf(place))
	g.add(Secrets, component, text, []string{"by way of " + wayText(shortest)})
}

// keysOf are the keys of a Secret in brackets, as far as they are known.
func (g *grower) keysOf(e finding.End) string {
	_, s := g.after.Secret(e.Namespace, e.Name)
	if s == nil {
		return ""
	}
	var keys []string
	for i := range s.Keys {
		if s.Keys[i].Name != "" {
			keys = append(keys, s.Keys[i].Name)
		}
	}
	if len(keys) == 0 {
		return ""
	}
	return " (" + phrase.And(mostNames, keys) + ")"
}

// leads reports whether one of some findings lets somebody obtain something.
func leads(findings []finding.Finding) bool {
	return slices.ContainsFunc(findings, func(f finding.Finding) bool { return f.Lead != nil })
}

// wayText are steps with the findings that open them.
func wayText(steps []ways.Step) string {
	var words []string
	for _, step := range steps {
		text := step.Text()
		if step.By != nil {
			f := step.By.Findings[0]
			text += strings.TrimRight(fmt.Sprintf(" (%s %s %s", f.Code, f.Object, f.Place()), " ") + ")"
		}
		words = append(words, text)
	}
	return strings.Join(words, " → ")
}

// podSecurity adds the namespaces whose Pod Security Standard lets pods do more than before.
func (g *grower) podSecurity() {
	const label = "pod-security.kubernetes.io/enforce"
	levels := []string{"restricted", "baseline", "privileged"}
	rank := func(level string) int { return max(slices.Index(levels, cmp.Or(level, "privileged")), 0) }
	for i := range g.after.Components {
		name := g.after.Components[i].Namespace
		was, now := g.before.Map.Namespace(name), g.after.Map.Namespace(name)
		if was.Object == nil || now.Object == nil || rank(now.Labels[label]) <= rank(was.Labels[label]) {
			continue
		}
		text := fmt.Sprintf("pods of %s %s do what the Pod Security Standard %q allows and %q does not", g.after.PlaceOf(name),
			g.words.may, cmp.Or(now.Labels[label], "privileged"), cmp.Or(was.Labels[label], "privileged"))
		g.add(Rights, name, text, []string{place(now.Object)})
	}
}

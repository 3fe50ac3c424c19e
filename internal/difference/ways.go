package difference

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/phrase"
	"cloison.dev/cloison/internal/secretflow"
	"cloison.dev/cloison/internal/wellknown"
	"cloison.dev/cloison/validators/network/model"
	"cloison.dev/cloison/validators/ways"
)

// ways adds the Secrets of others that a component obtains by findings, such as by way of a node, and did not.
func (g *grower) ways(before, after *ways.Graph) {
	for _, component := range after.Components() {
		was := slices.Clone(before.Obtained(component))
		for i := range was {
			if e := &was[i]; e.Kind == finding.OfSecret {
				e.Name = g.renames.secret(secretflow.Ref{Namespace: e.Namespace, Name: e.Name}).Name
			}
		}
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
	g.add(Secrets, component, text, []string{"by way of " + ways.Text(shortest)})
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

// podSecurity adds the namespaces whose Pod Security Standard lets pods do more than before, or is no longer known.
func (g *grower) podSecurity() {
	for _, namespace := range g.before.Map.All() {
		name := namespace.Name
		was, now := levelOf(namespace), levelOf(g.after.Map.Namespace(name))
		if namespace.Object == nil || was.rank() >= len(levels())-1 || !g.after.Map.Has(name) {
			continue
		}
		where := g.after.PlaceOf(name)
		switch object := g.after.Map.Namespace(name).Object; {
		case object == nil:
			text := fmt.Sprintf(g.words.unknownLevel, where, was.name)
			g.add(Rights, name, text, []string{g.words.demanded + " " + place(namespace.Object)})
		case now.rank() > was.rank():
			text := fmt.Sprintf("pods of %s %s do what the Pod Security Standard %q allows and %q does not", where, g.words.may,
				now.name, was.name)
			g.add(Rights, name, text, []string{place(object)})
		case now.rank() == was.rank() && now.isOlder(was):
			text := fmt.Sprintf("pods of %s %s do what the Pod Security Standard %q of Kubernetes %s allows and that of %s does not",
				where, g.words.may, now.name, now.version, was.version)
			g.add(Rights, name, text, []string{place(object)})
		}
	}
}

// level is a Pod Security Standard that a namespace enforces.
type level struct{ name, version string }

// levels are all there are, the strictest first. What is not one of them counts as the strictest, as for the API server.
func levels() []string { return []string{"restricted", "baseline", "privileged"} }

func levelOf(namespace *model.Namespace) level {
	const label = wellknown.PodSecurityPrefix + "enforce"
	return level{cmp.Or(namespace.Labels[label], "privileged"), cmp.Or(namespace.Labels[label+"-version"], "latest")}
}

func (l level) rank() int { return max(slices.Index(levels(), l.name), 0) }

// isOlder reports whether the level is that of an older version of Kubernetes. A version that cannot be read is the latest.
func (l level) isOlder(than level) bool {
	minor := func(version string) int {
		n, err := strconv.Atoi(strings.TrimPrefix(version, "v1."))
		if err != nil {
			return math.MaxInt
		}
		return n
	}
	return minor(l.version) < minor(than.version)
}

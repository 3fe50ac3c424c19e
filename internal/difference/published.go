package difference

import (
	"fmt"
	"slices"

	"cloison.dev/cloison/internal/access"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/phrase"
)

// opening is one way on which one port of one workload is published. Which object does so is no part of it.
type opening struct {
	namespace, pod string
	caller         access.Caller
	through, host  string
	// port is that of a Service outside of the cluster, target that of the pods or, where it is not known, of the
	// Service.
	port, target string
}

// openingsOf are what a publication opens, with workloads under their newer names.
func openingsOf(p *access.Publication, names renames) []opening {
	var all []opening
	for _, pod := range podsOf(p, names) {
		for _, through := range orEmpty(p.Through) {
			for _, host := range orEmpty(p.Hosts) {
				for _, port := range p.Ports {
					for _, target := range targetsOf(port) {
						o := opening{
							namespace: p.Namespace, pod: pod, caller: p.Caller, through: through, host: host, target: target,
						}
						if p.Caller == access.Outside {
							o.port = port.Port
						}
						all = append(all, o)
					}
				}
			}
		}
	}
	return all
}

// podsOf are the workloads of a publication or, where they are not known, what leads to the pods.
func podsOf(p *access.Publication, newer renames) []string {
	if len(p.Workloads) == 0 {
		return []string{p.Pod()}
	}
	names := make([]string, len(p.Workloads))
	for i, w := range p.Workloads {
		now := newer.workload(workload{w.Kind, p.Namespace, w.Name})
		names[i] = now.kind + " " + now.name
	}
	return names
}

func targetsOf(port access.PublishedPort) []string {
	if len(port.Targets) == 0 {
		return []string{port.Port}
	}
	return port.Targets
}

// orEmpty are some texts, or a single empty one.
func orEmpty(texts []string) []string {
	if len(texts) == 0 {
		return []string{""}
	}
	return texts
}

// published adds what is published and was not: to other callers, under other names, on other ports, or for more
// addresses.
func (g *grower) published() {
	was := map[opening][]*access.Publication{}
	for i := range g.before.Published {
		p := &g.before.Published[i]
		for _, o := range openingsOf(p, g.renames) {
			was[o] = append(was[o], p)
		}
	}
	for i := range g.after.Published {
		p := &g.after.Published[i]
		all := openingsOf(p, renames{})
		fresh := slices.DeleteFunc(slices.Clone(all), func(o opening) bool { return g.isCovered(p, was[o]) })
		if len(fresh) > 0 {
			g.addPublished(p, fresh, len(fresh) == len(all))
		}
	}
}

// isCovered reports whether publications of the same opening let in all the addresses that another one does.
func (g *grower) isCovered(p *access.Publication, by []*access.Publication) bool {
	if len(by) == 0 {
		return false
	}
	var blocks []string
	for _, other := range by {
		if len(other.Sources) == 0 {
			return true
		}
		blocks = append(blocks, other.Sources...)
	}
	sets := g.after.Map.Addresses.Sets
	return len(p.Sources) > 0 && sets.Contains(sets.Of(blocks, nil), sets.Of(p.Sources, nil))
}

// addPublished says what of a publication is new. Where that is all, it is the place that is published.
func (g *grower) addPublished(p *access.Publication, fresh []opening, all bool) {
	place := g.after.PlaceOf(p.Namespace)
	pods := valuesOf(fresh, func(o opening) string { return o.pod })
	subject := place
	if !all {
		subject = phrase.And(mostNames, pods) + " of " + place
	}
	shown := *p
	shown.Through = valuesOf(fresh, func(o opening) string { return o.through })
	text := fmt.Sprintf("%s %s by %s %s (%s)", subject, g.words.published, p.By.Kind, objects.Path(p.By.Namespace, p.By.Name),
		shown.Way())
	if hosts := valuesOf(fresh, func(o opening) string { return o.host }); len(hosts) > 0 {
		text += " as " + phrase.And(mostNames, hosts)
	}
	text += publishedPorts(p, fresh)
	if len(p.Workloads) > 0 && all {
		text += ", which leads to " + phrase.And(mostNames, pods)
	}
	if p.Shut {
		text += "; no policy lets it in"
	}
	g.add(Network, p.Namespace, text, []string{p.By.At()})
}

// publishedPorts are the ports of a publication that have something new.
func publishedPorts(p *access.Publication, fresh []opening) string {
	var ports []string
	for _, port := range p.Ports {
		isFresh := func(o opening) bool {
			return slices.Contains(targetsOf(port), o.target) && (p.Caller != access.Outside || o.port == port.Port)
		}
		if slices.ContainsFunc(fresh, isFresh) {
			ports = append(ports, port.String())
		}
	}
	if slices.Equal(ports, []string{access.PublishedPort{}.String()}) {
		return " on " + ports[0]
	}
	return " on " + phrase.Plural(len(ports), "port") + " " + phrase.And(mostNames, ports)
}

// valuesOf are what openings have in one place, sorted, each once; none where they have nothing there.
func valuesOf(openings []opening, of func(opening) string) []string {
	var values []string
	for _, o := range openings {
		if value := of(o); value != "" {
			values = append(values, value)
		}
	}
	slices.Sort(values)
	return slices.Compact(values)
}

package importer

import (
	"cmp"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation"
)

// rank is higher the more an ExternalSecret looks like the default group.
func (g *group) rank(p *component) int {
	switch {
	case g.object.Name == p.name+"-externalsecret", g.target == p.name+"-secrets":
		return 2
	case g.generatedName(p) != "":
		return 0
	}
	return 1
}

// generatedName is the group that Cloison gives such an ExternalSecret.
func (g *group) generatedName(p *component) string {
	name, starts := strings.CutPrefix(g.object.Name, p.name+"-")
	name, ends := strings.CutSuffix(name, "-externalsecret")
	if starts && ends && (isGenerated(g.object.Object) || g.target == p.name+"-"+name+"-secrets") {
		return name
	}
	return ""
}

// nameGroups makes the one that looks like it, or else the largest, the default group and gives the others names.
func nameGroups(p *component) {
	if len(p.groups) == 0 {
		return
	}
	slices.SortStableFunc(p.groups, func(a, b *group) int {
		return cmp.Or(-cmp.Compare(a.rank(p), b.rank(p)), -cmp.Compare(len(a.values), len(b.values)))
	})
	taken := map[string]bool{}
	for i, g := range p.groups {
		if i == 0 && g.rank(p) > 0 {
			continue
		}
		name := g.shortName(p)
		for taken[name] {
			name += "-2"
		}
		taken[name] = true
		g.name = name
	}
}

// shortName is what the names around the group call it.
func (g *group) shortName(p *component) string {
	folder := g.folder[strings.LastIndexByte(g.folder, '/')+1:]
	for _, name := range []string{
		g.generatedName(p),
		within(folder, p.namespace+"-", ""),
		within(g.target, p.name+"-", "-secrets"),
		within(g.target, p.name+"-", ""),
		within(g.object.Name, p.name+"-", "-externalsecret"),
		within(g.object.Name, p.name+"-", ""),
		g.object.Name,
	} {
		if name != "" && len(validation.IsDNS1123Label(name)) == 0 {
			return name
		}
	}
	return "other"
}

// within is what stands between start and end; empty where the text is not of that form.
func within(text, start, end string) string {
	text, starts := strings.CutPrefix(text, start)
	text, ends := strings.CutSuffix(text, end)
	if !starts || !ends {
		return ""
	}
	return text
}

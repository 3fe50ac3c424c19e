package secretgroups

import (
	"cmp"
	"slices"
	"strings"

	"cloison.dev/cloison/internal/syntax"
	"cloison.dev/cloison/internal/wellknown"
)

// rank is higher the more an ExternalSecret looks like the default group.
func (g *group) rank(c *component) int {
	switch {
	case g.Object.Name == c.Name+"-externalsecret", g.Target == c.Name+"-secrets":
		return 2
	case g.generatedName(c) != "":
		return 0
	}
	return 1
}

// generatedName is the name of the group from which Cloison generates such an ExternalSecret; empty for any other.
func (g *group) generatedName(c *component) string {
	name, starts := strings.CutPrefix(g.Object.Name, c.Name+"-")
	name, ends := strings.CutSuffix(name, "-externalsecret")
	if starts && ends && (wellknown.IsGenerated(g.Object.Labels) || g.Target == c.Name+"-"+name+"-secrets") {
		return name
	}
	return ""
}

// nameGroups makes the one that looks like it, or else the largest, the default group and gives the others names.
func (c *component) nameGroups() {
	if len(c.groups) == 0 {
		return
	}
	slices.SortStableFunc(c.groups, func(a, b *group) int {
		return cmp.Or(-cmp.Compare(a.rank(c), b.rank(c)), -cmp.Compare(len(a.Values), len(b.Values)))
	})
	taken := map[string]bool{}
	for i, g := range c.groups {
		if i == 0 && g.rank(c) > 0 {
			continue
		}
		name := g.shortName(c)
		for taken[name] {
			name += "-2"
		}
		taken[name] = true
		g.name = name
	}
}

// shortName is a name that follows from the names of the group's folder, Secret and ExternalSecret.
func (g *group) shortName(c *component) string {
	folder := g.Folder[strings.LastIndexByte(g.Folder, '/')+1:]
	for _, name := range []string{
		g.generatedName(c),
		between(folder, c.Namespace+"-", ""),
		between(g.Target, c.Name+"-", "-secrets"),
		between(g.Target, c.Name+"-", ""),
		between(g.Object.Name, c.Name+"-", "-externalsecret"),
		between(g.Object.Name, c.Name+"-", ""),
		g.Object.Name,
	} {
		if name != "" && syntax.DNSLabel.Matches(name) {
			return name
		}
	}
	return "other"
}

// between is what stands between start and end; empty where the text is not of that form.
func between(text, start, end string) string {
	text, starts := strings.CutPrefix(text, start)
	text, ends := strings.CutSuffix(text, end)
	if !starts || !ends {
		return ""
	}
	return text
}

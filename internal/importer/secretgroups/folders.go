package secretgroups

import (
	"cmp"
	"path"
	"slices"
	"strconv"
	"strings"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/importer/draft"
	"cloison.dev/cloison/internal/spec"
)

// folder is one that a group has.
type folder struct {
	project, path string
	// owner is the group, for messages.
	owner string
}

// placeFolders finds the path prefix, gives every group the folder it reads and, where another group has that, one of
// its own.
func (a *arranger) placeFolders() {
	for _, c := range a.components {
		for _, g := range c.groups {
			a.leaveRoot(c, g)
		}
	}
	prefix := a.pathPrefix()
	if prefix != "/" {
		a.Segregation.Spec.Scaleway.PathPrefix = prefix
	}
	var taken []folder
	// The groups whose folder is called after them come first: the folder is theirs.
	for _, ofItsOwn := range []bool{true, false} {
		for _, c := range a.components {
			for _, g := range c.groups {
				byDefault := c.defaultFolder(prefix, g)
				if (g.Folder == "" || g.Folder == byDefault) == ofItsOwn {
					taken = append(taken, a.placeFolder(c, g, byDefault, taken))
				}
			}
		}
	}
}

// leaveRoot moves a group out of the root, which contains every other folder.
func (a *arranger) leaveRoot(c *component, g *group) {
	if g.Folder == "/" {
		a.Note(draft.Changed, g.Object, fieldpath.Of("spec"), c.path(g),
			"it reads from the root of Scaleway's folders, which contains those of every other component: move its "+
				"secrets to the folder of the group")
		g.Folder = ""
	}
}

func (c *component) defaultFolder(prefix string, g *group) string {
	if g.name == "" {
		return path.Join(prefix, c.Namespace)
	}
	return path.Join(prefix, c.Namespace+"-"+g.name)
}

// pathPrefix is what most folders have before the namespace's name.
func (a *arranger) pathPrefix() string {
	var prefixes []string
	for _, c := range a.components {
		for _, g := range c.groups {
			if g.Folder != "" && path.Base(g.Folder) == path.Base(c.defaultFolder("/", g)) {
				prefixes = append(prefixes, path.Dir(g.Folder))
			}
		}
	}
	slices.Sort(prefixes)
	return cmp.Or(draft.MostCommon(prefixes, ""), "/")
}

// placeFolder gives a group its folder: the one that it reads or, where that overlaps with a folder that is taken, one
// that is free.
func (a *arranger) placeFolder(c *component, g *group, byDefault string, taken []folder) folder {
	mine := folder{project: a.project(c), path: cmp.Or(g.Folder, byDefault), owner: c.label(g)}
	if clash := mine.clash(taken); clash != nil {
		read := mine.path
		mine.path = byDefault
		for i := 2; mine.clash(taken) != nil; i++ {
			mine.path = "/" + path.Base(byDefault) + "-" + strconv.Itoa(i)
		}
		a.Note(draft.Changed, g.Object, fieldpath.Of("spec"), c.path(g),
			"it reads from folder %q, which overlaps with the folder of %s: no two groups share a folder; copy its "+
				"secrets to %q or, where both need the same ones, declare the folder under sharedSecrets, in place of both "+
				"groups",
			read, clash.owner, mine.path)
	}
	g.spec = &spec.SecretGroup{}
	if mine.path != byDefault {
		g.spec.Path = mine.path
	}
	return mine
}

// clash finds a folder that contains f, or lies inside it; nil where there is none.
func (f folder) clash(taken []folder) *folder {
	i := slices.IndexFunc(taken, func(other folder) bool {
		return f.project == other.project && (isInside(f.path, other.path) || isInside(other.path, f.path))
	})
	if i < 0 {
		return nil
	}
	return &taken[i]
}

// isInside reports whether a path is outer, or lies inside it.
func isInside(inner, outer string) bool {
	return inner == outer || strings.HasPrefix(inner, strings.TrimSuffix(outer, "/")+"/")
}

// project of the component.
func (a *arranger) project(c *component) string {
	if own := c.Spec.Scaleway; own != nil && own.ProjectID != "" {
		return own.ProjectID
	}
	return a.Segregation.Spec.Scaleway.ProjectID
}

// label is the name of a group in messages.
func (c *component) label(g *group) string {
	if g.name == "" {
		return "component " + c.Name
	}
	return "component " + c.Name + ", group " + g.name
}

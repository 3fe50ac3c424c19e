// Package secretgroups arranges what ExternalSecrets copy into secret groups: one folder, one credential, one Secret
// each. It fills in spec.scaleway and spec.sync, and scaleway, secrets and secretGroups of the components.
package secretgroups

import (
	"cmp"
	"slices"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/importer/draft"
	"cloison.dev/cloison/internal/importer/externalsecrets"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/spec"
)

// group is what one or more ExternalSecrets of a component read from one folder.
type group struct {
	// Secret is that of the first ExternalSecret, with the values of all. Its folder becomes empty where the default
	// has to do.
	externalsecrets.Secret
	// name is empty for the default group.
	name string
	// stores has the store of every ExternalSecret.
	stores []*externalsecrets.Store
	spec   *spec.SecretGroup
	// isShared is true for one of spec.sharedSecrets.
	isShared bool
}

// component is a component with its groups and the workloads that may use them.
type component struct {
	*draft.Component
	groups    []*group
	workloads []*objects.Workload
}

// arranger is what all steps share.
type arranger struct {
	*draft.Draft
	set *objects.Set
	// components are in the order of the draft.
	components []*component
}

// Read carries over stores and ExternalSecrets.
func Read(d *draft.Draft, set *objects.Set) {
	a := &arranger{Draft: d, set: set, components: componentsOf(d, set)}
	for _, c := range a.components {
		a.joinFolders(c)
		c.nameGroups()
	}
	a.noteUnusedStores()
	a.fillScaleway()
	a.fillSync()
	shared := a.takeShared()
	a.placeFolders()
	a.fillShared(shared)
	for _, c := range a.components {
		a.fillGroups(c)
	}
}

// componentsOf makes a group of every ExternalSecret.
func componentsOf(d *draft.Draft, set *objects.Set) []*component {
	groups := map[*draft.Component][]*group{}
	for _, s := range externalsecrets.Read(d, set) {
		g := &group{Secret: s, stores: []*externalsecrets.Store{s.Store}}
		groups[s.Component] = append(groups[s.Component], g)
	}
	workloads := draft.WorkloadsByNamespace(set)
	var all []*component
	for _, c := range d.Components {
		all = append(all, &component{Component: c, groups: groups[c], workloads: workloads[c.Namespace]})
	}
	return all
}

// joinFolders makes one group of the ExternalSecrets that read the same folder: a folder is the unit that an API key
// may read, and makes one Secret.
func (a *arranger) joinFolders(c *component) {
	slices.SortStableFunc(c.groups, func(a, b *group) int { return -cmp.Compare(a.rank(c), b.rank(c)) })
	var joined []*group
	for _, g := range c.groups {
		i := slices.IndexFunc(joined, func(other *group) bool {
			return other.Folder == g.Folder && sameProject(other.Store, g.Store)
		})
		if i < 0 {
			joined = append(joined, g)
			continue
		}
		first := joined[i]
		if !first.Content.IsPlain() || !g.Content.IsPlain() {
			a.Note(draft.NotCarried, g.Object, fieldpath.Of("spec", "target", "template"), c.Path("secrets"),
				"it reads the same folder as %s, and a folder makes one Secret: copy what it reads into a folder of its "+
					"own, and make a group of secretGroups of it", first.Object)
			continue
		}
		if g.Target != first.Target {
			a.Note(draft.Changed, g.Object, fieldpath.Of("spec", "target", "name"), c.Path("secrets"),
				"it reads the same folder as %s, so that both are one group: the keys of Secret %q are in Secret %q "+
					"now; change the workloads that use it",
				first.Object, g.Target, first.Target)
		}
		first.Values = append(first.Values, g.Values...)
		first.stores = append(first.stores, g.stores...)
	}
	c.groups = joined
}

// sameProject reports whether two stores may read one project.
func sameProject(a, b *externalsecrets.Store) bool {
	return a.Scaleway == nil || b.Scaleway == nil || a.Project() == b.Project()
}

// noteUnusedStores notes the stores that nothing reads.
func (a *arranger) noteUnusedStores() {
	used := map[*objects.Object]bool{}
	for _, c := range a.components {
		for _, g := range c.groups {
			for _, s := range g.stores {
				used[s.Object] = true
			}
		}
	}
	for _, o := range a.set.SecretStores {
		if c := a.Of(o.Namespace); c != nil && !used[o.Object] {
			a.Note(draft.NotCarried, o.Object, fieldpath.Path{}, c.Path("secrets"),
				"no ExternalSecret that was carried over reads it")
		}
	}
}

// stores are those of Scaleway that the component's groups read, each once.
func (c *component) stores() []*externalsecrets.Store {
	var found []*externalsecrets.Store
	for _, g := range c.groups {
		for _, s := range g.stores {
			if s.Scaleway != nil && !slices.Contains(found, s) {
				found = append(found, s)
			}
		}
	}
	return found
}

// path is the path of the group in the Segregation.
func (c *component) path(g *group) fieldpath.Path {
	switch {
	case g.name == "":
		return c.Path("secrets")
	case g.isShared:
		return spec.SharedField(c.Name, g.name)
	}
	return c.Path("secretGroups", g.name)
}

package importer

import (
	"cmp"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/spec"
	"cloison.dev/cloison/internal/wellknown"
)

// taken is a folder that a group has.
type taken struct {
	project, folder string
	owner           string
}

// leaveRoot moves groups out of the root, which contains every other folder.
func (im *importer) leaveRoot(p *component, g *group) {
	if g.folder == "/" {
		im.note(Changed, g.object.Object, "spec", p.at(g.at()...),
			"it reads from the root of Scaleway's folders, which contains those of every other component: move its secrets "+
				"to the folder of the group")
		g.folder = ""
	}
}

// placeFolders finds the path prefix, gives every group the folder it reads and, where another group has that, one of
// its own.
func (im *importer) placeFolders() {
	for _, p := range im.components {
		for _, g := range p.groups {
			im.leaveRoot(p, g)
		}
	}
	prefix := im.pathPrefix()
	if prefix != "/" {
		im.seg.Spec.Scaleway.PathPrefix = prefix
	}
	var all []taken
	// The groups whose folder is called after them come first: the folder is theirs.
	for _, ofItsOwn := range []bool{true, false} {
		for _, p := range im.components {
			for _, g := range p.groups {
				byDefault := p.defaultFolder(prefix, g)
				if (g.folder == "" || g.folder == byDefault) == ofItsOwn {
					all = append(all, im.placeFolder(p, g, byDefault, all))
				}
			}
		}
	}
}

func (p *component) defaultFolder(prefix string, g *group) string {
	if g.name == "" {
		return path.Join(prefix, p.namespace)
	}
	return path.Join(prefix, p.namespace+"-"+g.name)
}

// pathPrefix is what most folders have before the namespace's name.
func (im *importer) pathPrefix() string {
	count := map[string]int{}
	for _, p := range im.components {
		for _, g := range p.groups {
			if g.folder != "" && path.Base(g.folder) == path.Base(p.defaultFolder("/", g)) {
				count[path.Dir(g.folder)]++
			}
		}
	}
	best := "/"
	for _, prefix := range slices.Sorted(maps.Keys(count)) {
		if count[prefix] > count[best] {
			best = prefix
		}
	}
	return best
}

func (im *importer) placeFolder(p *component, g *group, byDefault string, all []taken) taken {
	mine := taken{project: p.project(im.seg), folder: cmp.Or(g.folder, byDefault), owner: p.label(g)}
	clash := mine.clash(all)
	if clash != nil {
		read := mine.folder
		mine.folder = byDefault
		for i := 2; mine.clash(all) != nil; i++ {
			mine.folder = "/" + path.Base(byDefault) + "-" + strconv.Itoa(i)
		}
		im.note(Changed, g.object.Object, "spec", p.at(g.at()...),
			"it reads from folder %q, which overlaps with the folder of %s: no two groups share a folder; copy its secrets "+
				"to %q",
			read, clash.owner, mine.folder)
	}
	g.spec = &spec.SecretGroup{}
	if mine.folder != byDefault {
		g.spec.Path = mine.folder
	}
	return mine
}

// clash finds a folder that contains t's, or lies inside it.
func (t taken) clash(all []taken) *taken {
	i := slices.IndexFunc(all, func(other taken) bool {
		return t.project == other.project && (inside(t.folder, other.folder) || inside(other.folder, t.folder))
	})
	if i < 0 {
		return nil
	}
	return &all[i]
}

func inside(inner, outer string) bool {
	return inner == outer || strings.HasPrefix(inner, strings.TrimSuffix(outer, "/")+"/")
}

func (p *component) project(seg *spec.Segregation) string {
	if p.spec.Scaleway != nil && p.spec.Scaleway.ProjectID != "" {
		return p.spec.Scaleway.ProjectID
	}
	return seg.Spec.Scaleway.ProjectID
}

// at is the group's place in the component.
func (g *group) at() []string {
	if g.name == "" {
		return []string{"secrets"}
	}
	return []string{"secretGroups", g.name}
}

func (p *component) label(g *group) string {
	if g.name == "" {
		return "component " + p.name
	}
	return "component " + p.name + ", group " + g.name
}

// writeGroups writes what is not the default.
func (im *importer) writeGroups(p *component) {
	targets, stores, credentials := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, g := range p.groups {
		prefix := p.name
		if g.name != "" {
			prefix += "-" + g.name
		}
		im.writeKeys(p, g)
		switch {
		case g.target == prefix+"-secrets":
		case targets[g.target]:
			im.note(Changed, g.object.Object, "spec.target.name", p.at(g.at()...),
				"another group writes Secret %q: this one writes %q", g.target, prefix+"-secrets")
		default:
			g.spec.Target = g.target
		}
		targets[g.target] = true
		im.writeStore(p, g, prefix, stores, credentials)
		im.suggestReaders(p, g)
		if g.interval != im.seg.Spec.Sync.RefreshInterval {
			g.spec.RefreshInterval = cmp.Or(g.interval, spec.DefaultRefreshInterval)
		}
		if g.name == "" {
			p.spec.Secrets = g.spec
			continue
		}
		if p.spec.SecretGroups == nil {
			p.spec.SecretGroups = map[string]*spec.SecretGroup{}
		}
		p.spec.SecretGroups[g.name] = g.spec
	}
}

// writeStore names the store and the credentials, which no two groups share.
func (im *importer) writeStore(p *component, g *group, prefix string, stores, credentials map[string]bool) {
	s := g.stores[0]
	at := p.at(g.at()...)
	if s.object == nil || s.cluster {
		return
	}
	if s.name != prefix+"-secretstore" && !stores[s.name] {
		g.spec.Store = s.name
	}
	stores[s.name] = true
	c := im.credentials(p, s, at)
	if c.Name != "" && credentials[c.Name] {
		im.note(Changed, g.object.Object, "spec.secretStoreRef", at,
			"another group reads with the API key in Secret %q: make one for this group, put it into Secret %q", c.Name, "scw-"+prefix+"-credentials")
		c = spec.Credentials{}
	}
	credentials[c.Name] = true
	if c.Name == "scw-"+prefix+"-credentials" {
		c.Name = ""
	}
	if c.AccessKey == spec.DefaultAccessKey {
		c.AccessKey = ""
	}
	if c.SecretKey == spec.DefaultSecretKey {
		c.SecretKey = ""
	}
	g.spec.Credentials = c
}

// writeKeys sorts the values into keys, optionalKeys, map and extract.
func (im *importer) writeKeys(p *component, g *group) {
	seen := map[string]value{}
	for _, v := range g.values {
		if first, again := seen[v.key]; again && !v.extract {
			if first.name != v.name || first.property != v.property || first.version != v.version {
				im.note(NotCarried, v.object, v.field, p.at(append(g.at(), "keys")...),
					"key %s is there already, from another source", v.key)
			}
			continue
		}
		switch {
		case v.extract:
			if !slices.Contains(g.spec.Extract, v.name) {
				g.spec.Extract = append(g.spec.Extract, v.name)
			}
			continue
		case v.optional:
			g.spec.OptionalKeys = append(g.spec.OptionalKeys, v.key)
		case v.isPlain():
			g.spec.Keys = append(g.spec.Keys, v.key)
		default:
			if g.spec.Map == nil {
				g.spec.Map = map[string]*spec.Source{}
			}
			g.spec.Map[v.key] = &spec.Source{Secret: v.name, Property: v.property, Version: v.version}
		}
		seen[v.key] = v
	}
}

// readSync says who fills the Secrets, and how often.
func (im *importer) readSync() {
	sync := &im.seg.Spec.Sync
	var intervals []string
	controllers := map[string]*objects.Object{}
	for _, p := range im.components {
		for _, g := range p.groups {
			intervals = append(intervals, string(g.interval))
		}
		for _, s := range p.stores() {
			controllers[s.controller] = s.object
		}
	}
	slices.Sort(intervals)
	if all := slices.Compact(intervals); len(all) == 1 {
		sync.RefreshInterval = spec.Duration(all[0])
	}
	for _, controller := range slices.Sorted(maps.Keys(controllers)) {
		switch controller {
		case "":
			if controllers[wellknown.RuntimeController] != nil {
				im.note(Changed, controllers[""], "spec.controller", []string{"spec", "sync"},
					"all components have one engine, and other stores are served by Cloison: so will this one")
			}
		case wellknown.RuntimeController:
			sync.Engine = spec.EngineCloison
			im.readRuntime(sync)
		default:
			im.note(Changed, controllers[controller], "spec.controller", []string{"spec", "sync"},
				"another controller serves this store: the External Secrets Operator will")
		}
	}
}

package importer

import (
	"cmp"
	"slices"

	"cloison.dev/cloison/internal/eso"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/spec"
)

// group is what one or more ExternalSecrets read from one folder.
type group struct {
	// name is empty for the default group.
	name   string
	object objects.Typed[eso.ExternalSecret]
	target string
	// folder is empty where no reference says it, or where the default has to do.
	folder   string
	interval spec.Duration
	// stores has the store of every ExternalSecret.
	stores []*store
	values []value
	spec   *spec.SecretGroup
}

// value is one key, or with extract a whole JSON secret, and where it is read.
type value struct {
	reference
	key               string
	property          string
	version           spec.Revision
	optional, extract bool
	object            *objects.Object
	field             string
}

// isPlain reports whether the key follows from the secret's name.
func (v value) isPlain() bool {
	return v.name == spec.SecretName(v.key) && v.property == "" && v.version == ""
}

// readGroups carries over stores and ExternalSecrets.
func (im *importer) readGroups() {
	stores := storesOf(im.set)
	for _, o := range im.set.ExternalSecrets {
		if p := im.byNamespace[o.Namespace]; p != nil {
			im.readExternalSecret(p, o, stores)
		}
	}
	for _, p := range im.components {
		im.joinFolders(p)
		nameGroups(p)
	}
	im.noteUnusedStores()
	im.readScaleway()
	im.readSync()
	im.placeFolders()
	for _, p := range im.components {
		im.writeGroups(p)
	}
}

// readExternalSecret makes a group of an ExternalSecret.
func (im *importer) readExternalSecret(p *component, o objects.Typed[eso.ExternalSecret], stores map[[2]string]*store) {
	s := storeOf(o, stores)
	if s.isOther() {
		im.note(NotCarried, o.Object, "spec.secretStoreRef", p.at("secrets"),
			"its store %q is not one of Scaleway: keep this ExternalSecret beside the Segregation", s.name)
		return
	}
	if !im.canWrite(p, o) {
		return
	}
	switch {
	case s.cluster:
		im.note(Changed, o.Object, "spec.secretStoreRef", p.at("secrets"),
			"ClusterSecretStore %q gives way to a SecretStore of the component, with an API key of its own", s.name)
	case s.object == nil:
		im.note(Changed, o.Object, "spec.secretStoreRef", p.at("secrets"),
			"its store %q is not in the input, and is taken for one of Scaleway", s.name)
	}
	g := &group{object: o, target: o.Value.Spec.TargetName(o.Name), stores: []*store{s}, interval: im.interval(p, o)}
	im.readValues(p, g)
	if len(g.values) == 0 {
		return // every key has a note
	}
	g.folder = mostCommon(foldersOf(g.values), "")
	g.values = slices.DeleteFunc(g.values, func(v value) bool {
		foreign := v.folder != "" && v.folder != g.folder
		if foreign {
			im.note(NotCarried, v.object, v.field, p.at("secrets"),
				"%s is read from folder %q, and a group reads from one folder, here %q: copy the secret into that folder, or "+
					"make a group of secretGroups for it",
				cmp.Or(v.key, v.name), v.folder, g.folder)
		}
		return foreign
	})
	im.noteDoubts(p, g)
	p.groups = append(p.groups, g)
}

func foldersOf(values []value) []string {
	var folders []string
	for _, v := range values {
		folders = append(folders, v.folder)
	}
	return folders
}

func storeOf(o objects.Typed[eso.ExternalSecret], stores map[[2]string]*store) *store {
	ref := o.Value.Spec.SecretStoreRef
	if ref == nil {
		return &store{}
	}
	key := [2]string{o.Namespace, ref.Name}
	if ref.Kind == eso.ClusterSecretStoreKind {
		key[0] = ""
	}
	if s := stores[key]; s != nil {
		return s
	}
	return &store{name: ref.Name, cluster: key[0] == ""}
}

// canWrite reports whether a Segregation can write such a Secret, and notes where it will be another.
func (im *importer) canWrite(p *component, o objects.Typed[eso.ExternalSecret]) bool {
	target, at := o.Value.Spec.Target, p.at("secrets")
	if t := target.Template; t != nil {
		if t.MakesKeys() {
			im.note(NotCarried, o.Object, "spec.target.template", at,
				"a Segregation has no templates: keep this ExternalSecret beside it, with a folder and an API key of its own")
			return false
		}
		if t.Type != "" && t.Type != "Opaque" {
			im.note(NotCarried, o.Object, "spec.target.template.type", at,
				"a Segregation writes Secrets of type Opaque, not %s: keep this ExternalSecret beside it, with a folder and an "+
					"API key of its own", t.Type)
			return false
		}
		if len(t.Metadata.Labels)+len(t.Metadata.Annotations) > 0 && !isGenerated(o.Object) {
			im.note(NotCarried, o.Object, "spec.target.template.metadata", at,
				"a Segregation puts no labels or annotations of yours on Secrets")
		}
	}
	if !target.Creates() {
		im.note(NotCarried, o.Object, "spec.target.creationPolicy", at,
			"a Segregation owns the Secrets it writes and does not add to those of others: keep this ExternalSecret beside it")
		return false
	}
	for _, policy := range []struct {
		field, value, now string
	}{
		{"spec.target.creationPolicy", target.CreationPolicy, eso.CreateOwned},
		{"spec.target.deletionPolicy", target.DeletionPolicy, eso.DeletionRetain},
		{"spec.refreshPolicy", o.Value.Spec.RefreshPolicy, eso.RefreshPeriodic},
	} {
		if policy.value != "" && policy.value != policy.now {
			im.note(Changed, o.Object, policy.field, at, "it is %q, and will be %s", policy.value, policy.now)
		}
	}
	if target.Immutable {
		im.note(Changed, o.Object, "spec.target.immutable", at,
			"the Secret will not be immutable, so that it follows Scaleway")
	}
	return true
}

// interval between two reads; empty for the operator's default, an hour.
func (im *importer) interval(p *component, o objects.Typed[eso.ExternalSecret]) spec.Duration {
	written := o.Value.Spec.RefreshInterval
	if written == nil {
		return ""
	}
	span, err := spec.Duration(*written).Parse()
	switch {
	case err != nil:
		im.note(Changed, o.Object, "spec.refreshInterval", p.at("secrets"),
			"a Segregation reads again and again: it will be 1h")
		return ""
	case span == eso.DefaultRefreshInterval:
		return ""
	}
	return spec.Duration(*written)
}

func (im *importer) noteDoubts(p *component, g *group) {
	for _, doubt := range []string{doubtSlash, doubtName, doubtForm, doubtRooted} {
		first := slices.IndexFunc(g.values, func(v value) bool { return v.doubt == doubt })
		if first >= 0 {
			im.note(Changed, g.object.Object, g.values[first].field, p.at("secrets"), "%s", doubt)
		}
	}
}

// joinFolders makes one group of the ExternalSecrets that read the same folder: a folder is the unit that an API key
// may read, and makes one Secret.
func (im *importer) joinFolders(p *component) {
	slices.SortStableFunc(p.groups, func(a, b *group) int { return -cmp.Compare(a.rank(p), b.rank(p)) })
	var joined []*group
	for _, g := range p.groups {
		i := slices.IndexFunc(joined, func(other *group) bool {
			return other.folder == g.folder && other.stores[0].sameProject(g.stores[0])
		})
		if i < 0 {
			joined = append(joined, g)
			continue
		}
		first := joined[i]
		if g.target != first.target {
			im.note(Changed, g.object.Object, "spec.target.name", p.at("secrets"),
				"it reads the same folder as %s, so that both are one group: the keys of Secret %q are in Secret %q now; change "+
					"the workloads that use it",
				first.object.Object, g.target, first.target)
		}
		first.values = append(first.values, g.values...)
		first.stores = append(first.stores, g.stores...)
	}
	p.groups = joined
}

func (s *store) sameProject(other *store) bool {
	return s.scaleway == nil || other.scaleway == nil || s.project() == other.project()
}

// noteUnusedStores says which stores nothing reads.
func (im *importer) noteUnusedStores() {
	used := map[*objects.Object]bool{}
	for _, p := range im.components {
		for _, g := range p.groups {
			for _, s := range g.stores {
				used[s.object] = true
			}
		}
	}
	for _, o := range im.set.SecretStores {
		if p := im.byNamespace[o.Namespace]; p != nil && !used[o.Object] {
			im.note(NotCarried, o.Object, "", p.at("secrets"), "no ExternalSecret that was carried over reads it")
		}
	}
}

package stores

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"cloison.dev/cloison/internal/eso"
	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/phrase"
	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/secretflow"
	"cloison.dev/cloison/internal/spec"
	"cloison.dev/cloison/internal/verdict"
	"cloison.dev/cloison/internal/wellknown"
	"cloison.dev/cloison/validators/stores/explaining"
)

// declared is what the Segregations declare, and the objects that it is compared with.
type declared struct {
	judge *judge
	// groups are the secret groups, in the order of components.
	groups []group
	// byFolder finds the groups of a folder: more than one where the Segregation declares that components share it.
	byFolder map[folderKey][]*group
	// byTarget and byStore find the group of a Secret and of a SecretStore.
	byTarget, byStore map[secretflow.Ref]*group
	stores            map[secretflow.Ref]*secretflow.Store
	readsOf           map[secretflow.Ref][]*secretflow.Read
	readsBy           map[*objects.Object][]*secretflow.Read
	// byName has the ExternalSecrets, writers those that write a Secret.
	byName  map[secretflow.Ref]objects.Typed[eso.ExternalSecret]
	writers map[secretflow.Ref][]objects.Typed[eso.ExternalSecret]
}

// group is a secret group of a component.
type group struct {
	*plan.SecretGroup
	component *scope.Component
}

func (g *group) String() string {
	switch {
	case g.Name == "":
		return "component " + g.component.Name
	case len(g.SharedBy) > 0:
		const few = 4
		return fmt.Sprintf("shared secret group %s of components %s", g.Name, phrase.And(few, g.SharedBy))
	}
	return fmt.Sprintf("secret group %s of component %s", g.Name, g.component.Name)
}

func (g *group) hasKeys() bool { return len(g.Entries)+len(g.Optional)+len(g.Extract) > 0 }

func (g *group) ref(name string) secretflow.Ref {
	return secretflow.Ref{Namespace: g.component.Namespace, Name: name}
}

func newDeclared(j *judge) *declared {
	d := &declared{
		judge: j, byFolder: map[folderKey][]*group{}, byTarget: map[secretflow.Ref]*group{},
		byStore: map[secretflow.Ref]*group{},
		stores:  map[secretflow.Ref]*secretflow.Store{}, readsOf: map[secretflow.Ref][]*secretflow.Read{},
		readsBy: map[*objects.Object][]*secretflow.Read{},
		byName:  map[secretflow.Ref]objects.Typed[eso.ExternalSecret]{},
		writers: map[secretflow.Ref][]objects.Typed[eso.ExternalSecret]{},
	}
	for i := range j.components.Components {
		component := &j.components.Components[i]
		for k := range component.Plan.Groups {
			d.groups = append(d.groups, group{&component.Plan.Groups[k], component})
		}
	}
	for i := range d.groups {
		g := &d.groups[i]
		key := folderKey{strings.ToLower(g.ProjectID), g.Region, g.Folder}
		d.byFolder[key] = append(d.byFolder[key], g)
		d.byTarget[g.ref(g.Target)], d.byStore[g.ref(g.Store)] = g, g
	}
	d.index()
	return d
}

// index finds what is written by name.
func (d *declared) index() {
	for _, store := range d.judge.flow.Stores {
		if !store.Cluster {
			d.stores[secretflow.Ref{Namespace: store.Namespace, Name: store.Name}] = store
		}
	}
	for i := range d.judge.flow.Reads {
		read := &d.judge.flow.Reads[i]
		if read.By.Kind == eso.ExternalSecretKind { // what a ClusterExternalSecret makes is a finding of its own
			d.readsOf[read.Target] = append(d.readsOf[read.Target], read)
			d.readsBy[read.By] = append(d.readsBy[read.By], read)
		}
	}
	for _, o := range d.judge.set.ExternalSecrets {
		d.byName[secretflow.Ref{Namespace: o.Namespace, Name: o.Name}] = o
		d.writers[targetOf(o)] = append(d.writers[targetOf(o)], o)
	}
}

func targetOf(o objects.Typed[eso.ExternalSecret]) secretflow.Ref {
	return secretflow.Ref{Namespace: o.Namespace, Name: o.Value.Spec.TargetName(o.Name)}
}

// isStore reports whether a store is declared.
func (d *declared) isStore(store *secretflow.Store) bool {
	return d.byStore[secretflow.Ref{Namespace: store.Namespace, Name: store.Name}] != nil
}

// storesAsDeclared compares the SecretStore of every group with what is declared.
func (d *declared) storesAsDeclared() verdict.Result {
	var all []*explaining.Findings
	for i := range d.groups {
		r := explaining.New(explaining.OfDeclaredStores)
		d.compareStore(r, &d.groups[i])
		r.JoinHalves()
		all = append(all, r)
	}
	return explaining.Merge(all...)
}

// difference is the finding about a field that is not as declared.
func difference(severity finding.Severity, field fieldpath.Path, got, want string) finding.Finding {
	name := field.Last()
	message := fmt.Sprintf("%s is %q; the Segregation declares %q", name, got, want)
	switch {
	case got == "":
		message = fmt.Sprintf("%s is not there; the Segregation declares %q", name, want)
	case want == "":
		message = fmt.Sprintf("%s is %q; the Segregation declares none", name, got)
	}
	return finding.Finding{
		Code: finding.NotAsDeclared, Severity: severity, Field: field, Message: message,
		Fix: "restore what was generated, or declare what is meant",
	}
}

// addDifference adds the finding about a field that is not as declared.
func addDifference(
	r *explaining.Findings, o *objects.Object, severity finding.Severity, field fieldpath.Path, got, want string,
) {
	r.ReportUnless(o, []fieldpath.Path{field}, difference(severity, field, got, want))
}

// addAbsence adds the finding about an object that is declared and not there.
func addAbsence(r *explaining.Findings, kind string, ref secretflow.Ref, message string, explains ...verdict.Subject) {
	r.Absent(finding.Finding{
		Code: finding.NotAsDeclared, Severity: finding.Error,
		Object:  finding.Object{APIVersion: eso.APIVersion, Kind: kind, Namespace: ref.Namespace, Name: ref.Name},
		Message: message, Fix: "restore what was generated",
	}, explains...)
}

// foreignFolders finds reads of folders that belong to another component, wherever they are: once for each object and
// folder.
func (d *declared) foreignFolders() verdict.Result {
	type foreign struct {
		by     *objects.Object
		folder string
		store  *secretflow.Store
	}
	r := explaining.New(explaining.OfForeignFolders)
	seen := map[foreign]bool{}
	for i := range d.judge.flow.Reads {
		read := &d.judge.flow.Reads[i]
		owner := d.ownerOf(read)
		if owner == nil || read.By.Kind != eso.ExternalSecretKind {
			continue
		}
		r.Decide(read.By, read.Field, explaining.Folder)
		if d.isOwn(read) || seen[foreign{read.By, owner.Folder, read.Store}] {
			continue
		}
		seen[foreign{read.By, owner.Folder, read.Store}] = true
		// Where the project or the region of the store is wrong, so is what it reads.
		folder := verdict.Subject{Object: read.By, Question: explaining.ReadsOf(owner.Folder)}
		about := []verdict.Subject{
			folder, {Object: read.Store.Object, Field: explaining.ProjectIDPath},
			{Object: read.Store.Object, Field: explaining.RegionPath},
		}
		r.AddAt(explaining.OfForeignFolders, read.By, about, finding.Finding{
			Code: finding.ForeignFolder, Severity: finding.Error, Field: read.ReferenceField(),
			Message: fmt.Sprintf("%s reads folder %q, which the Segregation gives to %s",
				d.judge.name(read.Target.Namespace), read.Remote.Folder, owner),
			Counterexample: fmt.Sprintf("%s, into Secret %s/%s", describe(read), read.Target.Namespace,
				read.Target.Name),
			Fix: "read the component's own folder; give a value that both need a secret of its own in each folder, or " +
				"declare it under sharedSecrets",
			Lead: finding.NewLead(filled(read), secretEnd(owner.ref(owner.Target))),
		}, append(d.readsInto(read.By, owner), folder)...)
	}
	return r.Result
}

// readsInto are the references and entries of an object that read the folder of a group.
func (d *declared) readsInto(o *objects.Object, owner *group) []verdict.Subject {
	var subjects []verdict.Subject
	for _, read := range d.readsBy[o] {
		if d.isForeign(read) && d.ownerOf(read).Folder == owner.Folder {
			subjects = append(subjects, explaining.Explained(o, read.ReferenceField())...)
		}
	}
	return subjects
}

// isForeign reports whether a read of an ExternalSecret reads the folder of another component.
func (d *declared) isForeign(read *secretflow.Read) bool {
	return d.ownerOf(read) != nil && !d.isOwn(read) && read.By.Kind == eso.ExternalSecretKind
}

// isOwn reports whether a read reads a folder of its own component, be it shared.
func (d *declared) isOwn(read *secretflow.Read) bool {
	return slices.ContainsFunc(d.ownersOf(read), func(g *group) bool {
		return g.component.Namespace == read.Target.Namespace
	})
}

// ownerOf is the first of the groups in whose folder a read reads; nil where there is none.
func (d *declared) ownerOf(read *secretflow.Read) *group {
	if owners := d.ownersOf(read); len(owners) > 0 {
		return owners[0]
	}
	return nil
}

// ownersOf are the groups in whose folder a read reads; none where its declared store reads from another project or
// region than declared.
func (d *declared) ownersOf(read *secretflow.Read) []*group {
	key, known := folderOf(read)
	if !known || read.Store == nil {
		return nil
	}
	if g := d.byStore[storeRef(read.Store)]; g != nil && !read.Store.Cluster && !g.isPlace(read.Store) {
		return nil
	}
	for {
		if owners := d.byFolder[key]; len(owners) > 0 {
			return owners
		}
		if key.folder == "/" {
			return nil
		}
		key.folder = path.Dir(key.folder)
	}
}

// isPlace reports whether a store reads from the project and the region of the group.
func (g *group) isPlace(store *secretflow.Store) bool {
	return strings.EqualFold(store.ProjectID, g.ProjectID) && store.Region == g.Region
}

func storeRef(store *secretflow.Store) secretflow.Ref {
	return secretflow.Ref{Namespace: store.Namespace, Name: store.Name}
}

// compareStore compares the SecretStore of a group with what is declared.
func (d *declared) compareStore(r *explaining.Findings, g *group) {
	store := d.stores[g.ref(g.Store)]
	if store == nil {
		d.storeAbsent(r, g)
		return
	}
	o := store.Object
	r.Decide(o, fieldpath.Of("spec"), explaining.AsDeclared)
	controller := ""
	if g.component.Sync.Engine == spec.EngineCloison {
		controller = wellknown.RuntimeController
	}
	if got := store.Spec.Controller; got != controller && (controller != "" || got != "default") {
		addDifference(r, o, finding.Error, fieldpath.Of("spec", "controller"), got, controller)
	}
	if !store.Scaleway {
		addDifference(r, o, finding.Error, fieldpath.Of("spec", "provider"),
			strings.Join(store.Spec.Provider.Names(), " and "), "scaleway")
		return
	}
	if !strings.EqualFold(store.ProjectID, g.ProjectID) {
		addDifference(r, o, finding.Error, explaining.ProjectIDPath, store.ProjectID, g.ProjectID)
	}
	if store.Region != g.Region {
		addDifference(r, o, finding.Error, explaining.RegionPath, store.Region, g.Region)
	}
	scaleway := store.Spec.ScalewayProvider()
	if got := scaleway.APIURL; got != g.component.Sync.APIURL {
		addDifference(r, o, finding.Error, explaining.APIURLPath, got, g.component.Sync.APIURL)
	}
	d.compareHalf(r, g, o, explaining.AccessKeyPath, scaleway.AccessKey, g.Credentials.AccessKey)
	d.compareHalf(r, g, o, explaining.SecretKeyPath, scaleway.SecretKey, g.Credentials.SecretKey)
}

// readsWithoutStore are the references to stores that are not there, in what fills the Secret of a group.
func (d *declared) readsWithoutStore(g *group) []verdict.Subject {
	if !g.hasKeys() || d.isTemplated(g) {
		return nil
	}
	var subjects []verdict.Subject
	for _, read := range d.readsOf[g.ref(g.Target)] {
		if read.Store == nil && !read.Generates && read.StoreRef.Name != "" {
			subjects = append(subjects, explaining.Explained(read.By, read.StoreField)...)
		}
	}
	return subjects
}

// compareHalf compares a half of the API key with what is declared.
func (d *declared) compareHalf(
	r *explaining.Findings, g *group, o *objects.Object, path fieldpath.Path, half *eso.Credential, key string,
) {
	if half == nil || half.SecretRef == nil {
		return // a half that is missing, or written out, is a finding of api.Stores
	}
	name := path.Child("secretRef", "name")
	if got := half.SecretRef.Name; got != g.Credentials.Name {
		f := difference(finding.Error, name, got, g.Credentials.Name)
		if other := d.groupOfCredentials(g, got); other != nil {
			f = finding.Finding{
				Code: finding.ForeignCredentials, Severity: finding.Warning, Field: name,
				Message: fmt.Sprintf("Secret %q holds the API key of %s; the Segregation declares %q for %s",
					got, other, g.Credentials.Name, g),
				Fix: "use the group's own API key",
			}
		}
		r.ReportUnless(o, []fieldpath.Path{name}, f)
	}
	if half.SecretRef.Key != key {
		addDifference(r, o, finding.Error, path.Child("secretRef", "key"), half.SecretRef.Key, key)
	}
}

// groupOfCredentials is the other group of the component to which a Secret belongs; nil where there is none.
func (d *declared) groupOfCredentials(g *group, name string) *group {
	for i := range d.groups {
		other := &d.groups[i]
		if other.component == g.component && other.Name != g.Name && other.Credentials.Name == name {
			return other
		}
	}
	return nil
}

// storeAbsent reports that the SecretStore of a group is not there, or has another name.
func (d *declared) storeAbsent(r *explaining.Findings, g *group) {
	for _, store := range d.judge.flow.Stores {
		if store.Cluster || store.Namespace != g.component.Namespace || !isRenamed(g.Store, store.Name) || d.isStore(store) {
			continue
		}
		name := fieldpath.Of("metadata", "name")
		r.Report(store.Object, finding.Finding{
			Code: finding.NotAsDeclared, Severity: finding.Error, Field: name,
			Message: fmt.Sprintf("the SecretStore of %s must be called %q, and is called %q; nothing can read folder %q",
				g, g.Store, store.Name, g.Folder),
			Fix: fmt.Sprintf("call it %q: remove the namePrefix or nameSuffix that renames it", g.Store),
		}, append(d.readsWithoutStore(g), explaining.Fields(store.Object, name)...)...)
		return
	}
	message := fmt.Sprintf("the SecretStore of %s is not in the input; nothing can read folder %q", g, g.Folder)
	addAbsence(r, eso.SecretStoreKind, g.ref(g.Store), message, d.readsWithoutStore(g)...)
}

// undeclared finds Secrets and stores of components that no Segregation declares.
func (d *declared) undeclared() verdict.Result {
	r := explaining.New(explaining.OfUndeclared)
	for _, o := range d.judge.set.ExternalSecrets {
		component, target := d.judge.components.Of(o.Namespace), targetOf(o)
		if component == nil {
			continue
		}
		r.Decide(o.Object, fieldpath.Of("spec", "target"), explaining.Declared)
		if d.byTarget[target] != nil || d.isAllForeign(o.Object) {
			continue
		}
		r.ReportUnless(o.Object, []fieldpath.Path{fieldpath.Of("spec", "target", "name")}, finding.Finding{
			Code: finding.SyncedUndeclared, Severity: finding.Error, Field: fieldpath.Of("spec", "target", "name"),
			Message: fmt.Sprintf("the Segregation declares no Secret %q in component %s", target.Name, component.Name),
			Fix:     "declare a secret group with this target, or remove the ExternalSecret",
		})
	}
	for _, store := range d.judge.flow.Stores {
		component := d.judge.components.Of(store.Namespace)
		if store.Cluster || component == nil || d.isStore(store) {
			continue
		}
		r.ReportUnless(store.Object, []fieldpath.Path{fieldpath.Of("metadata", "name")}, finding.Finding{
			Code: finding.SyncedUndeclared, Severity: finding.Error, Field: fieldpath.Of("metadata", "name"),
			Message: fmt.Sprintf("the Segregation declares no SecretStore %q in component %s", store.Name,
				component.Name),
			Fix: "remove it, and revoke its API key",
		})
	}
	return r.Result
}

// isAllForeign reports whether every entry of an ExternalSecret reads another component's folder. Each of them is a
// finding of foreignFolders; the precedence cannot say that it takes all of them to explain that the Secret is not
// declared.
func (d *declared) isAllForeign(o *objects.Object) bool {
	return len(d.readsBy[o]) > 0 && !slices.ContainsFunc(d.readsBy[o], func(read *secretflow.Read) bool {
		return !d.isForeign(read)
	})
}

package stores

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	"cloison.dev/cloison/internal/eso"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/secretflow"
	"cloison.dev/cloison/internal/spec"
)

// storeController marks the stores that the sync runtime serves.
const storeController = "cloison"

// declared holds the manifests against what the Segregations declare.
type declared struct {
	*checker
	// groups are the secret groups, in the order of components.
	groups []group
	// byFolder finds the group of a folder.
	byFolder map[folderKey]*group
	// byTarget and byStore find the group of a Secret and of a SecretStore.
	byTarget, byStore map[secretflow.Ref]*group
	stores            map[secretflow.Ref]*secretflow.Store
	readsOf           map[secretflow.Ref][]*secretflow.Read
	readsBy           map[*objects.Object][]*secretflow.Read
	// byName has the ExternalSecrets, writers those that write a Secret.
	byName  map[secretflow.Ref]objects.Typed[eso.ExternalSecret]
	writers map[secretflow.Ref][]objects.Typed[eso.ExternalSecret]
	// foreign are the references to another component's folder.
	foreign map[place]bool
}

// group is a secret group of a component.
type group struct {
	*plan.SecretGroup
	component *scope.Component
}

func (g *group) String() string {
	if g.Name == "" {
		return "component " + g.component.Name
	}
	return fmt.Sprintf("secret group %s of component %s", g.Name, g.component.Name)
}

func (g *group) ref(name string) secretflow.Ref {
	return secretflow.Ref{Namespace: g.component.Namespace, Name: name}
}

func newDeclared(c *checker) *declared {
	d := &declared{
		checker: c, byFolder: map[folderKey]*group{}, byTarget: map[secretflow.Ref]*group{}, byStore: map[secretflow.Ref]*group{},
		stores: map[secretflow.Ref]*secretflow.Store{}, readsOf: map[secretflow.Ref][]*secretflow.Read{},
		readsBy: map[*objects.Object][]*secretflow.Read{}, foreign: map[place]bool{},
		byName:  map[secretflow.Ref]objects.Typed[eso.ExternalSecret]{},
		writers: map[secretflow.Ref][]objects.Typed[eso.ExternalSecret]{},
	}
	for i := range c.scope.Components {
		component := &c.scope.Components[i]
		for j := range component.Plan.Groups {
			d.groups = append(d.groups, group{&component.Plan.Groups[j], component})
		}
	}
	for i := range d.groups {
		g := &d.groups[i]
		d.byFolder[folderKey{strings.ToLower(g.ProjectID), g.Region, g.Folder}] = g
		d.byTarget[g.ref(g.Target)], d.byStore[g.ref(g.Store)] = g, g
	}
	d.index()
	return d
}

// index finds what is written by name.
func (d *declared) index() {
	for _, store := range d.graph.Stores {
		if !store.Cluster {
			d.stores[secretflow.Ref{Namespace: store.Namespace, Name: store.Name}] = store
		}
	}
	for i := range d.graph.Reads {
		read := &d.graph.Reads[i]
		if read.By.Kind == "ExternalSecret" { // what a ClusterExternalSecret makes is a finding of its own
			d.readsOf[read.Target] = append(d.readsOf[read.Target], read)
			d.readsBy[read.By] = append(d.readsBy[read.By], read)
		}
	}
	for _, o := range d.set.ExternalSecrets {
		d.byName[secretflow.Ref{Namespace: o.Namespace, Name: o.Name}] = o
		d.writers[targetOf(o)] = append(d.writers[targetOf(o)], o)
	}
}

func targetOf(o objects.Typed[eso.ExternalSecret]) secretflow.Ref {
	return secretflow.Ref{Namespace: o.Namespace, Name: cmp.Or(o.Value.Spec.Target.Name, o.Name)}
}

// isStore says whether a store is declared. It may be asked of nil.
func (d *declared) isStore(store *secretflow.Store) bool {
	return d != nil && d.byStore[secretflow.Ref{Namespace: store.Namespace, Name: store.Name}] != nil
}

func (d *declared) check() {
	for i := range d.groups {
		d.store(&d.groups[i])
	}
	d.foreignFolders()
	for i := range d.groups {
		d.secret(&d.groups[i])
	}
	d.undeclared()
}

// differs reports a field that is not as declared.
func (d *declared) differs(o *objects.Object, severity finding.Severity, field, got, want string) {
	if d.isBlamed(o, field) {
		return
	}
	_, name := cut(field)
	message := fmt.Sprintf("%s is %q; the Segregation declares %q", name, got, want)
	switch {
	case got == "":
		message = fmt.Sprintf("%s is not there; the Segregation declares %q", name, want)
	case want == "":
		message = fmt.Sprintf("%s is %q; the Segregation declares none", name, got)
	}
	d.report(o, finding.Finding{Code: finding.NotAsDeclared, Severity: severity, Field: field, Message: message, Fix: "restore what was generated, or declare what is meant"})
}

// absent reports an object that is declared and not there.
func (d *declared) absent(kind string, ref secretflow.Ref, message string) {
	d.findings = append(d.findings, finding.Finding{
		Code: finding.NotAsDeclared, Severity: finding.Error,
		Object:  finding.Object{APIVersion: eso.APIVersion, Kind: kind, Namespace: ref.Namespace, Name: ref.Name},
		Message: message, Fix: "restore what was generated",
	})
}

// foreignFolders finds reads of folders that belong to another component, wherever they are.
func (d *declared) foreignFolders() {
	reported := map[place]bool{}
	for i := range d.graph.Reads {
		read := &d.graph.Reads[i]
		owner := d.ownerOf(read)
		if owner == nil || owner.component.Namespace == read.Target.Namespace || read.By.Kind != "ExternalSecret" {
			continue
		}
		at := place{read.By, owner.Folder}
		d.foreign[place{read.By, read.Field}] = true
		d.blame(read.By, referenceField(read))
		if reported[at] {
			continue
		}
		reported[at] = true
		d.report(read.By, finding.Finding{
			Code: finding.ForeignFolder, Severity: finding.Error, Field: referenceField(read),
			Message:        fmt.Sprintf("%s reads folder %q, which the Segregation gives to %s", d.name(read.Target.Namespace), read.Remote.Folder, owner),
			Counterexample: fmt.Sprintf("%s, into Secret %s/%s", describe(read), read.Target.Namespace, read.Target.Name),
			Fix:            "read the component's own folder; give a value that both need a secret of its own in each folder",
		})
	}
}

// ownerOf is the group in whose folder a read reads; nil where there is none, or where the store is wrong already.
func (d *declared) ownerOf(read *secretflow.Read) *group {
	key, known := folderOf(read)
	if !known || read.Store == nil || d.isBlamed(read.Store.Object, scalewayPath+".projectId") || d.isBlamed(read.Store.Object, scalewayPath+".region") {
		return nil
	}
	for {
		if owner := d.byFolder[key]; owner != nil {
			return owner
		}
		if key.folder == "/" {
			return nil
		}
		key.folder = path.Dir(key.folder)
	}
}

// store holds a group's SecretStore against what is declared.
func (d *declared) store(g *group) {
	store := d.stores[g.ref(g.Store)]
	if store == nil {
		d.absent("SecretStore", g.ref(g.Store), fmt.Sprintf("the SecretStore of %s is not in the input; nothing can read folder %q", g, g.Folder))
		return
	}
	o := store.Object
	controller := ""
	if g.component.Sync.Engine == spec.EngineCloison {
		controller = storeController
	}
	if got := store.Spec.Controller; got != controller && (controller != "" || got != "default") {
		d.differs(o, finding.Error, "spec.controller", got, controller)
	}
	if !store.Scaleway {
		if !d.isBlamed(o, "spec.provider") {
			d.differs(o, finding.Error, "spec.provider", strings.Join(store.Spec.Provider.Names(), " and "), "scaleway")
		}
		return
	}
	if !strings.EqualFold(store.ProjectID, g.ProjectID) {
		d.differs(o, finding.Error, scalewayPath+".projectId", store.ProjectID, g.ProjectID)
	}
	if store.Region != g.Region {
		d.differs(o, finding.Error, scalewayPath+".region", store.Region, g.Region)
	}
	if got := store.Spec.Provider.Scaleway.APIURL; got != g.component.Sync.APIURL {
		d.differs(o, finding.Error, scalewayPath+".apiUrl", got, g.component.Sync.APIURL)
	}
	d.credential(g, o, "accessKey", store.Spec.Provider.Scaleway.AccessKey, g.Credentials.AccessKey)
	d.credential(g, o, "secretKey", store.Spec.Provider.Scaleway.SecretKey, g.Credentials.SecretKey)
}

// credential holds a half of the API key against what is declared.
func (d *declared) credential(g *group, o *objects.Object, half string, part *eso.Credential, key string) {
	if part == nil || part.SecretRef == nil {
		return // found where the store's values are judged
	}
	field := scalewayPath + "." + half + ".secretRef"
	if got := part.SecretRef.Name; got != g.Credentials.Name {
		if other := d.groupOfCredentials(g, got); other != nil && !d.isBlamed(o, field+".name") {
			d.report(o, finding.Finding{
				Code: finding.ForeignCredentials, Severity: finding.Warning, Field: field + ".name",
				Message: fmt.Sprintf("Secret %q holds the API key of %s; the Segregation declares %q for %s", got, other, g.Credentials.Name, g),
				Fix:     "use the group's own API key",
			})
		}
		d.differs(o, finding.Error, field+".name", got, g.Credentials.Name)
	}
	if part.SecretRef.Key != key {
		d.differs(o, finding.Error, field+".key", part.SecretRef.Key, key)
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

// undeclared finds Secrets and stores of components that nobody declared.
func (d *declared) undeclared() {
	for _, o := range d.set.ExternalSecrets {
		component, target := d.scope.Of(o.Namespace), targetOf(o)
		if component == nil || d.byTarget[target] != nil || d.isBlamed(o.Object, "spec.target.name") || d.allForeign(o.Object) {
			continue
		}
		d.report(o.Object, finding.Finding{
			Code: finding.UndeclaredSecret, Severity: finding.Error, Field: "spec.target.name",
			Message: fmt.Sprintf("the Segregation declares no Secret %q in component %s", target.Name, component.Name),
			Fix:     "declare a secret group with this target, or remove the ExternalSecret",
		})
	}
	for _, store := range d.graph.Stores {
		component := d.scope.Of(store.Namespace)
		if store.Cluster || component == nil || d.isStore(store) {
			continue
		}
		d.report(store.Object, finding.Finding{
			Code: finding.UndeclaredSecret, Severity: finding.Error, Field: "metadata.name",
			Message: fmt.Sprintf("the Segregation declares no SecretStore %q in component %s", store.Name, component.Name),
			Fix:     "remove it, and revoke its API key",
		})
	}
}

// allForeign says whether every entry of an ExternalSecret is reported as another component's already.
func (d *declared) allForeign(o *objects.Object) bool {
	return len(d.readsBy[o]) > 0 && !slices.ContainsFunc(d.readsBy[o], func(read *secretflow.Read) bool {
		return !d.foreign[place{o, read.Field}]
	})
}

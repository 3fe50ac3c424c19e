package access

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"cloison.dev/cloison/internal/decoded"
	"cloison.dev/cloison/internal/eso"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/secretflow"
	"cloison.dev/cloison/internal/ternary"
)

// Component is a namespace with its Secrets.
type Component struct {
	// Name is empty for a namespace of no component.
	Name        string `json:"name,omitempty"`
	Namespace   string `json:"namespace"`
	Segregation string `json:"segregation,omitempty"`
	// Secrets are sorted by name: those that something in the input creates, and those that a workload uses.
	Secrets []Secret `json:"secrets"`
	// HostNames are what policies of Cilium open by name, by policy.
	HostNames []HostNames `json:"hostNames,omitempty"`
	// Closed is what policies deny to every pod of the namespace.
	Closed *Closed `json:"closed,omitempty"`
}

// Secret is one Kubernetes Secret: where it comes from, and where it goes to.
type Secret struct {
	Name string `json:"name"`
	// CreatedBy are the objects that create it; none where nothing in the input does.
	CreatedBy []Object `json:"createdBy"`
	// CopyOf is the Secret of another namespace that a controller copies here. Format: namespace/name.
	CopyOf string `json:"copyOf,omitempty"`
	// Sources are the folders that it is filled from, in the order of the keys.
	Sources []Source `json:"sources,omitempty"`
	// Keys are sorted by name.
	Keys []Key `json:"keys"`
	// MayHaveMore is true where there may be more keys than are known.
	MayHaveMore bool `json:"mayHaveMore,omitempty"`
	// Uses are in the order of the workloads and their fields.
	Uses []Use `json:"uses"`
	// APIKeyOf are the stores whose Scaleway API key it holds.
	APIKeyOf []Object `json:"apiKeyOf,omitempty"`
}

// Object names a Kubernetes object.
type Object struct {
	Kind      string `json:"kind"`
	Namespace string `json:"namespace,omitempty"`
	Name      string `json:"name"`
}

// Source is a Scaleway folder, read by a store.
type Source struct {
	// Folder is empty where secrets are referred to by name or id, or come from another provider.
	Folder    string `json:"folder,omitempty"`
	ProjectID string `json:"projectID,omitempty"`
	Region    string `json:"region,omitempty"`
	// Store is the one that is referred to, in the input or not.
	Store Object `json:"store"`
	// Provider of the store; empty where the store is not in the input.
	Provider string `json:"provider,omitempty"`
	// APIURL is an API of Scaleway that the store names; empty for the usual one.
	APIURL string `json:"apiURL,omitempty"`
	// APIKey are the Secrets that hold the store's API key. Format: namespace/name.
	APIKey []string `json:"apiKey,omitempty"`
	// By is the ExternalSecret.
	By Object `json:"by"`
}

// Key is one key of a Secret.
type Key struct {
	// Name is empty where every property of a JSON secret, or every secret that is found, becomes a key.
	Name string `json:"name,omitempty"`
	// Source is the number of the Secret's source; nil where the key is written out in a manifest or made by a
	// template.
	Source *int `json:"source,omitempty"`
	// Secret is the name of the Scaleway secret, or what stands for it; empty where a folder is searched.
	Secret   string `json:"secret,omitempty"`
	Property string `json:"property,omitempty"`
	Version  string `json:"version,omitempty"`
	// Search is what a folder is searched for: an expression for names, and tags. Empty for what is no search.
	Search string `json:"search,omitempty"`
	// Optional is true where the key is absent while its secret is missing.
	Optional bool `json:"optional,omitempty"`
}

// Use is one field by which a container gets the Secret or one of its keys.
type Use struct {
	Workload Object `json:"workload"`
	// Container is empty for what belongs to the whole pod.
	Container string         `json:"container,omitempty"`
	Via       secretflow.Via `json:"via"`
	// Key is empty where every key is imported.
	Key string `json:"key,omitempty"`
	// Variable is the environment variable, or the file's path; empty where there is one for every key.
	Variable string `json:"variable,omitempty"`
	// Prefix stands before every variable.
	Prefix string `json:"prefix,omitempty"`
}

// collectSecrets finds who has which Secret.
func collectSecrets(of *decoded.Manifests) []Component {
	b := &builder{
		graph: of.Flow, uses: map[secretflow.Ref][]Use{}, apiKeys: map[secretflow.Ref][]Object{},
		names: map[string]map[string]bool{}, reads: map[secretflow.Ref][]*secretflow.Read{},
	}
	b.collect()
	b.collectCopies(of.Scope)
	all := []Component{}
	for _, c := range of.Scope.Components {
		all = append(all, b.component(c.Name, c.Namespace, c.Segregation))
	}
	for _, namespace := range slices.Sorted(maps.Keys(b.names)) {
		if of.Scope.Of(namespace) == nil {
			all = append(all, b.component("", namespace, ""))
		}
	}
	collectHostNames(of.Set, all)
	return all
}

// builder has what is found of each Secret.
type builder struct {
	graph *secretflow.Graph
	// names are the Secrets of each namespace.
	names map[string]map[string]bool
	// uses, apiKeys and reads are by Secret: what uses it, the stores whose API key it holds, and what fills it.
	uses    map[secretflow.Ref][]Use
	apiKeys map[secretflow.Ref][]Object
	reads   map[secretflow.Ref][]*secretflow.Read
}

func (b *builder) name(ref secretflow.Ref) {
	if b.names[ref.Namespace] == nil {
		b.names[ref.Namespace] = map[string]bool{}
	}
	b.names[ref.Namespace][ref.Name] = true
}

func (b *builder) collect() {
	for ref := range b.graph.Secrets {
		b.name(ref)
	}
	for i := range b.graph.Uses {
		use := &b.graph.Uses[i]
		b.name(use.Secret)
		b.uses[use.Secret] = append(b.uses[use.Secret], Use{
			Workload: objectOf(use.Workload.Object), Container: use.Container, Via: use.Via,
			Key: use.Key, Variable: use.Variable, Prefix: use.Prefix,
		})
	}
	for _, store := range b.graph.Stores {
		for _, ref := range credentials(store) {
			b.name(ref)
			b.apiKeys[ref] = append(b.apiKeys[ref], objectOf(store.Object))
		}
	}
	for i := range b.graph.Reads {
		read := &b.graph.Reads[i]
		b.reads[read.Target] = append(b.reads[read.Target], read)
	}
}

// collectCopies names the Secrets that controllers are known to copy into components.
func (b *builder) collectCopies(components *scope.Scope) {
	for i := range b.graph.Copies {
		made := &b.graph.Copies[i]
		for _, c := range components.Components {
			if made.Name != "" && made.Into(c.Namespace) == ternary.Yes {
				b.name(secretflow.Ref{Namespace: c.Namespace, Name: made.Name})
			}
		}
	}
}

// credentials are the Secrets that hold a store's API key, each once.
func credentials(store *secretflow.Store) []secretflow.Ref {
	var refs []secretflow.Ref
	for _, ref := range []secretflow.Ref{store.AccessKeyIn, store.SecretKeyIn} {
		if ref.Name != "" && !slices.Contains(refs, ref) {
			refs = append(refs, ref)
		}
	}
	return refs
}

func objectOf(o *objects.Object) Object {
	return Object{Kind: o.Kind, Namespace: o.Namespace, Name: o.Name}
}

func (b *builder) component(name, namespace, segregation string) Component {
	c := Component{Name: name, Namespace: namespace, Segregation: segregation, Secrets: []Secret{}}
	for _, secret := range slices.Sorted(maps.Keys(b.names[namespace])) {
		c.Secrets = append(c.Secrets, b.secret(secretflow.Ref{Namespace: namespace, Name: secret}))
	}
	return c
}

func (b *builder) secret(ref secretflow.Ref) Secret {
	s := Secret{Name: ref.Name, CreatedBy: []Object{}, Keys: []Key{}, Uses: []Use{}, APIKeyOf: b.apiKeys[ref]}
	s.Uses = append(s.Uses, b.uses[ref]...)
	found := b.graph.Lookup(ref)
	if found == nil {
		return s
	}
	s.MayHaveMore = found.Open && len(found.Whole) == 0
	for _, creator := range found.Creators {
		s.CreatedBy = append(s.CreatedBy, objectOf(creator))
	}
	written := ref
	if found.CopyOf.Name != "" {
		written, s.CopyOf = found.CopyOf, objects.Path(found.CopyOf.Namespace, found.CopyOf.Name)
	}
	for _, key := range slices.Concat(found.Keys, found.Whole) {
		s.add(key, b.readOf(written, key), b.usedBy(written, key))
	}
	if len(s.Sources) == 0 {
		for _, read := range b.reads[written] {
			if read.Target == written && slices.Contains(found.Creators, read.By) {
				s.sourceAt(read) // a template makes the keys, and which of what is not known
			}
		}
	}
	return s
}

// usedBy are the entries that a template may make a key of.
func (b *builder) usedBy(ref secretflow.Ref, key secretflow.Key) []*secretflow.Read {
	var used []*secretflow.Read
	for _, read := range b.reads[ref] {
		if read.By == key.By && slices.Contains(key.Uses, read.Field) {
			used = append(used, read)
		}
	}
	return used
}

// readOf is the entry that a key comes from: that which writes it or, with a template, that whose value it takes.
func (b *builder) readOf(ref secretflow.Ref, key secretflow.Key) *secretflow.Read {
	var from *secretflow.Read
	for _, read := range b.reads[ref] {
		if read.By != key.By {
			continue
		}
		if read.Field == key.Field {
			return read
		}
		if key.From != nil && read.Remote == *key.From {
			from = read
		}
	}
	return from
}

// sourceAt is the number of the source of an entry, new where there is none yet.
func (s *Secret) sourceAt(read *secretflow.Read) int {
	source := sourceOf(read)
	at := slices.IndexFunc(s.Sources, source.equal)
	if at < 0 {
		at = len(s.Sources)
		s.Sources = append(s.Sources, source)
	}
	return at
}

// add notes a key, and the source that it is read from. used are the entries that a template may make it of.
func (s *Secret) add(key secretflow.Key, read *secretflow.Read, used []*secretflow.Read) {
	k := Key{Name: key.Name, Optional: key.Optional}
	if key.From != nil {
		k.Secret, k.Property, k.Version = key.From.Name, key.From.Property, key.From.Version
		if key.From.Form != eso.FormPath && key.From.Form != "" {
			k.Secret = key.From.Form + ":" + key.From.Name
		}
	}
	if read != nil {
		at := s.sourceAt(read)
		k.Source, k.Search = &at, searchOf(read)
		if key.From != nil && !isScaleway(read) && read.RemoteKey != "" {
			k.Secret = read.RemoteKey
		}
	} else {
		for _, one := range used {
			s.sourceAt(one)
		}
	}
	s.Keys = append(s.Keys, k)
}

// searchOf is what a folder is searched for; empty for an entry that is no search.
func searchOf(read *secretflow.Read) string {
	if read.DataFrom == nil || read.DataFrom.Find == nil || read.From.Name != "" {
		return "" // what can find one name only is that secret
	}
	find := read.DataFrom.Find
	var parts []string
	if find.Name != nil && find.Name.RegExp != "" {
		parts = append(parts, "/"+find.Name.RegExp+"/")
	}
	for _, tag := range slices.Sorted(maps.Keys(find.Tags)) {
		parts = append(parts, "tagged "+tag+"="+find.Tags[tag])
	}
	return strings.Join(parts, " ")
}

// isScaleway reports whether an entry reads from Scaleway, by its store in the input.
func isScaleway(read *secretflow.Read) bool { return read.Store != nil && read.Store.Scaleway }

func (s Source) equal(other Source) bool {
	return s.Folder == other.Folder && s.Store == other.Store && s.By == other.By
}

func sourceOf(read *secretflow.Read) Source {
	if read.Generates {
		return Source{Provider: "generator", By: objectOf(read.By)}
	}
	source := Source{By: objectOf(read.By)}
	if isScaleway(read) {
		source.Folder = read.Remote.Folder
	}
	source.Store = Object{Kind: read.StoreRef.Kind, Namespace: read.Target.Namespace, Name: read.StoreRef.Name}
	if read.StoreRef.Kind == eso.ClusterSecretStoreKind {
		source.Store.Namespace = ""
	}
	store := read.Store
	if store == nil {
		return source
	}
	source.ProjectID, source.Region = store.ProjectID, store.Region
	if provider := store.Spec.Provider; provider != nil && provider.Scaleway != nil {
		source.APIURL = provider.Scaleway.APIURL
	}
	for _, name := range store.Spec.Provider.Names() {
		source.Provider = cmp.Or(source.Provider, name)
	}
	for _, ref := range credentials(store) {
		source.APIKey = append(source.APIKey, ref.Namespace+"/"+ref.Name)
	}
	return source
}

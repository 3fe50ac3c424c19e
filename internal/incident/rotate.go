package incident

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"cloison.dev/cloison/internal/access"
	"cloison.dev/cloison/internal/eso"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/shell"
)

// rotation is one value to be made anew.
type rotation struct {
	isShared bool
	// text is a comment, for what nothing is known of; empty for a secret of Scaleway.
	text string

	value value
	// properties of a JSON secret that are lost, and pinned the keys that name a revision.
	properties map[string]bool
	pinned     []string
}

// rotate makes new values: those that others have too first.
func (b *builder) rotate() {
	var all []*rotation
	known := map[value]*rotation{}
	texts := map[string]*rotation{}
	for i := range b.Secrets {
		s := &b.Secrets[i]
		at := secretIn(s.Namespace, s.Name)
		if b.isAPIKey(at) || b.isToken(at) {
			continue
		}
		for j := range s.Keys {
			k := &s.Keys[j]
			var r *rotation
			if k.isInScaleway() {
				r = first(known, &all, k.value.whole())
				r.add(k)
			} else {
				text := elsewhere(s, k.Name, k.From)
				r = first(texts, &all, text)
				r.text = text
			}
			r.isShared = r.isShared || len(k.Others) > 0
		}
		if s.MayHaveMore {
			text := elsewhere(s, "whatever else", "what makes the Secret")
			first(texts, &all, text).text = text
		}
	}
	slices.SortStableFunc(all, func(a, b *rotation) int { return cmp.Compare(rank(a), rank(b)) })
	var commands []string
	names := files{}
	for _, r := range all {
		commands = append(commands, r.commands(names)...)
	}
	b.step("Make new values at the systems that the secrets are for, and store them, those first that others have too. Write "+
		"each into its .new file, which only you may read (umask 077), and delete the files in the end.", commands...)
}

// first is the rotation of a key, new at the end of all where there is none yet.
func first[K comparable](known map[K]*rotation, all *[]*rotation, key K) *rotation {
	if known[key] == nil {
		known[key] = &rotation{properties: map[string]bool{}}
		*all = append(*all, known[key])
	}
	return known[key]
}

func rank(r *rotation) int {
	if r.isShared {
		return 0
	}
	return 1
}

// isInScaleway reports whether the secret is known that the key is read from.
func (k *Key) isInScaleway() bool {
	return k.source != nil && k.source.Folder != "" && k.remote != nil && k.remote.Secret != ""
}

// elsewhere is the comment for a key of which Scaleway is not known to have the value.
func elsewhere(s *Secret, key, from string) string {
	return shell.Comment(key + " of Secret " + objects.Path(s.Namespace, s.Name) + ": make a new value where it is made: " + from)
}

func (b *builder) isAPIKey(at access.Object) bool {
	return b.held[at] != nil && len(b.held[at].APIKeyOf) > 0
}

func (r *rotation) add(k *Key) {
	r.value = k.value.whole()
	if k.value.property != "" {
		r.properties[k.value.property] = true
	}
	switch k.remote.Version {
	case "", "latest", "latest_enabled":
	default:
		r.pinned = append(r.pinned, k.Name+" is pinned to revision "+k.remote.Version)
	}
}

func (r *rotation) commands(names files) []string {
	if r.text != "" {
		return []string{r.text}
	}
	v := r.value
	scw, region, project := "scw", "", ""
	if v.apiURL != "" {
		scw = "SCW_API_URL=" + shell.Word(v.apiURL) + " scw"
	}
	if v.region != "" {
		region = " " + shell.Word("region="+v.region)
	}
	if v.project != "" {
		project = " " + shell.Word("project-id="+v.project)
	}
	file := names.name(".new", []string{strings.Trim(v.folder, "/"), v.secret}, []string{v.project, v.region})
	commands := []string{
		"SECRET_ID=$(" + scw + " secret secret list " + shell.Word("path="+v.folder) + " " + shell.Word("name="+v.secret) + project +
			region + " --output template='{{ .ID }}')",
		scw + ` secret version create "$SECRET_ID" ` + shell.Word("data=@"+file) + " disable-previous=true" + region,
	}
	if len(r.properties) > 0 {
		commands = slices.Insert(commands, 0, shell.Comment(file+" is JSON, with new values of "+
			strings.Join(slices.Sorted(maps.Keys(r.properties)), ", ")))
	}
	for _, pin := range unique(r.pinned) {
		commands = append(commands, shell.Comment(pin+": write the new one into the manifest"))
	}
	return commands
}

// readers are the ExternalSecrets that read what is lost.
func (b *builder) readers() []access.Object {
	lost, sources := map[value]bool{}, map[access.Object]bool{}
	for i := range b.Secrets {
		s := &b.Secrets[i]
		sources[secretIn(s.Namespace, s.Name)] = true
		for j := range s.Keys {
			if s.Keys[j].source != nil {
				lost[s.Keys[j].value.whole()] = true
			}
		}
	}
	all := map[access.Object]bool{}
	for at, h := range b.held {
		if sources[at] {
			for i := range h.Sources {
				all[b.readerOf(h, &h.Sources[i])] = true
			}
		}
		for i := range h.Keys {
			if k := &h.Keys[i]; k.Source != nil && lost[valueOf(h, k).whole()] {
				all[b.readerOf(h, &h.Sources[*k.Source])] = true
			}
		}
	}
	return sorted(all)
}

// readerOf is the ExternalSecret that fills a Secret from a source: a ClusterExternalSecret makes one in its namespace.
func (b *builder) readerOf(h *held, s *access.Source) access.Object {
	if s.By.Kind != eso.ClusterExternalSecretKind {
		return s.By
	}
	reader := access.Object{Kind: eso.ExternalSecretKind, Namespace: h.component.Namespace, Name: s.By.Name}
	for _, o := range b.Set.ClusterExternalSecrets {
		if o.Name == s.By.Name {
			reader.Name = cmp.Or(o.Value.Spec.ExternalSecretName, reader.Name)
		}
	}
	return reader
}

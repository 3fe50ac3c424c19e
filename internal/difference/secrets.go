package difference

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"cloison.dev/cloison/internal/access"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/phrase"
	"cloison.dev/cloison/internal/secretflow"
)

// everyKey stands for the keys of a Secret that are not known.
const everyKey = "*"

// held is a key of a Secret. Its value is where the key comes from.
type held struct {
	ref secretflow.Ref
	key string
}

// holding is where a key comes from.
type holding struct {
	component *access.Component
	// from is the whole path, folder its folder, where there is one, project what reads it there.
	from, folder, project string
	// store fills it, where one does.
	store storeName
}

// projectOf is what reads a key, beside its folder: the project, the API key, and an API of its own.
func projectOf(source *access.Source) string {
	o := originOf(source)
	if o.apiKey != "" {
		o.apiKey = "with " + o.apiKey
	}
	if o.api != "" {
		o.api = "from " + o.api
	}
	parts := o.parts()
	if len(parts) == 0 && source.Store.Name != "" {
		parts = append(parts, source.Store.Kind+" "+source.Store.Name)
	}
	return phrase.List(parts)
}

// place is where a key comes from, as far as that differs from another holding: the project, the folder, or the secret.
func (h *holding) place(other *holding) string {
	switch {
	case h.project != other.project:
		return strings.TrimSuffix(h.from+" of "+h.project, " of ")
	case h.folder != other.folder:
		return cmp.Or(h.folder, h.from)
	}
	return h.from
}

// user is a workload that imports keys of a Secret.
type user struct {
	workload access.Object
	ref      secretflow.Ref
}

// use is what a workload imports of a Secret: keys by name, each with the first field that does.
type use struct {
	keys map[string]*secretflow.Use
	// whole is true where every key is imported, those to come among them.
	whole bool
}

// secretFacts is who holds and obtains what.
type secretFacts struct {
	*access.Model
	names renames
	// held are the places that a key comes from: several may fill it.
	held map[held][]*holding
	uses map[user]*use
	// usersOf are those of the uses by Secret, in no order.
	usersOf map[secretflow.Ref][]user
}

// secretFactsOf are those of a state, with the names that others have for what is renamed.
func secretFactsOf(m *access.Model, names renames) *secretFacts {
	f := &secretFacts{
		Model: m, names: names, held: map[held][]*holding{}, uses: map[user]*use{}, usersOf: map[secretflow.Ref][]user{},
	}
	for i := range m.Components {
		c := &m.Components[i]
		for j := range c.Secrets {
			f.addSecret(c, &c.Secrets[j])
		}
	}
	f.addTokens()
	for i := range m.Flow.Uses {
		f.addUse(&m.Flow.Uses[i])
	}
	return f
}

// addTokens adds the tokens of service accounts that Kubernetes puts into Secrets.
func (f *secretFacts) addTokens() {
	for i := range f.Set.Secrets {
		s := &f.Set.Secrets[i]
		c, _ := f.Secret(s.Namespace, s.Name)
		if s.Value.Type != corev1.SecretTypeServiceAccountToken || c == nil {
			continue
		}
		key := held{secretflow.Ref{Namespace: s.Namespace, Name: s.Name}, corev1.ServiceAccountTokenKey}
		account := objects.Path(s.Namespace, s.Annotations[corev1.ServiceAccountNameKey])
		f.held[key] = append(f.held[key], &holding{component: c, from: "service account " + account})
	}
}

func (f *secretFacts) addSecret(c *access.Component, s *access.Secret) {
	ref := f.names.secret(secretflow.Ref{Namespace: c.Namespace, Name: s.Name})
	for k := range s.Keys {
		key := &s.Keys[k]
		h := &holding{component: c, from: s.FromOf(key)}
		if ref.Name != s.Name {
			h.from = strings.ReplaceAll(h.from, s.Name, ref.Name)
		}
		if key.Source != nil {
			source := &s.Sources[*key.Source]
			h.folder, h.store = source.Folder, storeNameOf(*source)
			h.project = projectOf(source)
			h.from = strings.TrimSuffix(h.from, "@"+key.Version) // another version of the same is no other access
		}
		name := key.Name
		if name == "" {
			name = everyKey + " = " + key.Remote()
		}
		f.held[held{ref, name}] = append(f.held[held{ref, name}], h)
	}
}

func (f *secretFacts) addUse(u *secretflow.Use) {
	if u.Via == secretflow.ViaImagePullSecret {
		return // no container sees it
	}
	w := f.names.workload(nameOf(u.Workload))
	by := user{access.Object{Kind: w.kind, Namespace: w.namespace, Name: w.name}, f.names.secret(u.Secret)}
	known := f.uses[by]
	if known == nil {
		known = &use{keys: map[string]*secretflow.Use{}}
		f.uses[by] = known
		f.usersOf[by.ref] = append(f.usersOf[by.ref], by)
	}
	put := func(key string) {
		if known.keys[key] == nil {
			known.keys[key] = u
		}
	}
	if u.Key != "" {
		put(u.Key)
		return
	}
	known.whole = true
	s := f.Flow.Lookup(u.Secret)
	if s == nil || s.Open {
		put(everyKey)
	}
	if s != nil {
		for _, key := range s.Keys {
			put(key.Name)
		}
	}
}

// secrets adds what components hold and workloads obtain.
func (g *grower) secrets() {
	before, after := secretFactsOf(g.before, g.renames), secretFactsOf(g.after, renames{})
	fresh := g.holdings(before, after, g.stores())
	g.uses(before, after, fresh)
}

// gained are keys of a Secret that come from one place and were not there, or came from another.
type gained struct {
	ref  secretflow.Ref
	keys []string
	// from is where they come from, instead where they did; empty for keys that are new.
	from, instead string
	component     *access.Component
}

// holdings adds the keys that Secrets hold, and those that come from elsewhere. It returns the keys that are new.
//
// moved are stores of which it is said that they read something else.
func (g *grower) holdings(before, after *secretFacts, moved map[storeName]bool) (fresh map[held]bool) {
	groups := map[string]*gained{}
	fresh = map[held]bool{}
	isSame := func(a, b *holding) bool {
		return a.from == b.from && (a.project == b.project || a.store == b.store && moved[a.store])
	}
	for h, now := range after.held {
		was := before.held[h]
		fresh[h] = len(was) == 0
		gone := beyond(was, now, isSame)
		for i, one := range beyond(now, was, isSame) {
			found := gained{ref: h.ref, from: cmp.Or(one.folder, one.from), component: one.component}
			if i < len(gone) {
				found.from, found.instead = one.place(gone[i]), gone[i].place(one)
			}
			key := fmt.Sprint(found.ref, found.from, "\n", found.instead)
			if groups[key] == nil {
				groups[key] = &found
			}
			groups[key].keys = append(groups[key].keys, h.key)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(groups)) {
		g.addGained(groups[key], after)
	}
	return fresh
}

// beyond are the holdings of the first list that are not in the second.
func beyond(of, but []*holding, isSame func(a, b *holding) bool) []*holding {
	return slices.DeleteFunc(slices.Clone(of), func(a *holding) bool {
		return slices.ContainsFunc(but, func(b *holding) bool { return isSame(a, b) })
	})
}

func (g *grower) addGained(k *gained, after *secretFacts) {
	slices.Sort(k.keys)
	k.keys = slices.Compact(k.keys)
	keys := phrase.And(mostNames, k.keys)
	text := fmt.Sprintf("%s: Secret %s %s %s, from %s", k.component.Title(), k.ref.Name, g.words.holds, keys, k.from)
	if k.instead != "" {
		if !g.more {
			return // the other side says it
		}
		comes := "comes"
		if len(k.keys) > 1 {
			comes = "come"
		}
		text = fmt.Sprintf("%s: %s of Secret %s now %s from %s instead of %s", k.component.Title(), keys, k.ref.Name, comes,
			k.from, k.instead)
	}
	why := g.creators(k.ref)
	if k.instead == "" {
		why = append(why, g.importsOf(after, k.ref, k.keys)...)
	}
	g.add(Secrets, k.ref.Namespace, text+g.usersOf(after, k.ref, k.keys), why)
}

// mostNames is how many names a sentence has.
const mostNames = 6

// usersOf says which workloads obtain one of some keys.
func (g *grower) usersOf(facts *secretFacts, ref secretflow.Ref, keys []string) string {
	var names []string
	for _, by := range facts.usersOf[ref] {
		u := facts.uses[by]
		if slices.ContainsFunc(keys, func(k string) bool { return u.whole || u.keys[k] != nil }) {
			names = append(names, by.workload.Kind+" "+by.workload.Name)
		}
	}
	if len(names) == 0 {
		return ""
	}
	slices.Sort(names)
	return "; obtained by " + phrase.And(mostNames, names)
}

// isAPIKey reports whether a Secret holds an API key of a store.
func (g *grower) isAPIKey(ref secretflow.Ref) bool {
	_, s := g.after.Secret(ref.Namespace, ref.Name)
	return s != nil && len(s.APIKeyOf) > 0
}

// importsOf are the first fields by which workloads import some keys.
func (g *grower) importsOf(facts *secretFacts, ref secretflow.Ref, keys []string) []string {
	var why []string
	for _, by := range facts.usersOf[ref] {
		for _, key := range keys {
			if u := facts.uses[by].keys[key]; u != nil && len(why) < mostNames {
				if text := g.useText(u); !slices.Contains(why, text) {
					why = append(why, text)
				}
			}
		}
	}
	return why
}

// creators are what makes a Secret, with their places.
func (g *grower) creators(ref secretflow.Ref) []string {
	var why []string
	if s := g.after.Flow.Lookup(ref); s != nil {
		for _, o := range s.Creators {
			why = append(why, place(o))
		}
	}
	return why
}

// place names an object with its file and line.
func place(o *objects.Object) string {
	if o.File == "" {
		return o.String()
	}
	if o.FirstLine > 0 {
		return fmt.Sprintf("%s (%s:%d)", o, o.File, o.FirstLine)
	}
	return fmt.Sprintf("%s (%s)", o, o.File)
}

// uses adds the keys that workloads obtain, but for those that are new in a Secret of which a workload has every key.
func (g *grower) uses(before, after *secretFacts, fresh map[held]bool) {
	order := slices.SortedFunc(maps.Keys(after.uses), func(a, b user) int {
		return cmp.Or(cmp.Compare(a.workload.Namespace, b.workload.Namespace), cmp.Compare(a.workload.Name, b.workload.Name),
			cmp.Compare(a.workload.Kind, b.workload.Kind), cmp.Compare(a.ref.Name, b.ref.Name))
	})
	for _, by := range order {
		now, was := after.uses[by], before.uses[by]
		var keys, why []string
		for _, key := range slices.Sorted(maps.Keys(now.keys)) {
			switch {
			case was != nil && (was.keys[key] != nil || was.whole && fresh[held{by.ref, key}]):
				continue
			case was != nil && was.whole && key != everyKey && len(before.held[held{by.ref, key}]) > 0:
				continue
			case fresh[held{by.ref, key}] && !g.isAPIKey(by.ref):
				continue // said where the Secret holds it
			}
			keys = append(keys, key)
			if text := g.useText(now.keys[key]); !slices.Contains(why, text) {
				why = append(why, text)
			}
		}
		if len(keys) > 0 {
			g.addUse(by, keys, why, now)
		}
	}
}

func (g *grower) addUse(by user, keys, why []string, now *use) {
	what := phrase.And(mostNames, keys) + " of Secret " + by.ref.Name
	if now.whole && len(keys) > 1 {
		what = "every key of Secret " + by.ref.Name + ": " + phrase.And(mostNames, slices.DeleteFunc(slices.Clone(keys),
			func(k string) bool { return k == everyKey }))
	} else if keys[0] == everyKey {
		what = "every key of Secret " + by.ref.Name
	}
	text := fmt.Sprintf("%s of %s %s %s", by.workload.Kind+" "+by.workload.Name, g.after.PlaceOf(by.workload.Namespace),
		g.words.can, what)
	if c, s := g.after.Secret(by.ref.Namespace, by.ref.Name); s != nil {
		if len(s.APIKeyOf) > 0 {
			text += ", an API key of Scaleway: with it every secret that the key may read, such as those of " +
				phrase.And(mostNames, foldersOf(g.after, objects.Path(c.Namespace, s.Name)))
		} else if from := s.From(); len(s.Sources) > 0 {
			text += ", from " + from
		}
	}
	g.add(Secrets, by.workload.Namespace, text, why)
}

// foldersOf are the folders that are read with an API key.
func foldersOf(m *access.Model, apiKey string) []string {
	if folders := m.FoldersOf(apiKey); len(folders) > 0 {
		return folders
	}
	return []string{"its stores"}
}

// useText is how a container imports a key: env DB of container web, with its place.
func (g *grower) useText(u *secretflow.Use) string {
	what := string(u.Via)
	if u.Variable != "" {
		what += " " + u.Variable
	}
	if u.Container != "" {
		what += " of container " + u.Container
	}
	o := u.Workload.Object
	if u.Account != nil {
		o = u.Account
	}
	return strings.TrimSpace(what) + ": " + access.RuleAt(o, u.Field).At()
}

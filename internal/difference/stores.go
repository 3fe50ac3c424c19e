package difference

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"cloison.dev/cloison/internal/access"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/phrase"
	"cloison.dev/cloison/internal/secretflow"
)

// origin is what a store reads with: each part as a text, empty where there is none.
type origin struct{ project, apiKey, api string }

func (o origin) parts() []string {
	return slices.DeleteFunc([]string{o.project, o.apiKey, o.api}, func(text string) bool { return text == "" })
}

// beyond are the parts that another origin does not have alike.
func (o origin) beyond(other origin) origin {
	if o.project == other.project {
		o.project = ""
	}
	if o.apiKey == other.apiKey {
		o.apiKey = ""
	}
	if o.api == other.api {
		o.api = ""
	}
	return o
}

func originOf(source *access.Source) origin {
	var o origin
	if source.ProjectID != "" {
		o.project = "project " + source.ProjectID + " in " + source.Region
	}
	if len(source.APIKey) > 0 {
		o.apiKey = "the API key of Secret " + phrase.And(mostNames, source.APIKey)
	}
	if source.APIURL != "" {
		o.api = "the API at " + source.APIURL
	}
	return o
}

func originOfStore(s *secretflow.Store) origin {
	source := access.Source{ProjectID: s.ProjectID, Region: s.Region}
	for _, ref := range []secretflow.Ref{s.AccessKeyIn, s.SecretKeyIn} {
		if name := objects.Path(ref.Namespace, ref.Name); ref.Name != "" && !slices.Contains(source.APIKey, name) {
			source.APIKey = append(source.APIKey, name)
		}
	}
	if provider := s.Spec.ScalewayProvider(); provider != nil {
		source.APIURL = provider.APIURL
	}
	return originOf(&source)
}

func storesOf(m *access.Model) map[storeName]*secretflow.Store {
	found := map[storeName]*secretflow.Store{}
	for _, s := range m.Flow.Stores {
		if s.Scaleway {
			found[storeName{s.Kind, map[bool]string{false: s.Namespace}[s.Cluster], s.Name}] = s
		}
	}
	return found
}

// stores adds the stores that read another project, with another API key or from another API than before, with the
// Secrets that they fill. It returns them: of their Secrets nothing else is said for that.
func (g *grower) stores() map[storeName]bool {
	was, now := storesOf(g.before), storesOf(g.after)
	moved := map[storeName]bool{}
	order := slices.SortedFunc(maps.Keys(now), objectName.compare)
	for _, name := range order {
		if was[name] == nil {
			continue
		}
		before, after := originOfStore(was[name]), originOfStore(now[name])
		if before == after {
			continue
		}
		moved[name] = true
		if !g.more {
			continue // the other side says it
		}
		g.addStore(name, now[name], before, after)
	}
	return moved
}

func (g *grower) addStore(name storeName, s *secretflow.Store, before, after origin) {
	who := s.Kind + " " + s.Name
	if name.namespace != "" {
		who += " of " + g.after.PlaceOf(name.namespace)
	}
	text := who + " now reads with " + orNothing(after.beyond(before)) + " instead of " + orNothing(before.beyond(after))
	var filled []string
	for i := range g.after.Components {
		c := &g.after.Components[i]
		for j := range c.Secrets {
			reads := func(source access.Source) bool { return storeNameOf(source) == name }
			if slices.ContainsFunc(c.Secrets[j].Sources, reads) {
				filled = append(filled, objects.Path(c.Namespace, c.Secrets[j].Name))
			}
		}
	}
	switch {
	case len(filled) > 0:
		text += fmt.Sprintf(", and fills the %s %s", phrase.Plural(len(filled), "Secret"), phrase.And(mostNames, filled))
	case s.Cluster:
		text += "; no Secret of the input is filled from it: every namespace that the store allows may read what is there"
	default:
		text += "; no Secret of the input is filled from it: whoever may create an ExternalSecret there may read it"
	}
	g.add(Secrets, name.namespace, text, []string{place(s.Object)})
}

func orNothing(o origin) string {
	return cmp.Or(strings.Join(o.parts(), " and "), "nothing of the kind")
}

func storeNameOf(source access.Source) storeName {
	return storeName{source.Store.Kind, source.Store.Namespace, source.Store.Name}
}

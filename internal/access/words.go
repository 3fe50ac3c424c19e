package access

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"cloison.dev/cloison/internal/phrase"
	"cloison.dev/cloison/internal/spec"
)

// Title is how a component is called.
func (c *Component) Title() string { return cmp.Or(c.Name, c.Namespace, "(no namespace)") }

// IsOnlyAPIKey reports whether all that is known of a Secret is that stores have their API key in it.
func (s *Secret) IsOnlyAPIKey() bool {
	return len(s.APIKeyOf) > 0 && len(s.CreatedBy)+len(s.Keys)+len(s.Uses) == 0
}

// Count is the number of keys; more are marked.
func (s *Secret) Count() string {
	known := 0
	for _, key := range s.Keys {
		if key.Name != "" {
			known++
		}
	}
	switch {
	case len(s.CreatedBy) == 0:
		return "?"
	case known == 0 && (s.MayHaveMore || len(s.Keys) > 0):
		return "some"
	case s.MayHaveMore || known < len(s.Keys):
		return fmt.Sprintf("%d+", known)
	}
	return strconv.Itoa(known)
}

// From names where the Secret comes from.
func (s *Secret) From() string {
	var from []string
	add := func(text string) {
		if !slices.Contains(from, text) {
			from = append(from, text)
		}
	}
	for i := range s.Sources {
		add(s.Sources[i].Short())
	}
	if s.CopyOf != "" {
		add("a copy of " + s.CopyOf)
	}
	for _, creator := range s.CreatedBy {
		if !strings.HasSuffix(creator.Kind, "ExternalSecret") {
			add(creator.Kind + " " + creator.Name)
		}
	}
	if len(from) == 0 {
		return "nothing in the input"
	}
	return phrase.List(from)
}

// IsUnknown reports whether the store is not in the input, so that its provider is not known.
func (s *Source) IsUnknown() bool { return s.Provider == "" && s.Store.Name != "" }

// Short is where the source is: the folder or, failing that, what is known of it.
func (s *Source) Short() string {
	switch {
	case s.Folder != "":
		return s.Folder
	case s.Provider != "" && s.Provider != "scaleway":
		return s.Provider
	case s.IsUnknown():
		return "store " + s.Store.Name + ", not in the input"
	}
	return "any folder"
}

// APIKeys are the Secrets with the API keys that fill this one, or what it is the API key of.
func (s *Secret) APIKeys(namespace string) string {
	var keys []string
	for i := range s.Sources {
		for _, key := range s.Sources[i].APIKey {
			if key = strings.TrimPrefix(key, namespace+"/"); !slices.Contains(keys, key) {
				keys = append(keys, key)
			}
		}
	}
	switch {
	case len(s.APIKeyOf) > 0:
		return "is one"
	case len(keys) == 0:
		return "-"
	}
	return phrase.List(keys)
}

// WorkloadNames names those that use the Secret, in the order of the input.
func (s *Secret) WorkloadNames() string {
	var names []string
	for _, use := range s.Uses {
		if name := use.Workload.Name; !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return "-"
	}
	const few = 4
	return phrase.Few(few, names)
}

// KeysOf writes the keys of a source: those whose secret has the usual name first, then the others.
func (s *Secret) KeysOf(number int) []string {
	var usual, others []string
	for i := range s.Keys {
		key := &s.Keys[i]
		if key.Source == nil || *key.Source != number {
			continue
		}
		if key.Name != "" && key.Secret == spec.SecretNamesKebab.Of(key.Name) && key.Property+key.Version == "" {
			usual = append(usual, key.Title())
		} else {
			others = append(others, key.Title()+" = "+key.Remote())
		}
	}
	return append(usual, others...)
}

// KeysWithoutSource are the keys that are written out in a manifest, or made by a template.
func (s *Secret) KeysWithoutSource() []string {
	var keys []string
	for i := range s.Keys {
		if s.Keys[i].Source == nil {
			keys = append(keys, s.Keys[i].Title())
		}
	}
	return keys
}

// Title is the name of the key, with a ? where it is optional; * stands for every key.
func (k *Key) Title() string {
	switch {
	case k.Name == "":
		return "*"
	case k.Optional:
		return k.Name + "?"
	}
	return k.Name
}

// Remote is what a key is read from: secret#property@revision.
func (k *Key) Remote() string {
	text := k.Secret
	if text == "" {
		text = strings.TrimSpace("* " + k.Search)
	}
	if k.Property != "" {
		text += "#" + k.Property
	}
	if k.Version != "" {
		text += "@" + k.Version
	}
	return text
}

// What says what is imported, and as what.
func (u *Use) What() string {
	switch {
	case u.Key == "" && u.Prefix != "":
		return "every key as " + u.Prefix + "*"
	case u.Key == "" && u.Variable != "":
		return "every key in " + u.Variable
	case u.Key == "":
		return "every key"
	case u.Variable == "" || u.Variable == u.Key:
		return u.Key
	}
	return u.Variable + " = " + u.Key
}

// Amount is how much of the Secret a workload gets.
func (s *Secret) Amount(workload Object) string {
	keys := map[string]bool{}
	for i := range s.Uses {
		if s.Uses[i].Workload != workload {
			continue
		}
		if s.Uses[i].Key == "" {
			return "every key"
		}
		keys[s.Uses[i].Key] = true
	}
	return phrase.Count(len(keys), "key")
}

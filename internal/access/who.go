package access

import (
	"path"
	"slices"
	"strings"

	"cloison.dev/cloison/internal/objects"
)

// Holding is a key of a Secret, and who obtains it. It is written as JSON: other fields may be added, none renamed.
type Holding struct {
	// Component is the name of the component or, for a namespace of none, that of the namespace.
	Component string `json:"component"`
	Namespace string `json:"namespace"`
	Secret    string `json:"secret"`
	Key       string `json:"key,omitempty"`
	// From is where the value comes from: the folder and secret in Scaleway, or what else creates it.
	From string `json:"from,omitempty"`
	// Maybe is true where it is not known whether the Secret has the key: it may have more keys than are known.
	Maybe bool `json:"maybe,omitempty"`
	// Uses are those by which containers obtain it.
	Uses []Use `json:"uses"`
	// APIKeyUses are those by which containers obtain an API key that reads it.
	APIKeyUses []Use `json:"apiKeyUses,omitempty"`
	// Ways are how others obtain it, and its own component by more than these uses: by rights, tokens and nodes. Format:
	// front → token of service account front/web → Secret back/api-secrets (CLS-R001 RoleBinding back/web ...).
	Ways []string `json:"ways,omitempty"`
}

// Who are the Secrets that hold a key, by the name of the key, of the Secret, or of the secret in Scaleway, each with
// who obtains it. Secrets that may have keys that are not known follow.
func (s *State) Who(name string) []Holding {
	var known, maybe []Holding
	for i := range s.Components {
		c := &s.Components[i]
		for j := range c.Secrets {
			secret := &c.Secrets[j]
			found := false
			for k := range secret.Keys {
				key := &secret.Keys[k]
				if secret.isCalled(key, name, c.Namespace) {
					found = true
					known = append(known, s.holding(c, secret, key))
				}
			}
			switch {
			case found:
			case name == secret.Name || name == objects.Path(c.Namespace, secret.Name):
				known = append(known, s.holding(c, secret, nil))
			case secret.mayHave(name):
				h := s.holding(c, secret, &Key{Name: name})
				h.Maybe = true
				maybe = append(maybe, h)
			}
		}
	}
	return append(known, maybe...)
}

// isCalled reports whether a key is meant by a name.
func (s *Secret) isCalled(k *Key, name, namespace string) bool {
	if k.Name != "" && (k.Name == name || s.Name+"/"+k.Name == name || namespace+"/"+s.Name+"/"+k.Name == name) {
		return true
	}
	return k.Secret != "" && (k.Secret == name || s.remote(k) == name || path.Join(s.folder(k), k.Secret) == name)
}

// mayHave reports whether a Secret may have a key that is not known, or is asked for by a use.
func (s *Secret) mayHave(name string) bool {
	if slices.ContainsFunc(s.Uses, func(u Use) bool { return u.Key == name }) {
		return true
	}
	return s.MayHaveMore || slices.ContainsFunc(s.Keys, func(k Key) bool { return k.Name == "" })
}

func (s *Secret) folder(k *Key) string {
	if k.Source == nil {
		return ""
	}
	return s.Sources[*k.Source].Folder
}

// remote is where the value of a key comes from: /folder/secret#property@revision; empty where that is not known.
func (s *Secret) remote(k *Key) string {
	if folder := s.folder(k); folder != "" {
		return strings.TrimSuffix(folder, "/") + "/" + k.Remote()
	}
	if k.Secret != "" {
		return k.Remote()
	}
	return ""
}

// FromOf is where the value of a key comes from: the folder and secret or, failing that, what creates the Secret.
func (s *Secret) FromOf(k *Key) string {
	if k != nil {
		if remote := s.remote(k); remote != "" {
			return remote
		}
	}
	return s.From()
}

// holding is a key with who obtains it; nil is every key.
func (s *State) holding(c *Component, secret *Secret, key *Key) Holding {
	h := Holding{
		Component: c.Title(), Namespace: c.Namespace, Secret: secret.Name, From: secret.FromOf(key), Uses: []Use{},
	}
	if key != nil {
		h.Key = key.Name
	}
	for _, use := range secret.Uses {
		if key == nil || use.Key == "" || use.Key == key.Name {
			h.Uses = append(h.Uses, use)
		}
	}
	for i := range secret.Sources {
		for _, apiKey := range secret.Sources[i].APIKey {
			h.APIKeyUses = append(h.APIKeyUses, s.usesOf(apiKey)...)
		}
	}
	return h
}

// usesOf are the uses of a Secret. Format of name: namespace/name.
func (s *State) usesOf(name string) []Use {
	namespace, secret, _ := strings.Cut(name, "/")
	if _, found := s.Secret(namespace, secret); found != nil {
		return found.Uses
	}
	return nil
}

// Secret is a Secret with its component; nil where neither something creates it nor something uses it.
func (s *State) Secret(namespace, name string) (*Component, *Secret) {
	for i := range s.Components {
		c := &s.Components[i]
		if c.Namespace != namespace {
			continue
		}
		at, is := slices.BinarySearchFunc(c.Secrets, name, func(s Secret, name string) int {
			return strings.Compare(s.Name, name)
		})
		if is {
			return c, &c.Secrets[at]
		}
	}
	return nil, nil
}

// FoldersOf are the folders that the Secrets of the input are filled from with an API key, in their order. Format of
// the name of its Secret: namespace/name.
func (s *State) FoldersOf(apiKey string) []string {
	folders := []string{}
	for i := range s.Components {
		for j := range s.Components[i].Secrets {
			for _, source := range s.Components[i].Secrets[j].Sources {
				if slices.Contains(source.APIKey, apiKey) && source.Folder != "" && !slices.Contains(folders, source.Folder) {
					folders = append(folders, source.Folder)
				}
			}
		}
	}
	return folders
}

// KeyNames are the names of all keys, sorted, for completion and for guesses.
func (s *State) KeyNames() []string {
	var names []string
	for i := range s.Components {
		for j := range s.Components[i].Secrets {
			for _, k := range s.Components[i].Secrets[j].Keys {
				if k.Name != "" {
					names = append(names, k.Name)
				}
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

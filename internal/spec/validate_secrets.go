package spec

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/phrase"
	"cloison.dev/cloison/internal/syntax"
)

// eachGroup visits the groups of the component with a name: the default one, the others by name, then the shared ones.
func eachGroup(component string, c *Component, visit func(path fieldpath.Path, g *SecretGroup)) {
	path := fieldpath.Of("spec", "components", component)
	if c.Secrets != nil {
		visit(path.Child("secrets"), c.Secrets)
	}
	for _, name := range slices.Sorted(maps.Keys(c.SecretGroups)) {
		if g := c.SecretGroups[name]; g != nil {
			visit(path.Child("secretGroups", name), g)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(c.shared)) {
		visit(SharedField(component, name), c.shared[name])
	}
}

// SharedGroups are the groups of spec.sharedSecrets as the component reads them, by name.
func (c *Component) SharedGroups() map[string]*SecretGroup { return c.shared }

// Place is where the folder of a group of the component is.
func (c *Component) Place(g *SecretGroup) *Scaleway {
	if g.place != nil {
		return g.place
	}
	return c.Scaleway
}

func (v *validator) groups(path fieldpath.Path, name string, c *Component) {
	for _, name := range slices.Sorted(maps.Keys(c.SecretGroups)) {
		v.label(path.Child("secretGroups", name), name)
	}
	targets, stores, credentials := takenNames{}, takenNames{}, takenNames{}
	eachGroup(name, c, func(at fieldpath.Path, g *SecretGroup) {
		v.group(at, g, c.Place(g).PathPrefix)
		v.unique(targets, finding.SpecNameClash, at.Child("target"), "Secret", g.Target)
		v.unique(stores, finding.SpecNameClash, at.Child("store"), "SecretStore", g.Store)
		v.unique(credentials, finding.SpecSharedCredentials, at.Child("credentials", "name"), "credentials",
			g.Credentials.Name)
	})
	eachGroup(name, c, func(at fieldpath.Path, g *SecretGroup) {
		owner, taken := credentials[g.Target]
		switch target := at.Child("target"); {
		case !taken || syntax.IsAPIKey(g.Target):
		case v.Written(target):
			v.Problem(finding.SpecNameClash, target,
				fmt.Sprintf("Secret %s must not be the one that holds the credentials of %s", phrase.Quote(g.Target),
					owner),
				"choose another name")
		default:
			v.Problem(finding.SpecNameClash, owner,
				fmt.Sprintf("Secret %s must not be the one that is written: %s has it by default",
					phrase.Quote(g.Target), target),
				"choose another name")
		}
	})
}

// takenNames are names of one kind, with the field that has each.
type takenNames map[string]fieldpath.Path

// unique reports a name that an earlier group of the component has, at the field that was written.
func (v *validator) unique(seen takenNames, code finding.Code, path fieldpath.Path, what, name string) {
	if owner, taken := seen[name]; taken && !syntax.IsAPIKey(name) {
		if !v.Written(path) {
			path, owner = owner, path
		}
		v.Problem(code, path, fmt.Sprintf("%s %s must not be shared: %s has it%s", what, phrase.Quote(name), owner,
			v.byDefault(owner)), "give each secret group its own")
		return
	}
	seen[name] = path
}

// group checks a group of a component whose folders begin with a prefix.
func (v *validator) group(path fieldpath.Path, g *SecretGroup, prefix string) {
	v.folder(path.Child("path"), g.Path)
	v.withinPrefix(path.Child("path"), g.Path, prefix)
	v.keys(path, g)
	v.content(path, g)
	v.givenName(path.Child("target"), g.Target)
	v.givenName(path.Child("store"), g.Store)
	v.credentials(path.Child("credentials"), &g.Credentials)
	if v.Written(path.Child("refreshInterval")) {
		v.duration(path.Child("refreshInterval"), g.RefreshInterval)
	}
	v.notEmpty(path.Child("readers"), len(g.Readers), "all workloads of the component")
	for i, reader := range g.Readers {
		v.objectName(path.Child("readers").Index(i), reader)
	}
}

// withinPrefix warns of a folder that lies outside of those of the environment.
func (v *validator) withinPrefix(path fieldpath.Path, folder, prefix string) {
	if !v.Written(path) || !syntax.Folder.Matches(folder) || !syntax.Folder.Matches(prefix) || prefix == "/" ||
		folder == prefix || strings.HasPrefix(folder, prefix+"/") {
		return
	}
	v.Warn(finding.SpecUnlikely, path, phrase.Quote(folder)+" lies outside of pathPrefix "+phrase.Quote(prefix)+
		", so that other environments may read the same secrets", "leave it out for the default, or begin it with the prefix")
}

// notEmpty refuses an empty list, of which some think that it means none: left out it means all.
func (v *validator) notEmpty(path fieldpath.Path, length int, all string) {
	if v.Written(path) && length == 0 && !v.IsUndecoded(path) {
		v.Problem(finding.SpecInvalidValue, path, "must not be empty: left out it means "+all+", and an empty list could "+
			"mean none", "name them, or leave it out")
	}
}

// givenName checks a name that may have been left out: a default is made of names that are judged where they were
// written.
func (v *validator) givenName(path fieldpath.Path, value string) {
	if v.Written(path) {
		v.objectName(path, value)
	}
}

// invalidName is invalid for the places where people write the value of a secret instead of its name: what does not
// look like a name is not repeated.
func (v *validator) invalidName(path fieldpath.Path, value, must, fix string) {
	if phrase.IsName(value) || phrase.IsLiteral(value) {
		v.invalid(path, value, must, fix)
		return
	}
	v.Problem(finding.SpecInvalidValue, path, "must be "+must+"; "+phrase.NotRepeated, fix)
}

// keys checks where the keys of a group come from, and that each comes from one place.
func (v *validator) keys(path fieldpath.Path, g *SecretGroup) {
	none := len(g.Keys)+len(g.OptionalKeys)+len(g.Map)+len(g.Extract) == 0
	if none && !v.AnyUndecoded(path, "keys", "optionalKeys", "map", "extract") {
		v.Problem(finding.SpecRequired, path, "must read at least one key",
			"fill keys, optionalKeys, map or extract, or remove the group")
	}
	oneOf(v, path.Child("secretNames"), g.SecretNames, SecretNamesKebab, SecretNamesLower, SecretNamesAsIs)
	seen := takenNames{}
	derived := func(at fieldpath.Path, key string) {
		if v.key(seen, at, key) {
			v.derivedName(at, key, g.SecretNames)
		}
	}
	for i, key := range g.Keys {
		derived(path.Child("keys").Index(i), key)
	}
	for i, key := range g.OptionalKeys {
		derived(path.Child("optionalKeys").Index(i), key)
	}
	for _, key := range slices.Sorted(maps.Keys(g.Map)) {
		at, source := path.Child("map", key), g.Map[key]
		switch {
		case source == nil:
		case v.Written(at.Child("secret")):
			v.key(seen, at, key)
			v.secretName(at.Child("secret"), source.Secret)
			v.source(at, source)
		default:
			derived(at, key)
			v.source(at, source)
		}
	}
	extracted := takenNames{}
	for i, name := range g.Extract {
		at := path.Child("extract").Index(i)
		if other, taken := extracted[name]; taken {
			v.Problem(finding.SpecDuplicateKey, at,
				fmt.Sprintf("secret %s must not be extracted twice: %s has it", phrase.Quote(name), other),
				"keep one of the two")
		} else if v.secretName(at, name) {
			extracted[name] = at
		}
	}
}

// key checks a key of the Secret, and that nothing else has it. It returns false for one that is reported.
func (v *validator) key(seen takenNames, path fieldpath.Path, key string) bool {
	if !v.dataKey(path, key) {
		return false
	}
	if other, taken := seen[key]; taken {
		v.Problem(finding.SpecDuplicateKey, path,
			fmt.Sprintf("key %s must not be given twice: %s has it", phrase.Quote(key), other), "keep one of the two")
		return false
	}
	seen[key] = path
	return true
}

// derivedName checks the name of the Scaleway secret that follows from that of a key.
func (v *validator) derivedName(path fieldpath.Path, key string, rule SecretNames) {
	if name := rule.Of(key); !syntax.SecretName.Matches(name) {
		v.invalid(path, key,
			fmt.Sprintf("a key whose secret Scaleway can hold: %s is no valid secret name", phrase.Quote(name)),
			"name the secret under map")
	}
}

// dataKey checks the name of a key inside a Kubernetes Secret.
func (v *validator) dataKey(path fieldpath.Path, key string) bool {
	valid := syntax.SecretKey.Matches(key)
	if !valid {
		v.invalidName(path, key, syntax.SecretKey.Must, "")
	}
	return valid
}

func (v *validator) source(path fieldpath.Path, s *Source) {
	v.property(path.Child("property"), s.Property)
	if s.Version != "" && !s.Version.Valid() {
		v.invalidName(path.Child("version"), string(s.Version), syntax.Revision.Must, syntax.Revision.Fix(string(s.Version)))
	}
}

const (
	// longestProperty bounds a gjson query, in bytes: gjson calls itself for each bracket, and a stack that overflows
	// cannot be caught.
	longestProperty = 512
	// mostCopies bounds the commas and modifiers of a gjson query. Selectors such as [@this,@this] may stand one behind
	// the other, and each comma may double what the next one gets; modifiers such as @tostr may double it too.
	mostCopies = 8
)

// property refuses a gjson query that can fill the memory of whatever reads the secret: Cloison, or the operator of a
// cluster.
func (v *validator) property(path fieldpath.Path, query string) {
	const fix = "name the property itself, or give the value a simpler form"
	if len(query) > longestProperty {
		v.invalid(path, query, fmt.Sprintf("at most %d bytes long", longestProperty), fix)
	}
	if strings.Count(query, ",")+strings.Count(query, "@") > mostCopies {
		v.invalid(path, query,
			fmt.Sprintf("a gjson query with at most %d commas and @ together: each may double what is read",
				mostCopies),
			fix)
	}
}

func (v *validator) secretName(path fieldpath.Path, name string) bool {
	fix := ""
	if strings.Contains(name, "/") {
		fix = "write only the name; the folder goes into path"
	}
	valid := syntax.SecretName.Matches(name)
	if !valid {
		v.invalidName(path, name, syntax.SecretName.Must+", no slash", fix)
	}
	return valid
}

// credentials checks the names of a Secret and its keys. Values are not repeated: they may be the API key itself.
func (v *validator) credentials(path fieldpath.Path, c *Credentials) {
	for _, field := range []struct {
		path  fieldpath.Path
		value string
	}{
		{path.Child("name"), c.Name}, {path.Child("accessKey"), c.AccessKey}, {path.Child("secretKey"), c.SecretKey},
	} {
		switch {
		case syntax.IsAPIKey(field.value):
			v.Problem(finding.SpecInvalidValue, field.path, "must be a name, and looks like a Scaleway API key itself",
				"put the API key into a Kubernetes Secret, write the Secret's name and keys here, and replace the "+
					"API key that was written down")
		case !v.Written(field.path):
		case field.path == path.Child("name"):
			if !syntax.ObjectName.Matches(field.value) {
				v.Problem(finding.SpecInvalidValue, field.path, "must be "+syntax.ObjectName.Must, "")
			}
		case !syntax.SecretKey.Matches(field.value):
			v.Problem(finding.SpecInvalidValue, field.path, "must be "+syntax.SecretKey.Must, "")
		}
	}
	if c.AccessKey == c.SecretKey {
		v.Problem(finding.SpecInvalidValue, path.Child("secretKey"), "must be another key of the Secret than accessKey",
			"")
	}
}

package folders

import (
	"slices"
	"strconv"
	"strings"

	"cloison.dev/cloison/internal/form"
	"cloison.dev/cloison/internal/spec"
)

// The forms of names that are those of variables by one rule of spec.SecretNames: database-url and database_url are
// DATABASE_URL. A name such as token has both forms.
var (
	kebabForm = form.New(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)
	lowerForm = form.New(`^[a-z][a-z0-9]*(_[a-z0-9]+)*$`)
)

// ruleOf is the rule by which most of the names follow from keys that are variables; of several the first.
func ruleOf(names []string) spec.SecretNames {
	kebab, lower, asIs := 0, 0, 0
	for _, name := range names {
		isKebab, isLower := kebabForm.Matches(name), lowerForm.Matches(name)
		if isKebab {
			kebab++
		}
		if isLower {
			lower++
		}
		if !isKebab && !isLower {
			asIs++
		}
	}
	switch {
	case kebab >= lower && kebab >= asIs:
		return spec.SecretNamesKebab
	case lower >= asIs:
		return spec.SecretNamesLower
	}
	return spec.SecretNamesAsIs
}

// keyOf is the key for the secret of a name: a variable, where the name has one of the forms, or else the name. So is a
// name that can be a variable itself, where keys are called as their secrets.
func keyOf(name string, rule spec.SecretNames) string {
	isVariable := rule == spec.SecretNamesAsIs && lowerForm.Matches(name)
	if !isVariable && (kebabForm.Matches(name) || lowerForm.Matches(name)) {
		return strings.ToUpper(strings.ReplaceAll(name, "-", "_"))
	}
	return name
}

// fill gives a group a key for each name. The names that do not follow from their keys are in its map.
func fill(g *spec.SecretGroup, names []string) {
	rule := ruleOf(names)
	if rule != spec.SecretNamesKebab {
		g.SecretNames = rule
	}
	for _, name := range names {
		key := free(g, keyOf(name, rule))
		if rule.Of(key) == name {
			g.Keys = append(g.Keys, key)
			continue
		}
		if g.Map == nil {
			g.Map = map[string]*spec.Source{}
		}
		g.Map[key] = &spec.Source{Secret: name}
	}
}

// free is a key that the group does not have yet: key or, where that is taken, key with a number.
func free(g *spec.SecretGroup, key string) string {
	taken := func(key string) bool { return g.Map[key] != nil || slices.Contains(g.Keys, key) }
	found := key
	for i := 2; taken(found); i++ {
		found = key + "_" + strconv.Itoa(i)
	}
	return found
}

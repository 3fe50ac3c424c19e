package content

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"cloison.dev/cloison/internal/eso"
	"cloison.dev/cloison/internal/phrase"
	"cloison.dev/cloison/internal/sync/template"
)

// rewriteAll gives values the keys that the rewrites make of their names or, without any, the conversion strategy. The
// problem is empty where all went well. It repeats names only where they read as names: those of an extract come out of
// a value.
func rewriteAll(
	values map[string][]byte,
	rewrites []eso.Rewrite,
	conversion string,
) (keys map[string][]byte, problem string) {
	if len(rewrites) == 0 {
		return rename(values, func(name string) (string, string) { return eso.ConvertKey(name, conversion), "" })
	}
	keys = values
	for i, one := range rewrites {
		if keys, problem = rewriteOnce(keys, one); problem != "" {
			return nil, fmt.Sprintf("rewrite[%d]: %s", i, problem)
		}
	}
	return keys, ""
}

func rewriteOnce(values map[string][]byte, by eso.Rewrite) (keys map[string][]byte, problem string) {
	switch {
	case by.Merge != nil:
		return merge(values, by.Merge)
	case by.RegExp != nil:
		return rename(values, func(name string) (string, string) {
			key, known := by.RegExp.Replace(name)
			if !known {
				return "", "regexp must have a source, which is a regular expression, and a target, and " +
					"makes no name longer than 4096"
			}
			return key, ""
		})
	case by.Transform != nil:
		return rename(values, func(name string) (string, string) { return transform(name, by.Transform) })
	}
	return values, ""
}

// rename gives every value a new name. Two values that would have the same one are a problem, unless it is empty, which
// leaves them out.
func rename(
	values map[string][]byte,
	to func(name string) (key, problem string),
) (keys map[string][]byte, problem string) {
	keys = make(map[string][]byte, len(values))
	for _, name := range slices.Sorted(maps.Keys(values)) {
		key, problem := to(name)
		if problem != "" {
			return nil, problem
		}
		if _, taken := keys[key]; taken && key != "" {
			return nil, fmt.Sprintf("two values become one: %s", nameOf(key))
		}
		keys[key] = values[name]
	}
	return keys, ""
}

func transform(name string, by *eso.RewriteTransform) (key, problem string) {
	if by.Template == nil {
		return "", "transform must have a template"
	}
	made, err := template.Execute(*by.Template, map[string]string{"value": name})
	if err != nil {
		return "", "transform: " + err.Error()
	}
	return string(made), ""
}

// merge joins values that are JSON objects: into keys of their own or, by the strategy JSON, into one JSON value. Of
// properties that several have, those of the priority win, the last before the first.
func merge(values map[string][]byte, by *eso.RewriteMerge) (keys map[string][]byte, problem string) {
	names := slices.DeleteFunc(slices.Sorted(maps.Keys(values)), func(name string) bool {
		return slices.Contains(by.Priority, name)
	})
	joined, clashes := map[string]any{}, map[string]bool{}
	for _, name := range slices.Concat(names, by.Priority) {
		value, is := values[name]
		if !is && by.PriorityPolicy == eso.PriorityIgnoreNotFound {
			continue
		}
		var properties map[string]any
		if !is || json.Unmarshal(value, &properties) != nil {
			return nil, fmt.Sprintf("merge: %s must be there, and be a JSON object", nameOf(name))
		}
		for property, one := range properties {
			if _, taken := joined[property]; taken {
				clashes[nameOf(property)] = true
			}
			joined[property] = one
		}
	}
	switch {
	case len(clashes) > 0 && by.ConflictPolicy != eso.ConflictIgnore:
		return nil, "merge: several values have " + phrase.Few(mostNamed, slices.Sorted(maps.Keys(clashes)))
	case by.Strategy == eso.MergeJSON && by.Into == "":
		return nil, "merge: the strategy JSON must have into, the key that is written"
	case by.Strategy == eso.MergeJSON:
		keys = maps.Clone(values)
		keys[by.Into] = whole(joined)
		return keys, ""
	}
	keys = make(map[string][]byte, len(joined))
	for name, one := range joined {
		keys[name] = plain(one)
	}
	return keys, ""
}

// mostNamed bounds how many of many names are listed.
const mostNamed = 5

// whole writes JSON as the operator does: sorted, and with <, > and & as they are.
func whole(joined map[string]any) []byte {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(joined) // what was read from JSON can be written
	return bytes.TrimRight(text.Bytes(), "\n")
}

// plain writes one property as the operator does: numbers without an exponent, null as nothing.
func plain(value any) []byte {
	switch v := value.(type) {
	case nil:
		return []byte{}
	case string:
		return []byte(v)
	case bool:
		return strconv.AppendBool(nil, v)
	case float64:
		return strconv.AppendFloat(nil, v, 'f', -1, 64)
	}
	text, _ := json.Marshal(value) // what was read from JSON can be written
	return text
}

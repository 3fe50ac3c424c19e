package capture

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/tidwall/gjson"

	"cloison.dev/cloison/internal/inventory"
)

// look returns the names in a value, and which queries could not be tried on it. It decides as the External Secrets
// Operator does, where it can: a property is there when gjson finds something, null included; the keys of an extract
// are those that encoding/json finds in an object, of which null has none. Nothing of the value but names of properties
// is returned. Facts: docs/facts.md, "Properties".
func look(value []byte, revision int, queries []string) (content inventory.Content, undecided []string) {
	content = inventory.Content{Revision: revision, Properties: propertiesOf(value)}
	shallow := isShallow(value)
	for _, query := range slices.Compact(slices.Sorted(slices.Values(queries))) {
		found, decided := false, false
		if shallow && isSmall(query) {
			found, decided = exists(value, query)
		}
		if !decided {
			undecided = append(undecided, query)
			continue
		}
		if content.Queries == nil {
			content.Queries = map[string]bool{}
		}
		content.Queries[query] = found
	}
	return content, undecided
}

// propertiesOf lists the names of an object's properties, sorted; nil where the value is no JSON object. The parser's
// error is dropped, since it quotes the value.
func propertiesOf(value []byte) []string {
	properties := map[string]json.RawMessage{}
	if json.Unmarshal(value, &properties) != nil {
		return nil
	}
	names := slices.AppendSeq(make([]string, 0, len(properties)), maps.Keys(properties))
	slices.Sort(names)
	for _, copied := range properties {
		clear(copied)
	}
	return names
}

// What gjson is asked is bounded. It calls itself for every level of a value and of a query, and a stack that overflows
// ends the program; its modifiers copy what they are given, @dig once for each level and @tostr with twice the
// backslashes, and nothing stops it while it works.
const (
	// maxValue is the size of a value in bytes. Secret Manager holds no larger one. Facts: docs/facts.md, "Values and
	// types".
	maxValue = 64 << 10
	// maxLevels is how deep arrays and objects of a value may be nested.
	maxLevels = 500
	// maxQuery is the length of a query in bytes, maxParts how many modifiers, as in @keys, and commas it may have. A
	// Segregation may ask for no larger one.
	maxQuery, maxParts = 512, 8
)

func isSmall(query string) bool {
	return len(query) <= maxQuery && strings.Count(query, "@")+strings.Count(query, ",") <= maxParts
}

// isShallow reports whether a value is small and little nested enough for gjson. What looks like the start or the end
// of a level inside of a text does not count.
func isShallow(value []byte) bool {
	if len(value) > maxValue {
		return false
	}
	levels, inText := 0, false
	for i := 0; i < len(value); i++ {
		switch c := value[i]; {
		case c == '"':
			inText = !inText
		case inText && c == '\\':
			i++
		case inText:
		case c == '{' || c == '[':
			if levels++; levels > maxLevels {
				return false
			}
		case c == '}' || c == ']':
			levels--
		}
	}
	return true
}

// exists reports whether gjson finds something, and whether that could be decided: values and queries are other
// people's text, on which gjson may panic. What it panics with is dropped, it may quote the value.
func exists(value []byte, query string) (found, decided bool) {
	defer func() {
		if recover() != nil {
			found, decided = false, false
		}
	}()
	return gjson.GetBytes(value, query).Exists(), true
}

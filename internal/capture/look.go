package capture

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/tidwall/gjson"

	"cloison.dev/cloison/internal/inventory"
)

// look says what a value holds, and which queries could not be tried on it. It decides as External Secrets Operator's provider
// for Scaleway does (v0.20.4): a property is there when gjson finds something, null included; the keys of an extract are those
// that encoding/json finds in an object, of which null has none. Nothing of the value but names of properties comes back.
func look(value []byte, revision int, queries []string) (content inventory.Content, undecided []string) {
	content = inventory.Content{Revision: revision, Properties: propertiesOf(value)}
	for _, query := range slices.Compact(slices.Sorted(slices.Values(queries))) {
		exists, decided := exists(value, query)
		if !decided {
			undecided = append(undecided, query)
			continue
		}
		if content.Queries == nil {
			content.Queries = map[string]bool{}
		}
		content.Queries[query] = exists
	}
	return content, undecided
}

// propertiesOf lists the names of an object's properties, sorted; nil means that the value is no JSON object. Why it is none is
// not said: the error quotes the value.
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

// exists says whether gjson finds something, and whether that could be decided: values and queries are other people's text, on
// which gjson may panic. What it panics with is dropped, it may quote the value.
func exists(value []byte, query string) (found, decided bool) {
	defer func() {
		if recover() != nil {
			found, decided = false, false
		}
	}()
	if strings.Contains(query, "@") && depth(value) > deepest {
		return false, false
	}
	return gjson.GetBytes(value, query).Exists(), true
}

// deepest is how deep a value may be nested for a query with modifiers. Those such as @pretty and @dig take time and memory by the
// square of the depth: gigabytes for 64 KiB of brackets. What people write is less than 100 deep.
const deepest = 1000

// depth says how deep brackets and braces are nested, those in strings not counted. The value may be no JSON.
func depth(value []byte) int {
	now, most, inString := 0, 0, false
	for i := 0; i < len(value); i++ {
		switch c := value[i]; {
		case inString && c == '\\':
			i++
		case c == '"':
			inString = !inString
		case inString:
		case c == '[', c == '{':
			now++
			most = max(most, now)
		case c == ']', c == '}':
			now--
		}
	}
	return most
}

package secret

import (
	"bytes"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// Mismatch returns what keeps data from being a value of the type, one "- problem" a line, and "" when nothing does. It
// names properties but never quotes their values. The text for a property of a wrong type is the real one; all others,
// and which properties must be there, are inferred. Facts: docs/facts.md, "Values and types".
func (t Type) Mismatch(data []byte) string {
	switch t {
	case Certificate:
		if !isPEM(data) {
			return "- (root): must be PEM blocks\n"
		}
	case KeyValue:
		return shapeOf(data, nil, nil)
	case BasicCredentials:
		return shapeOf(data, []string{"username", "password"}, nil)
	case DatabaseCredentials:
		return shapeOf(data, []string{"engine", "username", "password", "host", "dbname", "port"}, databaseRules)
	case SSHKey:
		return shapeOf(data, []string{"ssh_private_key"}, nil)
	}
	return ""
}

// isPEM reports whether data is PEM blocks and nothing else.
func isPEM(data []byte) bool {
	blocks := 0
	for len(bytes.TrimSpace(data)) > 0 {
		block, rest := pem.Decode(data)
		if block == nil {
			return false
		}
		blocks, data = blocks+1, rest
	}
	return blocks > 0
}

// shapeOf compares a flat JSON object of strings with the properties that it must have, all of them and no others.
// Where properties is nil, any will do. The rules may be nil; they see objects that have the right properties.
func shapeOf(data []byte, properties []string, rules func(map[string]string) []string) string {
	object, ok := properObject(data)
	if !ok {
		return "- (root): must be a JSON object\n"
	}
	var problems []string
	texts := map[string]string{}
	for name, value := range object {
		text, isText := value.(string)
		texts[name] = text
		if !isText {
			problems = append(problems,
				fmt.Sprintf("- %s: Invalid type. Expected: string, given: %s\n", name, jsonType(value)))
		}
		if properties != nil && !slices.Contains(properties, name) {
			problems = append(problems, fmt.Sprintf("- (root): Additional property %s is not allowed\n", name))
		}
	}
	for _, name := range properties {
		if _, given := object[name]; !given {
			problems = append(problems, fmt.Sprintf("- (root): %s is required\n", name))
		}
	}
	if rules != nil && len(problems) == 0 {
		problems = rules(texts)
	}
	slices.Sort(problems)
	return strings.Join(problems, "")
}

// properObject reads one JSON object with nothing after it.
func properObject(data []byte) (object map[string]any, ok bool) {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	if decoder.Decode(&object) != nil || object == nil {
		return nil, false
	}
	_, err := decoder.Token()
	return object, errors.Is(err, io.EOF)
}

// jsonType names a JSON value's type as JSON Schema does.
func jsonType(value any) string {
	switch v := value.(type) {
	case map[string]any:
		return "object"
	case []any:
		return "array"
	case bool:
		return "boolean"
	case json.Number:
		if _, err := strconv.ParseInt(v.String(), 10, 64); err == nil {
			return "integer"
		}
		return "number"
	}
	return "null"
}

// databaseRules are of scaleway-sdk-go's DatabaseCredentials.
func databaseRules(of map[string]string) []string {
	var problems []string
	if !slices.Contains([]string{"postgres", "mysql", "other"}, of["engine"]) {
		problems = append(problems, "- engine: must be one of postgres, mysql, other\n")
	}
	if _, err := strconv.ParseUint(of["port"], 10, 16); err != nil {
		problems = append(problems, "- port: must be an integer from 0 to 65535\n")
	}
	return problems
}

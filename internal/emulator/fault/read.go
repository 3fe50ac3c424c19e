package fault

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"cloison.dev/cloison/internal/emulator/api"
)

// Read reads faults as JSON: the fields of Faults in camelCase, durations as in "100ms", all of them optional.
//
//	{"latency": "100ms", "rules": [{"fault": "hang", "endpoints": ["ListSecrets"], "first": 1}]}
//
// Unknown, repeated and wrongly-cased fields, wrong types, wrong values and endpoints that are not served are all
// reported at once.
func Read(data []byte, served []api.Endpoint) (Faults, error) {
	in := reader{}
	var f Faults
	in.object("", data, map[string]func(string, []byte){
		"latency": func(at string, raw []byte) { f.Latency = in.duration(at, raw) },
		"latencies": func(at string, raw []byte) {
			f.Latencies = map[api.Endpoint]time.Duration{}
			in.members(at, raw, func(name string, raw []byte) {
				f.Latencies[api.Endpoint(name)] = in.duration(at+"."+name, raw)
			})
		},
		"rateLimitFirst": func(at string, raw []byte) { in.value(at, raw, &f.RateLimitFirst, "a whole number") },
		"rateLimitShare": func(at string, raw []byte) { in.value(at, raw, &f.RateLimitShare, "a number from 0 to 1") },
		"rules":          func(at string, raw []byte) { f.Rules = in.rules(at, raw) },
		"redirectTo":     func(at string, raw []byte) { in.value(at, raw, &f.RedirectTo, "a text") },
		"drip":           func(at string, raw []byte) { f.Drip = in.duration(at, raw) },
	})
	if err := errors.Join(append(in.problems, f.check(served))...); err != nil {
		return Faults{}, err
	}
	return f, nil
}

// reader collects what is wrong with a JSON document.
type reader struct{ problems []error }

func (in *reader) fail(format string, args ...any) {
	in.problems = append(in.problems, fmt.Errorf(format, args...))
}

func (in *reader) rules(at string, data []byte) []Rule {
	var items []json.RawMessage
	in.value(at, data, &items, "a list of rules")
	rules := make([]Rule, len(items))
	for i, item := range items {
		r := &rules[i]
		in.object(fmt.Sprintf("%s[%d]", at, i), item, map[string]func(string, []byte){
			"fault":     func(at string, raw []byte) { in.value(at, raw, &r.Fault, "the name of a fault") },
			"endpoints": func(at string, raw []byte) { in.value(at, raw, &r.Endpoints, "a list of names of calls") },
			"first":     func(at string, raw []byte) { in.value(at, raw, &r.First, "a whole number") },
			"share":     func(at string, raw []byte) { in.value(at, raw, &r.Share, "a number from 0 to 1") },
		})
	}
	return rules
}

// value decodes a value, or reports what it must be.
func (in *reader) value(at string, data []byte, into any, must string) {
	if bytes.Equal(data, []byte("null")) || json.Unmarshal(data, into) != nil {
		in.fail("%s %s must be %s", at, short(data), must)
	}
}

// short returns as much of a value as a message needs.
func short(data []byte) []byte {
	const enough = 60
	if len(data) > enough {
		return append(bytes.Clone(data[:enough]), "..."...)
	}
	return data
}

func (in *reader) duration(at string, data []byte) time.Duration {
	var d duration
	in.value(at, data, &d, `a duration such as "100ms"`)
	return time.Duration(d)
}

// object reads an object whose fields are known.
func (in *reader) object(at string, data []byte, known map[string]func(at string, raw []byte)) {
	in.members(at, data, func(name string, raw []byte) {
		path := name
		if at != "" {
			path = at + "." + name
		}
		read, ok := known[name]
		if !ok {
			names := make([]string, 0, len(known))
			for name := range known {
				names = append(names, name)
			}
			slices.Sort(names)
			in.fail("%s is unknown: must be one of %s", path, quoted(names))
			return
		}
		read(path, raw)
	})
}

// members reads any object and hands over its fields in their order.
func (in *reader) members(at string, data []byte, each func(name string, raw []byte)) {
	if at == "" {
		at = "the document"
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	if start, err := decoder.Token(); err != nil || start != json.Delim('{') {
		in.fail("%s must be a JSON object", at)
		return
	}
	seen := map[string]bool{}
	for decoder.More() {
		name, err := decoder.Token()
		var raw json.RawMessage
		if err == nil {
			err = decoder.Decode(&raw)
		}
		if err != nil {
			in.fail("%s is not JSON at offset %d", at, decoder.InputOffset())
			return
		}
		if seen[name.(string)] { // a key of an object is always a string
			in.fail("%s has the field %q twice", at, name)
			continue
		}
		seen[name.(string)] = true
		each(name.(string), raw)
	}
	if _, err := decoder.Token(); err != nil {
		in.fail("%s is not JSON at offset %d", at, decoder.InputOffset())
	} else if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		in.fail("%s must be one JSON object, nothing after it", at)
	}
}

package baseline

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
)

// States tell apart findings that read the same, and of which one lets more through: a policy that was widened further, an
// ExternalSecret that names another secret. The message of a finding need not name all that is lost.
type States struct {
	objects map[finding.Object][]*objects.Object
	// policies are those of the network, by namespace; those of none are for all.
	policies map[string][]*objects.Object
}

// StatesOf are those of the objects of an input.
func StatesOf(all []*objects.Object) *States {
	s := &States{objects: map[finding.Object][]*objects.Object{}, policies: map[string][]*objects.Object{}}
	for _, o := range all {
		if o.Unread {
			continue
		}
		identity := withoutVersion(o.Identity())
		s.objects[identity] = append(s.objects[identity], o)
		if strings.HasSuffix(o.Kind, "NetworkPolicy") {
			s.policies[o.Namespace] = append(s.policies[o.Namespace], o)
		}
	}
	return s
}

func withoutVersion(o finding.Object) finding.Object {
	o.APIVersion = objects.GroupOf(o.APIVersion)
	return o
}

// Note gives each finding its state.
func (s *States) Note(findings []finding.Finding) {
	known := map[finding.Object]string{}
	for i := range findings {
		f := &findings[i]
		if f.Object.Kind == "Namespace" && f.Code.Concern() == finding.Network {
			f.State = digest(slices.Concat(s.policies[f.Object.Name], s.policies[""]), isolation)
			continue
		}
		identity := withoutVersion(f.Object)
		if _, is := known[identity]; !is {
			known[identity] = digest(s.objects[identity], content)
		}
		f.State = known[identity]
	}
}

// digest is short and the same for objects of which the same is taken, in whatever order they, their fields and the items
// of their lists stand; empty where nothing is taken of any.
func digest(all []*objects.Object, take func(kind string, fields map[string]any) any) string {
	var taken []string
	for _, o := range all {
		node, err := o.Source.Node()
		if err != nil {
			continue
		}
		var fields map[string]any
		if node.Decode(&fields) != nil {
			continue
		}
		if what := take(o.Kind, fields); what != nil {
			taken = append(taken, canonical(what))
		}
	}
	if len(taken) == 0 {
		return ""
	}
	slices.Sort(taken)
	sum := sha256.Sum256([]byte(strings.Join(taken, "\n")))
	const enough = 8
	return hex.EncodeToString(sum[:enough])
}

// content is what an object says, but for its metadata. Nothing is taken of one that makes pods, which changes with each
// release, or of a Namespace. Of Secrets and ConfigMaps no value is taken, but the annotations are: by those, controllers
// copy them to others.
func content(kind string, fields map[string]any) any {
	if kind == "Namespace" || makesPods(fields) {
		return nil
	}
	taken := maps.Clone(fields)
	for _, name := range []string{"apiVersion", "metadata", "status"} {
		delete(taken, name)
	}
	if kind == "Secret" || kind == "ConfigMap" {
		metadata, _ := fields["metadata"].(map[string]any)
		if annotations := metadata["annotations"]; annotations != nil {
			taken["annotations"] = annotations
		}
		for _, name := range []string{"data", "stringData", "binaryData"} {
			if values, is := taken[name].(map[string]any); is {
				taken[name] = slices.Sorted(maps.Keys(values))
			} else {
				delete(taken, name)
			}
		}
	}
	return taken
}

// isolation is which pods a policy selects, and for which directions it has any rules.
func isolation(_ string, fields map[string]any) any {
	spec, _ := fields["spec"].(map[string]any)
	taken := map[string]any{"specs": fields["specs"]} // those of Cilium may have several
	for name, value := range spec {
		switch name {
		case "ingress", "ingressDeny", "egress", "egressDeny":
			taken[name] = true
		default:
			taken[name] = value
		}
	}
	return taken
}

// makesPods reports whether there are containers anywhere in a value.
func makesPods(value any) bool {
	switch v := value.(type) {
	case map[string]any:
		for name, field := range v {
			if name == "containers" || makesPods(field) {
				return true
			}
		}
	case []any:
		return slices.ContainsFunc(v, makesPods)
	}
	return false
}

// canonical is a value as JSON, with the items of lists sorted.
func canonical(value any) string {
	switch v := value.(type) {
	case map[string]any:
		var fields []string
		for _, name := range slices.Sorted(maps.Keys(v)) {
			fields = append(fields, canonical(name)+":"+canonical(v[name]))
		}
		return "{" + strings.Join(fields, ",") + "}"
	case []any:
		var items []string
		for _, item := range v {
			items = append(items, canonical(item))
		}
		slices.Sort(items)
		return "[" + strings.Join(items, ",") + "]"
	}
	text, err := json.Marshal(value)
	if err != nil { // a number that JSON has not, such as .inf
		return "null"
	}
	return string(text)
}

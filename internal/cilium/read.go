package cilium

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"cloison.dev/cloison/internal/fieldpath"
)

// Problem is a field of a policy that is not evaluated.
type Problem struct {
	Field fieldpath.Path
	// Message is what is wrong with the field, for one that is refused; empty for one that means something that is not
	// read here.
	Message string
}

// Refused reports whether the API server or Cilium refuses the policy for it.
func (p Problem) Refused() bool { return p.Message != "" }

// Read reads a CiliumNetworkPolicy, decoded from JSON. Where there are problems the Rule is nil.
func Read(object map[string]any) (*Rule, []Problem) {
	r := &reader{}
	r.walk(object, policy(), fieldpath.Path{})
	if len(r.problems) > 0 {
		return nil, r.problems
	}
	var typed struct {
		Spec *Rule `json:"spec"`
	}
	text, err := json.Marshal(object)
	if err == nil {
		err = json.Unmarshal(text, &typed)
	}
	switch {
	case err != nil:
		r.refuse(fieldpath.Of("spec"), "must have values of the types that the kind has")
	case typed.Spec == nil:
		r.refuse(fieldpath.Of("spec"), "must be given")
	default:
		r.rule(fieldpath.Of("spec"), typed.Spec)
	}
	if len(r.problems) > 0 {
		return nil, r.problems
	}
	return typed.Spec, nil
}

// reader collects problems.
type reader struct{ problems []Problem }

func (r *reader) refuse(field fieldpath.Path, format string, args ...any) {
	r.problems = append(r.problems, Problem{Field: field, Message: fmt.Sprintf(format, args...)})
}

func (r *reader) unread(field fieldpath.Path) {
	r.problems = append(r.problems, Problem{Field: field})
}

// field is what the CustomResourceDefinition says of a value, as far as it matters here.
type field struct {
	// fields of an object, or of the objects of a list; nil for a value that is not looked into.
	fields map[string]field
	list   bool
	// unread is a value that the kind has, and that is not evaluated.
	unread bool
}

// known are the fields of the kind that are not evaluated, beside those that are.
func known(read map[string]field, unread ...string) map[string]field {
	for _, name := range unread {
		read[name] = field{unread: true}
	}
	return read
}

// policy has the fields of the kind. Facts: docs/facts.md, "Policies of Cilium".
func policy() field {
	names := field{list: true, fields: map[string]field{"matchName": {}, "matchPattern": {}}}
	selector := map[string]field{
		"matchLabels":      {},
		"matchExpressions": {list: true, fields: map[string]field{"key": {}, "operator": {}, "values": {}}},
	}
	ports := map[string]field{
		"ports": {list: true, fields: map[string]field{"port": {}, "endPort": {}, "protocol": {}}},
		"rules": {fields: known(map[string]field{"dns": names}, "http", "kafka", "l7", "l7proto")},
	}
	peers := []string{"icmps", "toCIDRSet", "toEntities", "toGroups", "toNodes", "toRequires", "toServices"}
	egress := known(map[string]field{
		"toEndpoints": {list: true, fields: selector}, "toCIDR": {}, "toFQDNs": names,
		"toPorts": {list: true, fields: known(ports, "listener", "originatingTLS", "serverNames", "terminatingTLS")},
	}, append(peers, "authentication")...)
	deny := known(map[string]field{"toCIDR": {}}, append(peers, "toEndpoints", "toPorts")...)
	spec := known(map[string]field{
		"description": {}, "labels": {}, "endpointSelector": {fields: selector},
		"egress": {list: true, fields: egress}, "egressDeny": {list: true, fields: deny},
	}, "enableDefaultDeny", "ingress", "ingressDeny", "log", "nodeSelector")
	return field{fields: known(map[string]field{
		"apiVersion": {}, "kind": {}, "metadata": {}, "status": {}, "spec": {fields: spec},
	}, "specs")}
}

// walk compares a value with the fields of the kind.
func (r *reader) walk(value any, f field, at fieldpath.Path) {
	switch {
	case value == nil: // as if it were left out
	case f.unread:
		r.unread(at)
	case f.list:
		items, is := value.([]any)
		if !is {
			r.refuse(at, "must be a list")
		}
		for i, item := range items {
			r.object(item, f.fields, at.Index(i))
		}
	case f.fields != nil:
		r.object(value, f.fields, at)
	}
}

func (r *reader) object(value any, fields map[string]field, at fieldpath.Path) {
	entries, is := value.(map[string]any)
	if !is {
		r.refuse(at, "must be an object")
	}
	for _, name := range slices.Sorted(maps.Keys(entries)) {
		f, has := fields[name]
		if !has {
			r.refuse(at.Child(name), "the kind has no field %q", name)
			continue
		}
		r.walk(entries[name], f, at.Child(name))
	}
}

// selector reports a selector that is refused, or that goes by labels which Cilium makes up for pods.
func (r *reader) selector(at fieldpath.Path, s *metav1.LabelSelector) {
	plain := Plain(s)
	names := slices.Collect(maps.Keys(plain.MatchLabels))
	for _, e := range plain.MatchExpressions {
		names = append(names, e.Key)
	}
	if slices.ContainsFunc(names, isMadeUp) {
		r.unread(at)
		return
	}
	if _, err := metav1.LabelSelectorAsSelector(plain); err != nil {
		r.refuse(at, "must be a selector of labels")
	}
}

// isMadeUp reports whether a label is none that pods have themselves. That of their namespace is read.
func isMadeUp(name string) bool {
	return strings.Contains(name, ":") || strings.HasPrefix(name, "io.cilium.")
}

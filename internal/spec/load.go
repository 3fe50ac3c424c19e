package spec

import (
	"reflect"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"cloison.dev/cloison/internal/cluster"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/strict"
	"cloison.dev/cloison/internal/syntax"
	"cloison.dev/cloison/internal/wellknown"
)

// Origin is where the text of a Segregation came from, for messages.
type Origin = strict.Origin

// Load decodes, defaults and validates the Segregation in node, which is for a cluster. Where one of the findings is an
// error, the Segregation is nil: it must not be used.
func Load(node *yaml.Node, origin Origin, in cluster.Cluster) (*Segregation, []finding.Finding) {
	d := strict.NewDocument(node, origin, wellknown.APIVersion, wellknown.SegregationKind)
	seg := &Segregation{}
	if strict.Decode(node, seg, d, dialect(in)) {
		inherit(seg, d)
		share(seg, d)
		setDefaults(seg)
		nameSecrets(seg, d)
		validate(seg, d, in)
	}
	seg.written = d
	findings := d.Findings()
	if finding.HasErrors(findings) {
		return nil, findings
	}
	return seg, findings
}

func dialect(in cluster.Cluster) strict.Dialect {
	return strict.Dialect{
		Unreadable:     finding.SpecUnreadable,
		UnknownField:   finding.SpecUnknownField,
		DuplicateField: finding.SpecDuplicateField,
		WrongType:      finding.SpecWrongType,
		Numeric: map[reflect.Type]bool{
			reflect.TypeFor[Quantity](): true,
			reflect.TypeFor[Port]():     true,
			reflect.TypeFor[Revision](): true,
		},
		Named: map[reflect.Type]bool{
			reflect.TypeFor[IngressFlows](): true, reflect.TypeFor[EgressFlows](): true,
			reflect.TypeFor[LimitItems](): true, reflect.TypeFor[AccessItems](): true,
		},
		Wrapped: map[reflect.Type]string{reflect.TypeFor[Role](): "clusterRole"},
		Must: map[reflect.Type]string{
			reflect.TypeFor[Duration](): "a span of time such as 30s or 1h30m",
			reflect.TypeFor[Quantity](): "a quantity such as 10, 500m or 20Gi",
			reflect.TypeFor[Port]():     `a port such as 443 or "53/UDP"`,
			reflect.TypeFor[Revision](): syntax.Revision.Must,
		},
		Field: func(of reflect.Type, name string, value *yaml.Node) strict.Guess {
			if of == reflect.TypeFor[Peer]() && strings.EqualFold(name, "nodeLocalDNS") {
				return strict.Guess{Fix: withoutNodeLocalDNS(in)}
			}
			return guess(of, name, value)
		},
		Form: rightForm,
	}
}

// withoutNodeLocalDNS is what to write instead of a flow to the cache of the DNS on the node.
func withoutNodeLocalDNS(in cluster.Cluster) string {
	if cache := in.DNS.NodeLocal; cache.IsValid() {
		return "remove the flow: every component may ask " + cache.String() + ", which the Cluster has under dns.nodeLocal"
	}
	return "remove the flow, and say the address of the cache under spec.dns.nodeLocal of the Cluster: every component " +
		"may ask it then"
}

package access

import (
	"cmp"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"

	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/phrase"
	"cloison.dev/cloison/validators/network/policy"
	"cloison.dev/cloison/validators/network/reach"
)

// Internet is the name of every public address.
const Internet = "internet"

// End is what a name stands for: pods, or addresses.
type End struct {
	// Node are the pods; nil for addresses, and for pods that an object of another kind runs: see [Model.CustomEnds].
	Node *reach.Node
	// Workload is the one that was named, of those that make the pods; nil where all were.
	Workload *objects.Workload
	// Addresses are those of an end that is no pods.
	Addresses policy.Addresses
	// Name is the address as it was written.
	Name string
}

// CustomEnds are the pods that a name stands for, as [Model.Ends] has it, that objects of kinds run which are not
// Kubernetes' own, such as a Workflow of Argo. Who reaches them is not known.
func (m *Model) CustomEnds(name string) []End {
	words := strings.Split(name, "/")
	var ends []End
	for _, w := range m.Set.CustomWorkloads {
		if namespace := w.PodNamespace(); len(words) == 1 && m.isPlace(namespace, name) || m.isNamed(namespace, w, words) {
			ends = append(ends, End{Workload: w, Name: w.Kind + " " + w.Name + " of " + m.PlaceOf(namespace)})
		}
	}
	return ends
}

// Title names the end: "Deployment web of shop", "pods app=x of namespace y", "the internet".
func (m *Model) Title(e End) string {
	if e.Node == nil {
		return e.Name
	}
	names := e.Node.Names()
	if e.Workload != nil {
		names = []string{e.Workload.Kind + " " + e.Workload.Name}
	}
	const few = 4
	return phrase.Few(few, names) + " of " + m.PlaceOf(e.Node.Namespace.Name)
}

// PlaceOf is the component of a namespace or, failing that, the namespace.
func (m *Model) PlaceOf(namespace string) string {
	if c := m.Scope.Of(namespace); c != nil {
		return cmp.Or(c.Name, noNamespace)
	}
	return cmp.Or(namespace, noNamespace)
}

// noNamespace is the place of objects that name none.
const noNamespace = "no namespace"

// Ends are what a name stands for: a component, a namespace, a workload, each also as PLACE/NAME, KIND/NAME or
// KIND/PLACE/NAME, where PLACE is a component or namespace, an address, a block of addresses, or [Internet]. The error
// says what there is, where there is nothing of the name.
func (m *Model) Ends(name string) ([]End, error) {
	if addresses := m.addresses(name); addresses != nil {
		title := name
		if name == Internet {
			title = "the internet"
		}
		return []End{{Addresses: addresses, Name: title}}, nil
	}
	words := strings.Split(name, "/")
	var ends []End
	for _, n := range m.Map.Nodes {
		if len(words) == 1 && m.isPlace(n.Namespace.Name, name) {
			ends = append(ends, End{Node: n})
			continue
		}
		for _, w := range n.Workloads {
			if m.isNamed(n.Namespace.Name, w, words) {
				ends = append(ends, End{Node: n, Workload: w})
			}
		}
	}
	if len(ends) == 0 {
		return nil, m.unknown(name)
	}
	return ends, nil
}

func (m *Model) addresses(name string) policy.Addresses {
	sets := m.Map.Addresses.Sets
	if name == Internet {
		return m.Map.Addresses.Public
	}
	if address, err := netip.ParseAddr(name); err == nil {
		address = address.Unmap().WithZone("")
		return sets.Of([]string{netip.PrefixFrom(address, address.BitLen()).String()}, nil)
	}
	if block, err := netip.ParsePrefix(name); err == nil {
		return sets.Of([]string{unmapped(block).String()}, nil)
	}
	return nil
}

// unmapped is a block of IPv4 addresses in place of one of the IPv6 addresses that stand for them.
func unmapped(block netip.Prefix) netip.Prefix {
	const before = 128 - 32
	if !block.Addr().Is4In6() || block.Bits() < before {
		return block
	}
	return netip.PrefixFrom(block.Addr().Unmap(), block.Bits()-before)
}

// isPlace reports whether a namespace is the component or namespace of the name.
func (m *Model) isPlace(namespace, name string) bool {
	c := m.Scope.Of(namespace)
	return namespace == name || c != nil && c.Name == name
}

// isNamed reports whether words name a workload: NAME, PLACE/NAME, KIND/NAME or KIND/PLACE/NAME.
func (m *Model) isNamed(namespace string, w *objects.Workload, words []string) bool {
	if words[len(words)-1] != w.Name {
		return false
	}
	isKind := func(word string) bool { return strings.EqualFold(word, w.Kind) }
	switch before := words[:len(words)-1]; len(before) {
	case 0:
		return true
	case 1:
		return isKind(before[0]) || m.isPlace(namespace, before[0])
	case 2:
		return isKind(before[0]) && m.isPlace(namespace, before[1])
	}
	return false
}

// unknown says that nothing has a name, and what may be meant.
func (m *Model) unknown(name string) error {
	known := map[string]bool{}
	for _, n := range m.Map.Nodes {
		known[n.Namespace.Name] = true
		if c := m.Scope.Of(n.Namespace.Name); c != nil {
			known[c.Name] = true
		}
		for _, w := range n.Workloads {
			known[w.Name] = true
		}
	}
	delete(known, "")
	names := slices.Sorted(maps.Keys(known))
	last := name[strings.LastIndex(name, "/")+1:]
	if meant := phrase.Closest(last, names); meant != "" {
		return fmt.Errorf("%s is no component, namespace or workload of the input%s", phrase.Quote(name),
			phrase.DidYouMean(meant))
	}
	const few = 10
	return fmt.Errorf("%s is no component, namespace or workload of the input, and no address; there are %s",
		phrase.Quote(name), phrase.Few(few, names))
}

package access

import (
	"fmt"
	"slices"
	"strings"

	"cloison.dev/cloison/internal/cilium"
	"cloison.dev/cloison/internal/objects"
)

// HostNames are names of hosts that a policy of Cilium opens to pods of a component.
type HostNames struct {
	// Names are host names, or patterns of them.
	Names []string `json:"names"`
	// Ports are numbers, or ranges, with a protocol: 443/TCP. None are all.
	Ports  []string `json:"ports,omitempty"`
	Policy Object   `json:"policy"`
}

// collectHostNames finds what the CiliumNetworkPolicies of each namespace open by name. A policy that cannot be read
// opens nothing here: the proof says why.
func collectHostNames(set *objects.Set, components []Component) {
	for i := range components {
		c := &components[i]
		for _, o := range set.Custom {
			if o.Namespace != c.Namespace || o.GroupKind() != cilium.GroupKind() {
				continue
			}
			rule, problems := cilium.Read(o.Fields)
			if len(problems) > 0 {
				continue
			}
			for _, egress := range rule.Egress {
				if len(egress.ToFQDNs) > 0 {
					c.HostNames = append(c.HostNames, HostNames{
						Names: namesOf(egress.ToFQDNs), Ports: portsOf(egress.ToPorts),
						Policy: Object{Kind: o.Kind, Namespace: o.Namespace, Name: o.Name},
					})
				}
			}
		}
		slices.SortStableFunc(c.HostNames, func(a, b HostNames) int { return strings.Compare(a.Policy.Name, b.Policy.Name) })
	}
}

func namesOf(all []cilium.Name) []string {
	var names []string
	for _, name := range all {
		names = append(names, name.Text())
	}
	return names
}

func portsOf(rules []cilium.PortRule) []string {
	var ports []string
	for _, rule := range rules {
		for _, p := range rule.Ports {
			port := p.Port
			if p.EndPort != 0 {
				port += fmt.Sprintf("-%d", p.EndPort)
			}
			if p.Protocol != "" && p.Protocol != "ANY" {
				port += "/" + p.Protocol
			}
			ports = append(ports, port)
		}
	}
	return ports
}

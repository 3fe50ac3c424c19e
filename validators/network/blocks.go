package network

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"

	"cloison.dev/cloison/internal/cluster"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/validators/network/model"
	"cloison.dev/cloison/validators/network/policy"
)

// metadataPort is where the metadata service listens.
const metadataPort = 80

// block reports what is wrong with a block whatever is declared. A block that is too large is one finding.
func (c *ruleCheck) block(r *model.PeerRule, home *model.Namespace) {
	a := c.Addresses
	switch {
	case r.Direction == policy.Egress && model.IsDNSOnly(r.Ports) && c.isInternet(r.Block):
		c.add(r, c.dnsAnywhere(r, addressesText(r.Block)))
	case r.Direction == policy.Egress && opensMetadataPort(r) && c.hasMetadata(r.Block):
		c.metadata(r, a.Sets.Intersect(r.Block, a.Metadata))
	case a.Sets.Overlap(r.Block, a.Pods):
		c.podAddresses(r, home, a.Sets.Intersect(r.Block, a.Pods))
	}
}

// undeclaredAddresses reports the addresses of a block that no flow declares, by what they are.
func (c *ruleCheck) undeclaredAddresses(u *undeclared) {
	r, set, a := u.rule, u.Addresses, c.Addresses
	v := u.evaluate()
	switch isEgress := r.Direction == policy.Egress; {
	case !v.Side(r.Direction).Allowed:
		c.undecided(r)
	case a.Sets.Contains(a.Pods, set):
		c.podAddresses(r, u.home, set)
	case isEgress && c.hasMetadata(set) && a.Sets.Contains(a.LinkLocal, set):
		c.metadata(r, set)
	case isEgress && model.IsDNSOnly(r.Ports) && c.isInternet(set):
		f := c.dnsAnywhere(r, addressesText(set))
		f.Severity = finding.Error
		c.add(r, f)
	default:
		f := undeclaredWay(u, addressesText(set))
		if isEgress && c.hasMetadata(set) {
			f.Message += "; the metadata service of the node is among them"
		}
		f.Counterexample, f.Fix = u.allowed(v), "narrow the block, or declare the flow"
		c.add(r, f)
	}
}

func (c *ruleCheck) isInternet(set policy.Addresses) bool {
	return set.Contains(c.Addresses.Sets.Example(c.Addresses.Public))
}

func (c *ruleCheck) hasMetadata(set policy.Addresses) bool {
	return c.Addresses.Sets.Overlap(set, c.Addresses.Metadata)
}

func opensMetadataPort(r *model.PeerRule) bool {
	return r.Ports.Fixed.Contains(policy.Port{Protocol: corev1.ProtocolTCP, Number: metadataPort})
}

func (c *ruleCheck) metadata(r *model.PeerRule, set policy.Addresses) {
	a := c.Addresses
	f := finding.Finding{
		Code: finding.MetadataReachable, Severity: finding.Error,
		Message: fmt.Sprintf(
			"the block holds %s with the metadata service of the node, open on %s", addressesText(set), r.Ports,
		),
		Counterexample: fmt.Sprintf("pods of %s%s → %s: egress by NetworkPolicy %s %s",
			namespaceText(r.Namespace), withText(r.Selector), a.Sets.Example(a.Sets.Intersect(set, a.Metadata)),
			objects.Path(r.Namespace, r.Name), r.Rule),
		Fix: "take 169.254.0.0/16 and fd00:42::42/128 out of the block with except",
	}
	if !c.Planned && a.Sets.Overlap(r.Block, a.Pods) {
		pods := a.Sets.Intersect(r.Block, a.Pods)
		f.Message += fmt.Sprintf("; it also holds %s, %s", addressesText(pods), c.whosePods())
		f.Fix = fmt.Sprintf(
			"take 169.254.0.0/16, fd00:42::42/128 and %s out of the block with except", addressesText(a.Pods),
		)
	}
	if !c.Planned && !opensMetadataPort(r) {
		f.Severity = finding.Warning
	}
	c.add(r, f)
}

// podAddresses reports a block that holds the addresses of pods. It is an error where another component is really
// reached, if the block matches pods. With a Segregation, that nobody declared the pods is an error where the network
// plugin lets it match them, and not decided where that is not known.
func (c *ruleCheck) podAddresses(r *model.PeerRule, home *model.Namespace, set policy.Addresses) {
	f := finding.Finding{
		Code: finding.PodAddresses, Severity: finding.Warning,
		Message: fmt.Sprintf("the block holds %s, %s; some network plugins let a block match pods", addressesText(set),
			c.whosePods()),
		Counterexample: fmt.Sprintf("pods of %s%s and pods of every other namespace, on %s",
			namespaceText(r.Namespace), withText(r.Selector), r.Ports),
		Fix: fmt.Sprintf("take %s out of the block with except; for pods use namespaceSelector and podSelector",
			addressesText(c.Addresses.Pods)),
	}
	switch other, w := c.victim(r, home); {
	case other != nil:
		f.Severity = finding.Error
		f.Counterexample = "with a network plugin that lets blocks match pods: " + endsText(w, r.Direction, home, other)
	case c.Planned && c.Cluster.NetworkPlugin == cluster.PluginCalico:
		f.Severity, f.Message = finding.Error, f.Message+", Calico among them"
	case c.Planned && c.Cluster.NetworkPlugin != cluster.PluginCilium:
		f.Undecided, f.Message = true, "not decided: "+f.Message
	}
	c.add(r, f)
}

// whosePods are the addresses of pods in words, which tell that a Kapsule is assumed where no Cluster is given.
func (c *ruleCheck) whosePods() string {
	if c.Cluster.Name == "" {
		return "the addresses of pods on Kapsule"
	}
	return "the addresses of pods"
}

package cluster

import (
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strconv"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/phrase"
	"cloison.dev/cloison/internal/strict"
	"cloison.dev/cloison/internal/syntax"
	"cloison.dev/cloison/internal/wellknown"
)

// validator judges a Cluster that has been decoded. It changes nothing and reports every problem.
type validator struct {
	*strict.Document
}

func validate(d *Document, document *strict.Document) {
	v := validator{document}
	v.exactly(fieldpath.Of("apiVersion"), d.APIVersion, wellknown.APIVersion)
	v.exactly(fieldpath.Of("kind"), d.Kind, Kind)
	v.text(fieldpath.Of("metadata", "name"), d.Metadata.Name, syntax.DNSLabel)
	v.spec(fieldpath.Of("spec"), &d.Spec)
}

func (v validator) wrong(path fieldpath.Path, message, fix string) {
	v.Problem(finding.ClusterInvalid, path, message, fix)
}

func (v validator) invalid(path fieldpath.Path, value, must, fix string) {
	v.wrong(path, phrase.Quote(value)+" must be "+must, fix)
}

func (v validator) exactly(path fieldpath.Path, value, must string) {
	if v.given(path) && value != must {
		v.invalid(path, value, must, "write "+must)
	}
}

// text checks a field that must be there and have the form of a grammar.
func (v validator) text(path fieldpath.Path, value string, of syntax.Grammar) {
	if v.given(path) && !of.Matches(value) {
		v.invalid(path, value, of.Must, "")
	}
}

// given reports a field that is missing as a problem. It returns false then.
func (v validator) given(path fieldpath.Path) bool {
	if !v.Written(path) {
		v.wrong(path, "must be given", "")
	}
	return v.Written(path)
}

func (v validator) spec(path fieldpath.Path, s *Spec) {
	v.oneOf(path.Child("distribution"), s.Distribution, DistributionKapsule, DistributionOther)
	v.oneOf(path.Child("networkPlugin"), s.NetworkPlugin, PluginCilium, PluginCalico, PluginOther)
	v.blocks(path.Child("podCIDRs"), s.PodCIDRs)
	v.blocks(path.Child("serviceCIDRs"), s.ServiceCIDRs)
	v.apart(path, s)
	v.roomForServices(path.Child("serviceCIDRs"), s.ServiceCIDRs)
	pods, _ := s.podsAndServices()
	for i := range s.APIServer {
		v.endpoint(path.Child("apiServer").Index(i), &s.APIServer[i], pods)
	}
	if s.DNS != nil {
		v.nameServer(path.Child("dns"), s.DNS, pods)
	}
	v.nothingEmpty(path, s)
	v.installed(path, s)
	v.namespaces(path.Child("namespaces"), s.Namespaces)
	v.kinds(path.Child("kinds"), s.Kinds)
}

// oneOf checks a field that has one of a few words, where it is written.
func (v validator) oneOf(path fieldpath.Path, value string, words ...string) {
	if v.Written(path) && !v.IsUndecoded(path) && !slices.Contains(words, value) {
		v.invalid(path, value, phrase.Or(words), phrase.Write(phrase.ClosestWord(value, words)))
	}
}

// nothingEmpty demands what has no default, and refuses what is written and says nothing.
func (v validator) nothingEmpty(path fieldpath.Path, s *Spec) {
	var dns NameServer
	if s.DNS != nil {
		dns = *s.DNS
	}
	for _, field := range []struct {
		path  fieldpath.Path
		empty bool
	}{
		{path.Child("podCIDRs"), len(s.PodCIDRs) == 0},
		{path.Child("serviceCIDRs"), len(s.ServiceCIDRs) == 0},
		{path.Child("dns").Child("namespace"), dns.Namespace == ""},
		{path.Child("dns").Child("pods"), len(dns.Pods) == 0},
	} {
		switch {
		case !field.empty:
		case s.Distribution == DistributionOther:
			v.wrong(field.path, "must be given: with distribution Other nothing is assumed", "")
		case v.Written(field.path):
			v.wrong(field.path, "must not be empty", "remove it for the default")
		}
	}
}

// blocks checks blocks of addresses.
func (v validator) blocks(path fieldpath.Path, blocks []string) {
	seen := map[netip.Prefix]fieldpath.Path{}
	for i, text := range blocks {
		at := path.Index(i)
		block, ok := v.block(at, text)
		if other, taken := seen[block]; ok && taken {
			v.invalid(at, text, "given once: "+other.String()+" has it", "remove one of the two")
		}
		seen[block] = at
	}
}

// block checks one block of addresses.
func (v validator) block(at fieldpath.Path, text string) (block netip.Prefix, ok bool) {
	block, must, fix := syntax.ReadBlock(text)
	if must == "" && block.Bits() == 0 {
		must, fix = "a part of all addresses", "name the addresses that the cluster uses"
	}
	if must != "" {
		v.invalid(at, text, must, fix)
	}
	return block, must == ""
}

// overlapping is the first of some blocks that has addresses of another one. Those that cannot be read are passed over:
// they are problems of their own.
func overlapping(block netip.Prefix, blocks []string) (found netip.Prefix, is bool) {
	for _, text := range blocks {
		if other, err := netip.ParsePrefix(text); err == nil && block.Overlaps(other) {
			return other, true
		}
	}
	return netip.Prefix{}, false
}

// apart demands that an address is a pod's or a Service's, and not either.
func (v validator) apart(path fieldpath.Path, s *Spec) {
	pods, services := s.podsAndServices()
	for i, text := range services {
		service, err := netip.ParsePrefix(text)
		pod, is := overlapping(service, pods)
		if err != nil || !is {
			continue
		}
		at := path.Child("podCIDRs")
		if len(s.ServiceCIDRs) > 0 {
			at = path.Child("serviceCIDRs").Index(i)
		}
		v.wrong(at, fmt.Sprintf("the addresses of Services, %s, must lie outside those of pods, %s", service, pod), "")
	}
}

// roomForServices demands that the first block holds the addresses that are counted from its start: that of the API
// server's Service, and that of Kapsule's DNS.
func (v validator) roomForServices(path fieldpath.Path, blocks []string) {
	if len(blocks) == 0 {
		return
	}
	first, err := netip.ParsePrefix(blocks[0])
	const bits = 4 // of 16 addresses
	if most := first.Addr().BitLen() - bits; err == nil && first.Bits() > most {
		v.invalid(path.Index(0), blocks[0], fmt.Sprintf("a block of 16 addresses or more, /%d at most", most),
			"name the whole block that Services have their addresses from")
	}
}

func (v validator) endpoint(path fieldpath.Path, e *Endpoint, pods []string) {
	if at := path.Child("cidr"); v.given(at) {
		if block, ok := v.block(at, e.CIDR); ok {
			v.opened(at, e.CIDR, block, pods)
		}
	}
	const lastPort = 65535
	if e.Port != nil && !v.IsUndecoded(path.Child("port")) && (*e.Port < 1 || *e.Port > lastPort) {
		v.invalid(path.Child("port"), strconv.Itoa(*e.Port), "a port from 1 to 65535", "")
	}
}

// opened refuses a block that must not be opened to pods: through addresses of pods components would reach each other,
// as they change.
func (v validator) opened(at fieldpath.Path, text string, block netip.Prefix, pods []string) {
	const fix = "name the addresses that it has, and no others"
	if pod, is := overlapping(block, pods); is {
		v.invalid(at, text, "outside "+pod.String()+", the addresses of pods: pods change addresses, and components "+
			"would reach each other", fix)
	}
	if slices.ContainsFunc(metadata(), block.Contains) {
		v.invalid(at, text, "outside the metadata service's addresses, which tells a pod the secrets of its node", fix)
	}
}

func (v validator) nameServer(path fieldpath.Path, n *NameServer, pods []string) {
	if n.Namespace != "" {
		v.text(path.Child("namespace"), n.Namespace, syntax.DNSLabel)
	}
	at := path.Child("pods")
	for _, name := range slices.Sorted(maps.Keys(n.Pods)) {
		if !syntax.LabelName.Matches(name) {
			v.wrong(at.Child(name), phrase.Quote(name)+" must be "+syntax.LabelName.Must, "")
		}
		if !syntax.LabelValue.Matches(n.Pods[name]) {
			v.invalid(at.Child(name), n.Pods[name], syntax.LabelValue.Must, "")
		}
	}
	v.nodeLocal(path.Child("nodeLocal"), n.NodeLocal, pods)
}

// nodeLocal checks the address of NodeLocal DNSCache.
func (v validator) nodeLocal(at fieldpath.Path, text string, pods []string) {
	if !v.Written(at) || v.IsUndecoded(at) {
		return
	}
	address, err := netip.ParseAddr(text)
	if err != nil || address.Zone() != "" || address.Is4In6() {
		v.invalid(at, text, "an address such as 169.254.20.10", "")
		return
	}
	v.opened(at, text, netip.PrefixFrom(address, address.BitLen()), pods)
}

package spec

import (
	"cmp"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"cloison.dev/cloison/internal/cluster"
	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/phrase"
	"cloison.dev/cloison/internal/syntax"
)

// isMetadataService reports whether an address is one of the metadata service of a Scaleway instance.
func (v *validator) isMetadataService(address netip.Addr) bool {
	return slices.Contains(v.cluster.Metadata, address)
}

func (v *validator) flows(path fieldpath.Path, component string, c *Component) {
	for i := range c.Ingress {
		flow, at := &c.Ingress[i], path.Child("ingress").Index(i)
		v.peer(at.Child("from"), component, c, &flow.From)
		if flow.From.Internet {
			v.Problem(finding.SpecInvalidValue, at.Child("from"),
				"must be a component, a namespace, a cidr, the API server or the monitoring: internet is for egress only",
				"for callers on the internet, allow the namespace of your ingress controller")
		}
		if len(flow.From.FQDNs) > 0 {
			v.Problem(finding.SpecInvalidValue, at.Child("from", "fqdns"),
				"must be left out: names are for egress only, as the DNS tells nothing of who calls",
				"write {namespace: ...} or {cidr: ...} for the callers")
		}
		if flow.From.KubernetesAPI && len(v.cluster.APIServer.Servers) == 0 {
			v.Problem(finding.SpecInvalidValue, at.Child("from", "kubernetesAPI"),
				"must be left out while the addresses of the control plane are not known, from which the API server calls",
				"say them in the Cluster, as spec.apiServer: [{cidr: 51.15.0.10/32}], or write {cidr: ...} for them")
		}
		v.podLabels(at.Child("pods"), flow.Pods)
		v.ports(at.Child("ports"), flow.Ports)
	}
	for i := range c.Egress {
		flow, at := &c.Egress[i], path.Child("egress").Index(i)
		v.peer(at.Child("to"), component, c, &flow.To)
		v.podLabels(at.Child("pods"), flow.Pods)
		v.ports(at.Child("ports"), flow.Ports)
		if names := at.Child("to", "fqdns"); v.Written(names) {
			v.peerNames(names, flow.To.FQDNs)
		}
		if flow.To.KubernetesAPI {
			v.kubernetesAPIPorts(at.Child("ports"), flow.Ports)
		}
	}
}

// kubernetesAPIPorts refuses other ports than an API server has: where its addresses are not known, the flow opens a
// port to more than the API server.
func (v *validator) kubernetesAPIPorts(path fieldpath.Path, ports []Port) {
	service, behind := int32(v.cluster.APIServer.Service.Port()), v.cluster.APIServer.Ports()
	for i, port := range ports {
		parsed, err := port.Parse()
		isOne := func(number int32) bool { return parsed == singlePort(number) }
		if err == nil && !isOne(service) && !slices.ContainsFunc(behind, isOne) {
			v.invalid(path.Index(i), string(port),
				fmt.Sprintf("%d (of the Service) or %s (behind it), or left out", service, anyOf(behind)),
				"say under apiServer of the Cluster on which port the API server is, or use {cidr: ...}")
		}
	}
}

func anyOf(ports []int32) string {
	texts := make([]string, len(ports))
	for i, port := range ports {
		texts[i] = strconv.Itoa(int(port))
	}
	return phrase.Or(texts)
}

// singlePort is one port of TCP.
func singlePort(number int32) PortRange {
	return PortRange{Protocol: corev1.ProtocolTCP, First: number, Last: number}
}

// peer checks that a peer is one thing, and that the thing exists.
func (v *validator) peer(path fieldpath.Path, component string, c *Component, p *Peer) {
	given := p.given()
	switch {
	case len(given) == 0 && (v.UndecodedBelow(path) || v.Written(path.Child("fqdns"))): // what was given is wrong
	case len(given) == 0:
		v.Problem(finding.SpecRequired, path,
			"must be one of component, namespace, cidr, internet: true, kubernetesAPI: true, monitoring: true "+
				"and fqdns", "name the peer, such as {namespace: ingress-nginx}")
	case len(given) > 1:
		v.Problem(finding.SpecInvalidValue, path,
			"must be only one of component, namespace, cidr, internet, kubernetesAPI, monitoring and fqdns, got "+
				phrase.List(given),
			"write one flow for each")
	}
	if len(p.Pods) > 0 && p.Component == "" && p.Namespace == "" && !p.Monitoring {
		v.Problem(finding.SpecInvalidValue, path.Child("pods"),
			"must be left out: only a component, a namespace or the monitoring has pods", "remove it")
	}
	v.podLabels(path.Child("pods"), p.Pods)
	if p.Component != "" {
		v.peerComponent(path.Child("component"), p.Component)
	}
	if p.Namespace != "" {
		v.peerNamespace(path.Child("namespace"), component, c, p.Namespace)
	}
	if p.CIDR != "" {
		v.peerCIDR(path.Child("cidr"), p.CIDR)
	}
	if p.Monitoring {
		v.peerMonitoring(path.Child("monitoring"), component, c)
	}
}

// peerNames checks host names, which only Cilium can open.
func (v *validator) peerNames(path fieldpath.Path, names []string) {
	if v.cluster.NetworkPlugin != cluster.PluginCilium {
		plugin := "it is not known that the cluster has Cilium"
		if v.cluster.NetworkPlugin != "" {
			plugin = "the network plugin is " + v.cluster.NetworkPlugin + " by the Cluster"
		}
		v.Problem(finding.SpecInvalidValue, path,
			"must be left out: only Cilium opens connections by the names of hosts, and "+plugin,
			"open the addresses with {cidr: ...}, or let the component reach a proxy that knows names, with "+
				"{namespace: ...}; where the cluster has Cilium, say spec.networkPlugin: Cilium in the Cluster")
		return
	}
	if len(names) == 0 && !v.UndecodedBelow(path) {
		v.Problem(finding.SpecInvalidValue, path, "must have a host name", "name the hosts, or remove the flow")
	}
	seen := map[string]bool{}
	for i, name := range names {
		at := path.Index(i)
		if v.IsUndecoded(at) {
			continue
		}
		v.peerName(at, name)
		if seen[name] {
			v.invalid(at, name, "given once", "remove one of the two")
		}
		seen[name] = true
	}
}

// peerName checks one host name. Those of Services lead to pods, which Cilium does not open by names. Facts:
// docs/facts.md, "Policies of Cilium".
func (v *validator) peerName(path fieldpath.Path, name string) {
	switch {
	case !syntax.HostName.Matches(name):
		fix := hostFix(name)
		if !strings.ContainsAny(name, ".*") {
			fix = v.hostNameFix(name)
		}
		v.invalid(path, name, syntax.HostName.Must, fix)
	case strings.HasSuffix(name, ".cluster.local") || strings.HasSuffix(name, ".svc"):
		v.invalid(path, name, "the name of a host outside of the cluster: names open no pods", v.hostNameFix(name))
	}
}

// hostFix is what to write instead of a text that was meant as a host name; empty where that is not known.
func hostFix(text string) string {
	if address, err := netip.ParseAddr(text); err == nil {
		return fmt.Sprintf("write {cidr: %s}", netip.PrefixFrom(address, address.BitLen()))
	}
	if text == "*" {
		return "write {internet: true} for every public address"
	}
	host := text
	if _, after, found := strings.Cut(host, "://"); found {
		host = after
	}
	host, _, _ = strings.Cut(host, "/")
	host, _, _ = strings.Cut(host, ":")
	if host = strings.TrimSuffix(strings.ToLower(host), "."); host != text && syntax.HostName.Matches(host) {
		return phrase.Write(host)
	}
	return ""
}

// peerMonitoring demands that it is known where what scrapes metrics runs, and that it is no component.
func (v *validator) peerMonitoring(path fieldpath.Path, component string, c *Component) {
	if v.cluster.Monitoring == "" {
		v.Problem(finding.SpecInvalidValue, path,
			"must be left out while it is not known which namespace the monitoring is in",
			"name it in the Cluster, as spec.monitoring: {namespace: monitoring}, or write {namespace: ...}")
		return
	}
	v.peerNamespace(path, component, c, v.cluster.Monitoring)
}

// given names the alternatives of p that are set.
func (p *Peer) given() []string {
	var names []string
	for _, alternative := range []struct {
		name string
		set  bool
	}{
		{"component", p.Component != ""}, {"namespace", p.Namespace != ""}, {"cidr", p.CIDR != ""},
		{"internet", p.Internet}, {"kubernetesAPI", p.KubernetesAPI}, {"monitoring", p.Monitoring},
		{"fqdns", len(p.FQDNs) > 0},
	} {
		if alternative.set {
			names = append(names, alternative.name)
		}
	}
	return names
}

func (v *validator) peerComponent(path fieldpath.Path, name string) {
	if _, known := v.seg.Spec.Components[name]; known || v.corrected[name] {
		return
	}
	names := slices.Sorted(maps.Keys(v.seg.Spec.Components))
	fix := "add the component, or use {namespace: ...} for what is outside the Segregation"
	const shown = 10 // of possibly thousands, in each of possibly thousands of messages
	fix = cmp.Or(phrase.Write(phrase.ClosestWord(name, names)), fix)
	v.Problem(finding.SpecUnknownComponent, path,
		phrase.Quote(name)+" must be a component of this Segregation: "+phrase.Few(shown, names), fix)
}

func (v *validator) peerNamespace(path fieldpath.Path, component string, c *Component, namespace string) {
	v.label(path, namespace)
	owner := v.componentIn(namespace)
	switch {
	case namespace == c.Namespace && v.Place(path) == path:
		v.Problem(finding.SpecInvalidValue, path,
			fmt.Sprintf("%s must not be the component's own namespace", phrase.Quote(namespace)),
			fmt.Sprintf("write {component: %s}", component))
	case owner != "":
		v.Problem(finding.SpecInvalidValue, path,
			fmt.Sprintf("%s must not be the namespace of component %s: only a flow to the component opens both sides",
				phrase.Quote(namespace), phrase.Quote(owner)),
			fmt.Sprintf("write {component: %s}", owner))
	}
}

func (v *validator) peerCIDR(path fieldpath.Path, value string) {
	block, must, fix := syntax.ReadBlock(value)
	if must != "" {
		v.invalid(path, value, must, cmp.Or(fix, v.hostNameFix(value)))
		return
	}
	v.peerOutside(path, block)
}

// hostNameFix is what to write instead of the name of a host or a URL; empty for another text.
func (v *validator) hostNameFix(text string) string {
	_, after, isURL := strings.Cut(text, "://")
	if !isURL {
		after = text
	}
	host, _, _ := strings.Cut(strings.ToLower(after), "/")
	host, _, _ = strings.Cut(strings.TrimPrefix(host, "*."), ":")
	switch labels := strings.Split(host, "."); {
	case !syntax.ObjectName.Matches(host) || strings.Trim(host, "0123456789.") == "":
		return ""
	case len(labels) == 1:
		return fmt.Sprintf("write {component: %s}, or {namespace: %s} for one outside of the Segregation", host, host)
	case (len(labels) == 2 || labels[2] != "svc") && v.cluster.NetworkPlugin == cluster.PluginCilium:
		return fmt.Sprintf("write {fqdns: [%s]}", host)
	case len(labels) == 2 || labels[2] != "svc":
		return noHostNames
	case v.componentIn(labels[1]) != "":
		return fmt.Sprintf("policies know no Services: write {component: %s}", v.componentIn(labels[1]))
	default:
		return fmt.Sprintf("policies know no Services: write {namespace: %s}", labels[1])
	}
}

// peerOutside refuses a block that lies where no cidr may reach. One that holds such addresses is generated without
// them.
func (v *validator) peerOutside(path fieldpath.Path, prefix netip.Prefix) {
	for _, pods := range v.cluster.PodCIDRs {
		if pods.Contains(prefix.Addr()) && prefix.Bits() >= pods.Bits() {
			v.invalid(path, prefix.String(), "outside "+pods.String()+", the addresses of pods: pods change "+
				"addresses, and components would reach each other", "use a component or a namespace")
		}
	}
	if prefix.IsSingleIP() && v.isMetadataService(prefix.Addr()) {
		v.invalid(path, prefix.String(),
			"another address than the metadata service, which tells a pod the secrets of its node", "remove the flow")
	}
}

func (v *validator) ports(path fieldpath.Path, ports []Port) {
	v.notEmpty(path, len(ports), "all ports")
	seen := map[PortRange]bool{}
	for i, port := range ports {
		parsed, err := port.Parse()
		if err != nil {
			v.Problem(finding.SpecInvalidValue, path.Index(i), err.Error(), syntax.Port.Fix(string(port)))
			continue
		}
		if seen[parsed] {
			v.invalid(path.Index(i), string(port), "given once", "remove one of the two")
		}
		seen[parsed] = true
	}
}

// uniqueFlows reports flows between components that are written twice, on one side or on both.
func (v *validator) uniqueFlows() {
	seen := map[string]fieldpath.Path{}
	report := func(path fieldpath.Path, peer *Peer, flow string) {
		if len(peer.given()) != 1 || v.AnyUndecoded(path, "from", "to", "pods", "ports") {
			return // it is not known which flow it is
		}
		if other, taken := seen[flow]; taken {
			v.Problem(finding.SpecDuplicateFlow, path, "a flow must be written once: it is the same as "+other.String(),
				"remove one of the two; both sides get their policies from one flow")
			return
		}
		seen[flow] = path
	}
	for _, name := range slices.Sorted(maps.Keys(v.seg.Spec.Components)) {
		c := v.seg.Spec.Components[name]
		if c == nil {
			continue
		}
		path := fieldpath.Of("spec", "components", name)
		for i, flow := range c.Egress {
			flow.To = v.named(flow.To)
			report(path.Child("egress").Index(i), &flow.To, flow.key(name))
		}
		for i, flow := range c.Ingress {
			flow.From = v.named(flow.From)
			report(path.Child("ingress").Index(i), &flow.From, flow.key(name))
		}
	}
}

// named is a peer by the name of its namespace, where the Cluster has that.
func (v *validator) named(p Peer) Peer {
	if p.Monitoring && p.Namespace == "" && v.cluster.Monitoring != "" {
		p.Monitoring, p.Namespace = false, v.cluster.Monitoring
	}
	return p
}

func component(name string) string { return "component " + name }

// key tells peers apart.
func (p *Peer) key() string {
	if p.Component != "" {
		return component(p.Component)
	}
	return fmt.Sprintf("namespace %s cidr %s internet %t api %t monitoring %t names %q",
		p.Namespace, p.CIDR, p.Internet, p.KubernetesAPI, p.Monitoring, slices.Sorted(slices.Values(p.FQDNs)))
}

// key tells flows apart that are written at the component of the given name.
func (f *EgressFlow) key(name string) string {
	return flowKey(component(name), f.Pods, f.To.key(), f.To.Pods, f.Ports)
}

// key tells flows apart that are written at the component of the given name.
func (f *IngressFlow) key(name string) string {
	return flowKey(f.From.key(), f.From.Pods, component(name), f.Pods, f.Ports)
}

func flowKey(from string, fromPods map[string]string, to string, toPods map[string]string, ports []Port) string {
	sorted := make([]string, len(ports))
	for i, port := range ports {
		sorted[i] = string(port)
		if parsed, err := port.Parse(); err == nil {
			sorted[i] = fmt.Sprint(parsed)
		}
	}
	slices.Sort(sorted)
	// Printing a map sorts its keys.
	return fmt.Sprintf("%s %q %s %q %q", from, fromPods, to, toPods, sorted)
}

package syntax

import (
	"fmt"
	"net/netip"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/api/validate/content"
	"k8s.io/apimachinery/pkg/util/validation"

	"cloison.dev/cloison/internal/form"
)

const (
	labelPattern     = `[a-z0-9]([-a-z0-9]*[a-z0-9])?`
	subdomainPattern = labelPattern + `([.]` + labelPattern + `)*`
	labelNamePattern = `[A-Za-z0-9]([-_.A-Za-z0-9]{0,61}[A-Za-z0-9])?`
)

// DNSLabel is the name of a Namespace, and of a Segregation, a component and a secret group, which become parts of such
// names.
var DNSLabel = Grammar{
	Pattern: labelPattern,
	Longest: 63,
	Must:    "a DNS label: at most 63 lower-case letters, digits and dashes, with a letter or digit at both ends",
	matches: accepts(validation.IsDNS1123Label),
	meant:   func(text string) []string { return lowerCase(text, "-") },
}

// ObjectName is the name of a Secret, a SecretStore or a workload.
var ObjectName = Grammar{
	Pattern: subdomainPattern,
	Longest: 253,
	Must: "a Kubernetes name: at most 253 lower-case letters, digits, dashes and dots, " +
		"with a letter or digit at both ends",
	matches: accepts(validation.IsDNS1123Subdomain),
	meant:   func(text string) []string { return lowerCase(text, ".") },
}

// HostName is the name of a host in DNS, of two labels or more, in which a * stands for characters of a label. The last
// two labels are written out.
var HostName = Grammar{
	Pattern: hostPattern,
	Not:     notInHosts,
	Longest: longestHost,
	Must: "a host name such as api.stripe.com, in lower case and without a dot at the end, or one with * for " +
		"characters of a label, such as *.example.com, of which the last two labels are written out",
	matches: isHostName,
}

const (
	hostPattern = `([-a-z0-9_*]{1,63}[.])*[a-z0-9_]([-a-z0-9_]{0,61}[a-z0-9_])?[.][a-z]([-a-z0-9]{0,61}[a-z0-9])?`
	notInHosts  = `[*]{2}|^-|[.]-|-[.]`
	longestHost = 253
)

var hostForm, notInHostsForm = form.New(`^(?:` + hostPattern + `)$`), form.New(notInHosts)

func isHostName(text string) bool {
	return len(text) <= longestHost && hostForm.Matches(text) && !notInHostsForm.Matches(text)
}

// ObjectPath names an object as reports do: KIND/NAMESPACE/NAME, or KIND/NAME where it is in no namespace.
var ObjectPath = byPattern(
	`[A-Z][A-Za-z0-9]*(?:/[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?)?/[A-Za-z0-9](?:[-A-Za-z0-9.:_]{0,251}[A-Za-z0-9])?`,
	"an object as Kind/namespace/name, or Kind/name where it is in no namespace",
).meaning(meantObjectPath)

// SecretKey is a key in a Secret or a ConfigMap.
var SecretKey = Grammar{
	Pattern: `[-._a-zA-Z0-9]+`,
	Not:     `^[.]{1,2}$|^[.]{2}`,
	Longest: 253,
	Must:    "a valid key of a Secret: at most 253 letters, digits, dashes, underscores and dots",
	matches: accepts(validation.IsConfigMapKey),
}

// LabelName is the name of a label. Its pattern does not bound the length of the prefix.
var LabelName = Grammar{
	Pattern: `(` + subdomainPattern + `/)?` + labelNamePattern,
	Must:    "a label name such as app or example.com/team",
	matches: accepts(content.IsLabelKey),
}

// LabelValue is the value of a label.
var LabelValue = Grammar{
	Pattern: `(` + labelNamePattern + `)?`,
	Must: "a label value: at most 63 letters, digits, dashes, underscores and dots, " +
		"with a letter or digit at both ends",
	matches: accepts(content.IsLabelValue),
}

// AnnotationName is the name of an annotation: unlike that of a label, its prefix may have upper-case letters. Its
// pattern does not bound the length of the prefix, and does not look at each of its labels.
var AnnotationName = Grammar{
	Pattern: `([A-Za-z0-9]([-.A-Za-z0-9]*[A-Za-z0-9])?/)?` + labelNamePattern,
	Must:    "an annotation's name such as example.com/team",
	matches: func(text string) bool { return LabelName.Matches(strings.ToLower(text)) },
}

// Quantity is an amount of a resource, not below zero. It is narrower than Kubernetes' own parser, which takes "-" and
// "Ki" for zero and works for seconds on 1e-50000000; no real one comes near its length. Where it has an exponent, that
// parser may still refuse it.
var Quantity = Grammar{
	Pattern: quantityPattern,
	Longest: longestQuantity,
	Must:    "a quantity of at least zero, such as 10, 500m or 20Gi",
	matches: func(text string) bool { return len(text) <= longestQuantity && quantityForm.Matches(text) },
	meant:   meantQuantity,
}

const (
	longestQuantity = 64
	quantityPattern = `([+]?([0-9]+([.][0-9]*)?|[.][0-9]+)|-(0+([.]0*)?|[.]0+))` +
		`([eE][+-]?[0-9]{1,2}|[numkMGTPE]|[KMGTPE]i)?`
)

var quantityForm = form.New(`^(?:` + quantityPattern + `)$`)

// Port is a port or a range of ports, with a protocol where it is not TCP. Its pattern does not see that a range ends
// before it starts.
var Port = Grammar{
	Pattern: portPattern,
	Must:    `a port from 1 to 65535 (443), with a protocol ("53/UDP", "132/SCTP") or a range ("8000-8010")`,
	matches: isPort,
	meant:   meantPort,
	advice:  advisePort,
}

const portPattern = portNumber + `(-` + portNumber + `)?(/(TCP|UDP|SCTP))?`

var portForm = form.New(`^(?:` + portPattern + `)$`)

func isPort(text string) bool {
	if !portForm.Matches(text) {
		return false
	}
	numbers, _, _ := strings.Cut(text, "/")
	first, last, isRange := strings.Cut(numbers, "-")
	// Numbers without leading zeros compare as texts of one length do.
	return !isRange || len(first) < len(last) || len(first) == len(last) && first <= last
}

const portNumber = `(6553[0-5]|655[0-2][0-9]|65[0-4][0-9]{2}|6[0-4][0-9]{3}|[1-5][0-9]{4}|[1-9][0-9]{0,3})`

// Duration is a span of time in Go's notation. Its pattern does not bound it.
var Duration = Grammar{
	Pattern: `[+]?(([0-9]+([.][0-9]*)?|[.][0-9]+)(ns|us|µs|μs|ms|s|m|h))+`,
	Not:     `^[^1-9]+$`,
	Must:    "a span of time above zero, such as 30s, 15m or 1h30m (h is the largest unit)",
	matches: func(text string) bool {
		span, err := time.ParseDuration(text)
		return err == nil && span > 0
	},
	meant: meantDuration,
}

// ReadBlock reads a block of addresses as it must be written: IPv4 as such, and no bit set behind the prefix. must is
// what another text must be, for messages, and fix how to mend it, where that is known; must is empty for a block.
func ReadBlock(text string) (block netip.Prefix, must, fix string) {
	block, err := netip.ParsePrefix(text)
	switch {
	case err != nil:
		if one, err := netip.ParseAddr(text); err == nil && one.Zone() == "" {
			one = one.Unmap()
			fix = fmt.Sprintf("write %q for the one address", netip.PrefixFrom(one, one.BitLen()))
		} else if withPort, err := netip.ParseAddrPort(text); err == nil {
			one := withPort.Addr().Unmap()
			fix = fmt.Sprintf("write %q, and the port under ports", netip.PrefixFrom(one, one.BitLen()))
		}
		return block, CIDR.Must, fix
	case block.Addr().Is4In6():
		return block, "written as a block of IPv4 addresses such as 198.51.100.0/24", unmapped(block)
	case block != block.Masked():
		return block, "a block of addresses with no bit set behind the prefix", fmt.Sprintf("write %q", block.Masked())
	}
	return block, "", ""
}

// unmapped is the fix for a block of IPv4 addresses that is written in IPv6; empty where it holds others too.
func unmapped(block netip.Prefix) string {
	const mapped = 96 // the bits before an IPv4 address
	if block.Bits() < mapped {
		return ""
	}
	return fmt.Sprintf("write %q", netip.PrefixFrom(block.Addr().Unmap(), block.Bits()-mapped).Masked())
}

// CIDR is a block of addresses. Its pattern accepts IPv6 addresses with too many or too few groups.
var CIDR = Grammar{
	Pattern: ipv4Block + `|` + ipv6Block,
	Must:    "a block of addresses such as 198.51.100.0/24 or 2001:db8::/32",
	matches: func(text string) bool {
		_, err := netip.ParsePrefix(text)
		return err == nil
	},
}

const (
	octet     = `(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])`
	ipv4Block = octet + `([.]` + octet + `){3}/(3[0-2]|[12]?[0-9])`
	ipv6Block = `[0-9A-Fa-f]{0,4}(:[0-9A-Fa-f]{0,4}){1,7}(:` + octet + `([.]` + octet + `){3})?` +
		`/(12[0-8]|1[01][0-9]|[1-9]?[0-9])`
)

// Image is a reference to a container image (the OCI distribution's reference package). Its pattern only bounds the
// characters.
var Image = Grammar{
	Pattern: `[A-Za-z0-9\[][-A-Za-z0-9._:/@+\[\]]*`,
	Not:     `//`,
	Must:    "an image reference such as registry.example.com/cloison-sync:v1",
	matches: form.New(`^(` + imageHost + `/)?` + imageName + `(/` + imageName + `)*(:` + imageTag + `)?` +
		`(@` + imageDigest + `)?$`).Matches,
}

const (
	imageHost   = `([a-zA-Z0-9]([-.a-zA-Z0-9]*[a-zA-Z0-9])?|\[[0-9a-fA-F:]+\])(:[0-9]+)?`
	imageName   = `[a-z0-9]+(([._]|__|-+)[a-z0-9]+)*`
	imageTag    = `[a-zA-Z0-9_][-.a-zA-Z0-9_]*`
	imageDigest = `[a-z][a-z0-9]*([-_+.][a-z][a-z0-9]*)*:[0-9a-fA-F]+`
)

// accepts makes a check of one of apimachinery's, which return what is wrong.
func accepts(problems func(text string) []string) func(text string) bool {
	return func(text string) bool { return len(problems(text)) == 0 }
}

// PodSecurityVersion is a version of the Pod Security Standards, as labels of a Namespace say it.
var PodSecurityVersion = byPattern(`latest|v1[.](0|[1-9][0-9]{0,2})`, "latest or a version of Kubernetes such as v1.34").
	meaning(func(text string) []string { return []string{"v" + strings.TrimLeft(text, "vV")} })

// RBACName is the name of a role or a binding, which may have more in it than those of other objects.
var RBACName = byPattern(`[^/%]{1,246}`, "the name of a role, without slash and percent sign")

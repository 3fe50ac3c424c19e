package main

import (
	"reflect"

	"github.com/invopop/jsonschema"

	"cloison.dev/cloison/internal/spec"
)

// form is what a text must look like. Patterns are written in what ECMA 262, which JSON Schema asks for, and Go's regexp
// have in common, and are never stricter than package spec.
type form struct {
	// pattern the whole text must match, without anchors.
	pattern string
	// not is a pattern that no part of the text may match; empty means none.
	not string
	// longest is the greatest length; 0 means that the pattern bounds it.
	longest uint64
	// must completes "must be ..." in an editor's message.
	must string
}

const (
	labelPattern     = `[a-z0-9]([-a-z0-9]*[a-z0-9])?`
	subdomainPattern = labelPattern + `([.]` + labelPattern + `)*`
	labelNamePattern = `[A-Za-z0-9]([-_.A-Za-z0-9]{0,61}[A-Za-z0-9])?`
	uuidPattern      = `[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`
	octetPattern     = `(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])`
	ipv4Pattern      = octetPattern + `([.]` + octetPattern + `){3}/(3[0-2]|[12]?[0-9])`
	ipv6Pattern      = `[0-9A-Fa-f]{0,4}(:[0-9A-Fa-f]{0,4}){1,7}(:` + octetPattern + `([.]` + octetPattern + `){3})?/(12[0-8]|1[01][0-9]|[1-9]?[0-9])`
	portPattern      = `(6553[0-5]|655[0-2][0-9]|65[0-4][0-9]{2}|6[0-4][0-9]{3}|[1-5][0-9]{4}|[1-9][0-9]{0,3})`
	apiKeyPattern    = `^SCW[A-Z0-9]{17}$|^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$` //nolint:gosec // the form of a key is no key
	hostAnnotations  = `^(internal[.])?config[.]kubernetes[.]io/|^config[.]k8s[.]io/|^kustomize[.]config[.]k8s[.]io/|^internal[.]kpt[.]dev/`
	ownedLabels      = `^(pod-security[.])?kubernetes[.]io/|^cloison[.]dev/|^app[.]kubernetes[.]io/(managed-by|part-of)`
)

func label() form {
	return form{pattern: labelPattern, longest: 63, must: "a DNS label: lower-case letters, digits and dashes, with a letter or digit at both ends"}
}

func ownNamespace() form {
	return form{pattern: labelPattern, longest: 63, not: `^kube-|^default$`, must: `a DNS label other than "default" that does not start with "kube-"`}
}

func objectName() form {
	return form{pattern: subdomainPattern, longest: 253, must: "a Kubernetes name: lower-case letters, digits, dashes and dots, with a letter or digit at both ends"}
}

func labelKey() form {
	return form{pattern: `(` + subdomainPattern + `/)?` + labelNamePattern, must: "a label name such as app or example.com/team"}
}

func namespaceLabelKey() form {
	f := labelKey()
	f.not, f.must = ownedLabels, f.must+", and none that Cloison or Kubernetes sets"
	return f
}

func annotationKey() form {
	f := labelKey()
	f.pattern = `([A-Za-z0-9]([-.A-Za-z0-9]*[A-Za-z0-9])?/)?` + labelNamePattern
	f.not, f.must = hostAnnotations, "an annotation's name such as example.com/team, and none that kustomize or kpt uses"
	return f
}

func labelValue() form {
	return form{pattern: `(` + labelNamePattern + `)?`, must: "a label value: at most 63 letters, digits, dashes, underscores and dots, with a letter or digit at both ends"}
}

func region() form {
	return form{pattern: `[a-z]{2}-[a-z]{3}`, must: "a Scaleway region such as fr-par, nl-ams or pl-waw"}
}

func uuid() form {
	return form{pattern: uuidPattern, must: "a UUID in lower case"}
}

func folder() form {
	return form{pattern: `/|(/[-_.a-zA-Z0-9]{1,255})+`, not: `/[.]{1,2}(/|$)`, must: "an absolute path such as /production/shop, without a slash at the end"}
}

func apiURL() form {
	return form{pattern: `[Hh][Tt][Tt][Pp][Ss]?://[^/?#@]+(/+[^/?#@]+)*`, must: "an http or https URL without user, query, fragment and slash at the end"}
}

// image is looser than a reference to an image really is.
func image() form {
	return form{pattern: `[A-Za-z0-9\[][-A-Za-z0-9._:/@+\[\]]*`, not: `//`, must: "an image reference such as registry.example.com/cloison-sync:v1"}
}

func dataKey() form {
	return form{pattern: `[-._a-zA-Z0-9]+`, not: `^[.]{1,2}$|^[.]{2}`, longest: 253, must: "a key of a Secret: letters, digits, dashes, underscores and dots"}
}

// derivedKey is a key from which the name of a Scaleway secret follows.
func derivedKey() form {
	return form{pattern: `[a-zA-Z0-9]([-._a-zA-Z0-9]*[a-zA-Z0-9])?`, longest: 253, must: "a key of a Secret, with a letter or digit at both ends; others go under map"}
}

// credentialKey is never the API key itself.
func credentialKey() form {
	f := dataKey()
	f.not += "|" + apiKeyPattern
	f.must += "; never the API key itself"
	return f
}

func credentialName() form {
	f := objectName()
	f.not = apiKeyPattern
	f.must += "; never the API key itself"
	return f
}

// query is a gjson query: each comma and each @ may double what is read.
func query() form {
	return form{pattern: `([^,@]*[,@]){0,8}[^,@]*`, longest: 512, must: "a gjson query with at most 8 commas and @ together"}
}

func secretName() form {
	return form{pattern: `[_a-zA-Z0-9]([-_.a-zA-Z0-9]*[_a-zA-Z0-9])?`, must: "the name of a Scaleway secret: letters, digits, underscores, dots and dashes, no slash"}
}

func cidr() form {
	return form{pattern: ipv4Pattern + `|` + ipv6Pattern, must: "a block of addresses such as 198.51.100.0/24 or 2001:db8::/32"}
}

// scalarTypes are the texts with a type of their own, some of which may be written as a number.
func scalarTypes() map[reflect.Type]*jsonschema.Schema {
	duration := &jsonschema.Schema{Type: "string"}
	form{
		pattern: `[+]?(([0-9]+([.][0-9]*)?|[.][0-9]+)(ns|us|µs|μs|ms|s|m|h))+`, not: `^[^1-9]+$`,
		must: "a span of time above zero, such as 30s, 15m or 1h30m",
	}.restrictOptional(duration)
	quantity := textOrNumber("number", "0", "")
	form{
		pattern: `([+]?([0-9]+([.][0-9]*)?|[.][0-9]+)|-(0+([.]0*)?|[.]0+))([eE][+-]?[0-9]{1,2}|[numkMGTPE]|[KMGTPE]i)?`,
		longest: 64,
		must:    "a quantity of at least zero, such as 10, 500m or 20Gi",
	}.restrict(quantity)
	port := textOrNumber("integer", "1", "65535")
	form{
		pattern: portPattern + `(-` + portPattern + `)?(/(TCP|UDP|SCTP))?`,
		must:    `a port from 1 to 65535 (443), with a protocol ("53/UDP") or a range ("8000-8010")`,
	}.restrict(port)
	revision := textOrNumber("integer", "1", "999999999")
	form{pattern: `[1-9][0-9]{0,8}|` + spec.LatestEnabled, must: "a revision number such as 3, or latest_enabled"}.restrictOptional(revision)
	return map[reflect.Type]*jsonschema.Schema{
		reflect.TypeFor[spec.Duration](): duration,
		reflect.TypeFor[spec.Quantity](): quantity,
		reflect.TypeFor[spec.Port]():     port,
		reflect.TypeFor[spec.Revision](): revision,
	}
}

package main

import (
	"reflect"

	"github.com/invopop/jsonschema"

	"cloison.dev/cloison/internal/spec"
	"cloison.dev/cloison/internal/syntax"
)

const (
	octetPattern = `(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])`
	ipv4Pattern  = octetPattern + `([.]` + octetPattern + `){3}/(3[0-2]|[12]?[0-9])`
	ipv6Pattern  = `[0-9A-Fa-f]{0,4}(:[0-9A-Fa-f]{0,4}){1,7}(:` + octetPattern + `([.]` + octetPattern + `){3})?` +
		`/(12[0-8]|1[01][0-9]|[1-9]?[0-9])`
	portPattern     = `(6553[0-5]|655[0-2][0-9]|65[0-4][0-9]{2}|6[0-4][0-9]{3}|[1-5][0-9]{4}|[1-9][0-9]{0,3})`
	hostAnnotations = `^(internal[.])?config[.]kubernetes[.]io/|^config[.]k8s[.]io/|^kustomize[.]config[.]k8s[.]io/|` +
		`^internal[.]kpt[.]dev/`
	ownedLabels = `^(pod-security[.])?kubernetes[.]io/|^cloison[.]dev/|^app[.]kubernetes[.]io/(managed-by|part-of)`
)

// form is a grammar as JSON Schema can say it, never stricter than package spec.
type form = syntax.Grammar

func ownNamespace() form {
	f := syntax.DNSLabel
	f.Not, f.Must = `^kube-|^default$`, `a DNS label other than "default" that does not start with "kube-"`
	return f
}

func namespaceLabelName() form {
	f := syntax.LabelName
	f.Not, f.Must = ownedLabels, f.Must+", and none that Cloison or Kubernetes sets"
	return f
}

func annotationName() form {
	f := syntax.AnnotationName
	f.Not, f.Must = hostAnnotations, f.Must+", and none that kustomize or kpt uses"
	return f
}

func apiURL() form {
	return form{
		Pattern: `[Hh][Tt][Tt][Pp][Ss]?://[^/?#@]+(/+[^/?#@]+)*`,
		Must:    "an http or https URL without user, query, fragment and slash at the end",
	}
}

// image is looser than a reference to an image really is.
func image() form {
	return form{Pattern: `[A-Za-z0-9\[][-A-Za-z0-9._:/@+\[\]]*`, Not: `//`, Must: "an image reference such as registry.example.com/cloison-sync:v1"}
}

// derivedKey is a key from which the name of a Scaleway secret follows.
func derivedKey() form {
	f := syntax.SecretKey
	f.Pattern, f.Not = `[a-zA-Z0-9]([-._a-zA-Z0-9]*[a-zA-Z0-9])?`, ""
	f.Must = "a key of a Secret, with a letter or digit at both ends; others go under map"
	return f
}

// credentialKey is never the API key itself.
func credentialKey() form {
	f := syntax.SecretKey
	f.Not += "|" + syntax.NeitherHalf
	f.Must += "; never the API key itself"
	return f
}

func credentialName() form {
	f := syntax.ObjectName
	f.Not = syntax.NeitherHalf
	f.Must += "; never the API key itself"
	return f
}

// query is a gjson query: each comma and each @ may double what is read.
func query() form {
	return form{Pattern: `([^,@]*[,@]){0,8}[^,@]*`, Longest: 512, Must: "a gjson query with at most 8 commas and @ together"}
}

func cidr() form {
	return form{Pattern: ipv4Pattern + `|` + ipv6Pattern, Must: "a block of addresses such as 198.51.100.0/24 or 2001:db8::/32"}
}

// scalarTypes are the texts with a type of their own, some of which may be written as a number.
func scalarTypes() map[reflect.Type]*jsonschema.Schema {
	duration := &jsonschema.Schema{Type: "string"}
	restrictOptional(duration, form{
		Pattern: `[+]?(([0-9]+([.][0-9]*)?|[.][0-9]+)(ns|us|µs|μs|ms|s|m|h))+`, Not: `^[^1-9]+$`,
		Must: "a span of time above zero, such as 30s, 15m or 1h30m",
	})
	quantity := textOrNumber("number", "0", "")
	restrict(quantity, form{
		Pattern: `([+]?([0-9]+([.][0-9]*)?|[.][0-9]+)|-(0+([.]0*)?|[.]0+))([eE][+-]?[0-9]{1,2}|[numkMGTPE]|[KMGTPE]i)?`,
		Longest: 64,
		Must:    "a quantity of at least zero, such as 10, 500m or 20Gi",
	})
	port := textOrNumber("integer", "1", "65535")
	restrict(port, form{
		Pattern: portPattern + `(-` + portPattern + `)?(/(TCP|UDP|SCTP))?`,
		Must:    `a port from 1 to 65535 (443), with a protocol ("53/UDP") or a range ("8000-8010")`,
	})
	revision := textOrNumber("integer", "1", "999999999")
	restrictOptional(revision, syntax.Revision)
	return map[reflect.Type]*jsonschema.Schema{
		reflect.TypeFor[spec.Duration](): duration,
		reflect.TypeFor[spec.Quantity](): quantity,
		reflect.TypeFor[spec.Port]():     port,
		reflect.TypeFor[spec.Revision](): revision,
	}
}

package main

import (
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/invopop/jsonschema"

	"cloison.dev/cloison/internal/spec"
	"cloison.dev/cloison/internal/syntax"
	"cloison.dev/cloison/internal/wellknown"
)

const (
	hostAnnotations = `^(internal[.])?config[.]kubernetes[.]io/|^config[.]k8s[.]io/|^kustomize[.]config[.]k8s[.]io/|` +
		`^internal[.]kpt[.]dev/`
	ownedLabels = `^(pod-security[.])?kubernetes[.]io/|^cloison[.]dev/|^app[.]kubernetes[.]io/(managed-by|part-of)`
)

// form is a grammar as JSON Schema can say it, never stricter than package spec.
type form = syntax.Grammar

func ownNamespace() form {
	f := syntax.DNSLabel
	f.Not = `^kube-|^(default|` + strings.Join(slices.Sorted(maps.Keys(wellknown.Operators())), "|") + `)$`
	f.Must = `a DNS label other than "default" and the namespaces of operators that does not start with "kube-"`
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

// typeOfSecret is one of Kubernetes' own types that hold values, or any other.
func typeOfSecret() form {
	f := syntax.LabelName
	f.Not = `^(kubernetes[.]io/service-account-token|bootstrap[.]kubernetes[.]io/token)$`
	f.Must = "Opaque, a type of Kubernetes such as kubernetes.io/tls that holds values, or one of your own"
	return f
}

// query is a gjson query: each comma and each @ may double what is read.
func query() form {
	return form{
		Pattern: `([^,@]*[,@]){0,8}[^,@]*`, Longest: 512,
		Must: "a gjson query with at most 8 commas and @ together",
	}
}

// scalarTypes are the texts with a type of their own, some of which may be written as a number.
func scalarTypes() map[reflect.Type]*jsonschema.Schema {
	duration := &jsonschema.Schema{Type: "string"}
	restrictOptional(duration, syntax.Duration)
	quantity := textOrNumber("number", "0", "")
	restrict(quantity, syntax.Quantity)
	port := textOrNumber("integer", "1", "65535")
	restrict(port, syntax.Port)
	revision := textOrNumber("integer", "1", "999999999")
	restrictOptional(revision, syntax.Revision)
	return map[reflect.Type]*jsonschema.Schema{
		reflect.TypeFor[spec.Duration](): duration,
		reflect.TypeFor[spec.Quantity](): quantity,
		reflect.TypeFor[spec.Port]():     port,
		reflect.TypeFor[spec.Revision](): revision,
	}
}

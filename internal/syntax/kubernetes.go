package syntax

import (
	"strings"

	"k8s.io/apimachinery/pkg/api/validate/content"
	"k8s.io/apimachinery/pkg/util/validation"
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
}

// ObjectName is the name of a Secret, a SecretStore or a workload.
var ObjectName = Grammar{
	Pattern: subdomainPattern,
	Longest: 253,
	Must: "a Kubernetes name: at most 253 lower-case letters, digits, dashes and dots, " +
		"with a letter or digit at both ends",
	matches: accepts(validation.IsDNS1123Subdomain),
}

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

// accepts makes a check of one of apimachinery's, which return what is wrong.
func accepts(problems func(text string) []string) func(text string) bool {
	return func(text string) bool { return len(problems(text)) == 0 }
}

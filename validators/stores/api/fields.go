package api

import (
	"fmt"
	"slices"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"cloison.dev/cloison/internal/eso"
	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/form"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/phrase"
	"cloison.dev/cloison/internal/syntax"
	"cloison.dev/cloison/validators/stores/explaining"
)

// fields judges single values of one object.
type fields struct {
	*explaining.Findings
	o *objects.Object
	// version of the operator; where it is not known, what some version takes is right.
	version eso.Version
}

// unless adds a finding that stands unless its field is explained already.
func (f fields) unless(found finding.Finding) {
	f.ReportUnless(f.o, []fieldpath.Path{found.Field}, found)
}

// structure adds a finding about which fields there are, which explains those about their values.
func (f fields) structure(unless []fieldpath.Path, found finding.Finding) {
	f.AddAt(explaining.OfStructure, f.o, explaining.Fields(f.o, unless...), found)
}

// missing reports a field that must be there, unless an unknown field stands in its place.
func (f fields) missing(field fieldpath.Path, fix string) { f.unless(f.absence(field, fix)) }

// absence is the finding about a field that must be there.
func (f fields) absence(field fieldpath.Path, fix string) finding.Finding {
	return finding.Finding{
		Code: finding.MissingESOField, Severity: finding.Error, Field: field,
		Message: fmt.Sprintf("%s has no %s; it is required", field.Parent(), field.Last()), Fix: fix,
	}
}

// required reports a text that is missing or a placeholder; it reports whether the text is there to be judged further.
func (f fields) required(field fieldpath.Path, value, fix string) bool {
	if value == "" {
		f.missing(field, fix)
		return false
	}
	return !f.placeholder(field, value)
}

// invalid reports a value that is refused.
func (f fields) invalid(field fieldpath.Path, message, fix string) {
	f.unless(finding.Finding{Code: finding.InvalidESOField, Severity: finding.Error, Field: field, Message: message,
		Fix: fix})
}

// oneOf reports a value that is none of those that there are. An empty one is left to the API's default.
func (f fields) oneOf(field fieldpath.Path, value string, allowed ...string) {
	if value == "" {
		return
	}
	if slices.Contains(allowed, value) {
		f.tooEarly(field, value)
		return
	}
	f.invalid(field, fmt.Sprintf("%q is not allowed; %s must be %s", value, field.Last(), phrase.Or(allowed)), "")
}

// objectName reports what is no name of a Kubernetes object. A name may look like a placeholder and be none.
func (f fields) objectName(field fieldpath.Path, value string) {
	if value == "" || syntax.ObjectName.Matches(value) || f.placeholder(field, value) {
		return
	}
	f.invalid(field,
		fmt.Sprintf("%q is no name of an object; it must be lower-case letters, digits, dashes and dots", value), "")
}

// namespace reports what is no name of a namespace.
func (f fields) namespace(field fieldpath.Path, value string) {
	if value == "" || f.placeholder(field, value) {
		return
	}
	if !syntax.DNSLabel.Matches(value) {
		f.invalid(field,
			fmt.Sprintf("%q is no name of a namespace; it must be lower-case letters, digits and dashes", value), "")
	}
}

// secretKey reports what is no key of a Secret.
func (f fields) secretKey(field fieldpath.Path, value string) {
	if !syntax.SecretKey.Matches(value) && !f.placeholder(field, value) {
		f.invalid(field,
			fmt.Sprintf("%q is no key of a Secret; it must be letters, digits, dashes, underscores and dots", value),
			"")
	}
}

// duration parses Go's notation, and reports what is none. found is false where there is no duration to look at.
func (f fields) duration(field fieldpath.Path, value *string) (parsed time.Duration, found bool) {
	if value == nil {
		return 0, false
	}
	if f.placeholder(field, *value) {
		return 0, false
	}
	parsed, err := time.ParseDuration(*value)
	if err != nil {
		f.invalid(field, fmt.Sprintf("%q is no duration; the operator cannot read any object of this kind while "+
			"this one is there", *value),
			"write a number with a unit: 30s, 15m, 1h")
		return 0, false
	}
	return parsed, true
}

// exactlyOne reports fields that exclude one another, or none of them.
func (f fields) exactlyOne(field fieldpath.Path, names []string, there ...bool) {
	var given []string
	for i, is := range there {
		if is {
			given = append(given, names[i])
		}
	}
	switch {
	case len(given) == 0:
		f.missingOneOf(field, names)
	case len(given) > 1:
		f.structure([]fieldpath.Path{field}, finding.Finding{
			Code: finding.InvalidESOField, Severity: finding.Error, Field: field, Fix: "keep one",
			Message: fmt.Sprintf("%s has %s; only one of %s may be there",
				field, strings.Join(given, " and "), phrase.List(names)),
		})
	}
}

func (f fields) missingOneOf(field fieldpath.Path, names []string) {
	unless := []fieldpath.Path{field}
	for _, name := range names {
		unless = append(unless, field.Join(fieldpath.Parse(name)))
	}
	f.structure(unless, finding.Finding{
		Code: finding.MissingESOField, Severity: finding.Error, Field: field,
		Message: fmt.Sprintf("%s is empty; it must have %s", field, phrase.Or(names)),
	})
}

// selector judges a selector of labels.
func (f fields) selector(path fieldpath.Path, selector *metav1.LabelSelector) {
	if selector == nil {
		return
	}
	whole := true
	for i, expression := range selector.MatchExpressions {
		field := path.Child("matchExpressions").Index(i)
		if expression.Key == "" {
			f.missing(field.Child("key"), "name the label")
		}
		if expression.Operator == "" {
			f.missing(field.Child("operator"), "write In, NotIn, Exists or DoesNotExist")
		}
		whole = whole && expression.Key != "" && expression.Operator != ""
	}
	if _, err := metav1.LabelSelectorAsSelector(selector); err != nil && whole {
		f.invalid(path, "the selector is malformed, so the operator selects nothing",
			"use labels with valid values, and the operators In, NotIn, Exists and DoesNotExist")
	}
}

// storeRef judges a reference to a store.
func (f fields) storeRef(field fieldpath.Path, ref *eso.StoreRef) {
	f.oneOf(field.Child("kind"), ref.Kind, eso.SecretStoreKind, eso.ClusterSecretStoreKind)
	f.objectName(field.Child("name"), ref.Name)
}

// generatorKinds are those of the operator's CRDs.
func generatorKinds() []string {
	return []string{
		"ACRAccessToken", "ClusterGenerator", "CloudsmithAccessToken", "ECRAuthorizationToken", "Fake",
		"GCRAccessToken",
		"GithubAccessToken", "QuayAccessToken", "Password", "SSHKey", "STSSessionToken", "UUID", "VaultDynamicSecret",
		"Webhook",
		"Grafana", "MFA", "BeyondtrustWorkloadCredentialsDynamicSecret", "GitlabDeployToken",
	}
}

func (f fields) generatorRef(field fieldpath.Path, ref *eso.GeneratorRef) {
	if ref.Kind == "" {
		f.missing(field.Child("kind"), "")
	}
	f.oneOf(field.Child("kind"), ref.Kind, generatorKinds()...)
	if ref.Name == "" {
		f.missing(field.Child("name"), "")
	}
	f.objectName(field.Child("name"), ref.Name)
}

var (
	// placeholderForm finds what people write where a value is to be filled in.
	placeholderForm = form.New(`(?i:\byour[-_ ]|[-_/]your[-_ ]|change[-_ ]?me|change[-_ ]this|replace[-_ ` +
		`]?(me|this|with)|place[-_ ]?holder|insert[-_ ](here|your))|` +
		`<[^<>]+>|\bTO[-_]?DO\b|\bFIXME\b|\bTBD\b|XXXX|^x+(-x+)*$|\.\.\.|…|^0{8}-0{4}-0{4}-0{4}-0{12}$`)
	// variableForm finds what tools such as Flux fill in after the build.
	variableForm = form.New(`\$\{[^{}]+\}|\$\([^()]+\)|\{\{.*\}\}`)
)

// IsPlaceholder reports whether a value was to be filled in by a person.
func IsPlaceholder(value string) bool { return placeholderForm.Matches(value) }

// placeholder reports a value that was to be filled in.
func (f fields) placeholder(field fieldpath.Path, value string) bool {
	switch {
	case IsPlaceholder(value):
		f.unless(finding.Finding{
			Code: finding.Placeholder, Severity: finding.Error, Field: field,
			Message: fmt.Sprintf("%q is a placeholder", value), Fix: "write the value that is meant",
		})
	case variableForm.Matches(value):
		f.unless(finding.Finding{
			Code: finding.Placeholder, Severity: finding.Warning, Field: field, Undecided: true,
			Message: fmt.Sprintf("%q holds a variable; what fills it in later was not checked", value),
			Fix:     "check what is applied, after the variables are filled in",
		})
	default:
		return false
	}
	return true
}

package baseline

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/form"
	"cloison.dev/cloison/internal/phrase"
	"cloison.dev/cloison/internal/wellknown"
)

// Read reads a document. The error has every problem, a line each.
func Read(text []byte) (*Baseline, error) {
	if strings.TrimSpace(string(text)) == "" {
		return nil, errors.New("is empty; write it with --write-baseline")
	}
	if n := documents(text); n > 1 {
		return nil, fmt.Errorf("must have one document, and has %d: write one Baseline of everything", n)
	}
	var d document
	if err := yaml.UnmarshalStrict(text, &d); err != nil {
		return nil, unreadable(err)
	}
	if d.APIVersion != wellknown.APIVersion || d.Kind != wellknown.BaselineKind {
		return nil, fmt.Errorf("must have apiVersion: %s and kind: %s, and has %s and %s; write it with --write-baseline",
			wellknown.APIVersion, wellknown.BaselineKind, phrase.Quote(d.APIVersion), phrase.Quote(d.Kind))
	}
	if d.Findings == nil {
		return nil, errors.New("must have findings: the list may be empty, but not left out")
	}
	b := &Baseline{known: map[key]int{}, roots: slices.Sorted(slices.Values(d.Roots))}
	codes := codesKnown()
	var problems []error
	for n, e := range *d.Findings {
		k := key{e.Root, e.State, e.identity()}
		switch problem := e.problem(codes); {
		case problem != "":
			problems = append(problems, fmt.Errorf("findings[%d].%s", n, problem))
		case !slices.Contains(b.rootsOrOne(), e.Root):
			problems = append(problems, fmt.Errorf("findings[%d].root %s must be one of the roots", n, phrase.Quote(e.Root)))
		case b.known[k] > 0:
			what := strings.TrimSpace(string(e.Code) + " " + k.Object().String())
			problems = append(problems, fmt.Errorf("findings[%d] is there twice: %s; give it a count", n, what))
		default:
			b.known[k] = e.count()
		}
	}
	if len(problems) > 0 {
		return nil, errors.Join(problems...)
	}
	return b, nil
}

// documents is how many documents of YAML there are. Comments alone are none.
func documents(text []byte) int {
	n := 0
	for _, part := range startOfDocument().Split(string(text), -1) {
		for line := range strings.Lines(part) {
			if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
				n++
				break
			}
		}
	}
	return n
}

// unreadable says what an error of the parser means. The error itself may quote what is in the file.
func unreadable(err error) error {
	var names []string
	for _, match := range unknownField().FindAllStringSubmatch(err.Error(), -1) {
		if phrase.IsName(match[1]) {
			names = append(names, match[1])
		}
	}
	if len(names) > 0 {
		return fmt.Errorf("has unknown fields: %s", phrase.Quoted(names))
	}
	if match := wrongType().FindStringSubmatch(err.Error()); match != nil && phrase.IsName(strings.ReplaceAll(match[2], ".", "")) {
		return fmt.Errorf("%s must be of type %s, not %s", match[2], match[3], match[1])
	}
	const must = "must be a Baseline as --write-baseline writes it"
	if line := lineOf().FindString(err.Error()); line != "" {
		return fmt.Errorf("%s: %s", line, must)
	}
	return errors.New(must)
}

var (
	unknownField = form.New(`unknown field "([^"]*)"`)
	wrongType    = form.New(`cannot unmarshal (\w+) into Go struct field [A-Za-z]+\.([.a-zA-Z]+) of type (\w+)`)
	lineOf       = form.New(`line \d+`)
	// startOfDocument also matches what a text begins with.
	startOfDocument = form.New(`(?m)^---([ \t].*)?\r?$`)
)

func (e entry) identity() finding.Identity {
	return finding.Identity{
		Code: e.Code, Severity: e.Severity, Group: e.Object.Group, Kind: e.Object.Kind, Namespace: e.Object.Namespace,
		Name: e.Object.Name, Field: e.Field, Message: e.Message,
	}
}

func (e entry) count() int {
	if e.Count == nil {
		return 1
	}
	return *e.Count
}

// problem is what is wrong with an entry; empty where nothing is.
func (e entry) problem(codes map[finding.Code]bool) string {
	severities := []finding.Severity{finding.Error, finding.Warning, finding.Info}
	switch {
	case !codes[e.Code]:
		return fmt.Sprintf("code %s must be one of the findings, such as CLS-N001%s", phrase.Quote(string(e.Code)),
			phrase.DidYouMean(string(finding.MeantCode(string(e.Code)))))
	case !e.Code.Acceptable():
		return fmt.Sprintf("code %s must be one that can be known: what is not what is applied stands", e.Code)
	case !slices.Contains(severities, e.Severity):
		return fmt.Sprintf("severity %s must be error, warning or info", phrase.Quote(string(e.Severity)))
	case e.Message == "":
		return "message must be there"
	case e.count() < 1:
		return fmt.Sprintf("count %d must be 1 or more", e.count())
	}
	return ""
}

func codesKnown() map[finding.Code]bool {
	codes := map[finding.Code]bool{}
	for _, family := range finding.Families() {
		for _, rule := range family.Rules {
			codes[rule.Code] = true
		}
	}
	return codes
}

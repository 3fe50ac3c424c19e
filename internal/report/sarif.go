package report

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/url"
	"path"
	"strings"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/printable"
)

// The fields of SARIF 2.1.0 that are written. Facts: docs/facts.md, "SARIF at code hosts".
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool    sarifTool     `json:"tool"`
		Results []sarifResult `json:"results"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name    string      `json:"name"`
		Version string      `json:"version"`
		Rules   []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID               string          `json:"id"`
		Name             string          `json:"name"`
		ShortDescription sarifText       `json:"shortDescription"`
		FullDescription  sarifText       `json:"fullDescription"`
		Help             sarifText       `json:"help"`
		Properties       sarifProperties `json:"properties"`
	}
	sarifText struct {
		Text     string `json:"text"`
		Markdown string `json:"markdown,omitempty"`
	}
	sarifProperties struct {
		Tags []string `json:"tags"`
	}
	sarifResult struct {
		RuleID              string             `json:"ruleId"`
		RuleIndex           int                `json:"ruleIndex"`
		Level               string             `json:"level"`
		Message             sarifText          `json:"message"`
		Locations           []sarifLocation    `json:"locations"`
		PartialFingerprints map[string]string  `json:"partialFingerprints"`
		Suppressions        []sarifSuppression `json:"suppressions,omitempty"`
		BaselineState       string             `json:"baselineState,omitempty"`
	}
	sarifLocation struct {
		Physical sarifPhysical  `json:"physicalLocation"`
		Logical  []sarifLogical `json:"logicalLocations,omitempty"`
	}
	sarifPhysical struct {
		Artifact sarifArtifact `json:"artifactLocation"`
		Region   sarifRegion   `json:"region"`
	}
	sarifArtifact struct {
		URI string `json:"uri"`
	}
	sarifRegion struct {
		StartLine int `json:"startLine"`
	}
	sarifLogical struct {
		FullyQualifiedName string `json:"fullyQualifiedName"`
		Kind               string `json:"kind"`
	}
	sarifSuppression struct {
		Kind          string `json:"kind"`
		Justification string `json:"justification"`
	}
)

const sarifSchema = "https://json.schemastore.org/sarif-2.1.0.json"

// SARIF writes the report for code scanning. version is that of the program. Against a baseline, results say whether
// they are new.
func SARIF(w io.Writer, r *Report, version string) error {
	driver := sarifDriver{Name: "cloison", Version: version, Rules: []sarifRule{}}
	index := map[finding.Code]int{}
	for _, family := range finding.Families() {
		for _, rule := range family.Rules {
			index[rule.Code] = len(driver.Rules)
			driver.Rules = append(driver.Rules, describe(rule, family))
		}
	}
	run := sarifRun{Tool: sarifTool{driver}, Results: []sarifResult{}}
	prints := fingerprints{}
	add := func(findings []finding.Finding, state string) {
		for _, f := range findings {
			shown := result(f, index[f.Code], r.Anchor, prints)
			if r.Summary.Baseline != nil {
				shown.BaselineState = state
			}
			run.Results = append(run.Results, shown)
		}
	}
	add(r.Findings, "new")
	add(r.Known, "unchanged")
	for _, s := range r.Suppressed {
		accepted := result(s.Finding, index[s.Code], r.Anchor, prints)
		accepted.Suppressions = []sarifSuppression{{Kind: "inSource", Justification: s.Reason}}
		run.Results = append(run.Results, accepted)
	}
	return printable.EncodeJSON(w, sarifLog{Schema: sarifSchema, Version: "2.1.0", Runs: []sarifRun{run}})
}

func describe(rule finding.Rule, family finding.Family) sarifRule {
	markdown := fmt.Sprintf("%s\n\n**Consequence:** %s\n\n**Fix:** %s", rule.Cause, rule.Consequence, rule.Fix)
	return sarifRule{
		ID: string(rule.Code), Name: rule.Title,
		ShortDescription: sarifText{Text: rule.Title},
		FullDescription:  sarifText{Text: plain(rule.Cause)},
		Help:             sarifText{Text: plain(markdown), Markdown: markdown},
		Properties:       sarifProperties{Tags: []string{"security", strings.ToLower(family.Title)}},
	}
}

// plain is Markdown without its signs.
func plain(markdown string) string { return strings.NewReplacer("**", "", "`", "").Replace(markdown) }

func result(f finding.Finding, rule int, anchor string, prints fingerprints) sarifResult {
	lines := []string{f.Message}
	for _, more := range []struct{ title, text string }{{"Counterexample", f.Counterexample}, {"Fix", f.Fix}} {
		if more.text != "" {
			lines = append(lines, more.title+": "+more.text)
		}
	}
	return sarifResult{
		RuleID: string(f.Code), RuleIndex: rule, Level: level(f.Severity),
		Message:             sarifText{Text: strings.Join(lines, "\n")},
		Locations:           locations(f, anchor),
		PartialFingerprints: map[string]string{"cloison/v1": prints.of(f)},
	}
}

func level(severity finding.Severity) string {
	switch severity {
	case finding.Error:
		return "error"
	case finding.Warning:
		return "warning"
	}
	return "note"
}

// locations has the one location of a finding. Code hosts refuse a whole log of which one result has no file and line:
// a finding on something that is in no file is shown at the start of the anchor.
//
// Facts: docs/facts.md, "SARIF at code hosts".
func locations(f finding.Finding, anchor string) []sarifLocation {
	file := f.File
	switch {
	case file == "" && f.Line > 0: // a line of standard input
		file = Stdin
	case file == "":
		file = cmp.Or(anchor, Stdin)
	}
	location := sarifLocation{Physical: sarifPhysical{
		Artifact: sarifArtifact{URI: uri(file)}, Region: sarifRegion{StartLine: max(f.Line, 1)},
	}}
	if name := f.Object.String(); name != "" {
		location.Logical = []sarifLogical{{FullyQualifiedName: strings.TrimSpace(name + " " + f.Field.String()),
			Kind: "object"}}
	}
	return []sarifLocation{location}
}

// uri is a file's name as a relative reference, or as a file URI where it is absolute.
func uri(file string) string {
	if path.IsAbs(file) {
		return (&url.URL{Scheme: "file", Path: file}).String()
	}
	return (&url.URL{Path: file}).String()
}

// fingerprints counts findings of one identity, so that each gets its own fingerprint.
type fingerprints map[string]int

// of is the same as long as the finding is about the same field of the same object, whatever lines or files move.
func (p fingerprints) of(f finding.Finding) string {
	o := f.Object
	names := []string{string(f.Code), o.APIVersion, o.Kind, o.Namespace, o.Name, f.Field.String()}
	identity := strings.Join(names, "\x00")
	p[identity]++
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%d", identity, p[identity]))
	return hex.EncodeToString(sum[:16])
}

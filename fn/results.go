package fn

import (
	"slices"
	"strings"

	sdk "github.com/GoogleContainerTools/kpt-functions-sdk/go/fn"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/manifest"
	"cloison.dev/cloison/internal/resourcelist"
)

// replaceResults adds the findings to the results of the list, in the place of those of an earlier run of this
// function, but for what that run has removed, which is no longer to be seen: run again on its own output, it changes
// nothing.
func replaceResults(list *resourcelist.List, findings []finding.Finding) error {
	list.Results = slices.DeleteFunc(list.Results, func(item *resourcelist.Item) bool {
		code := ownCode(item)
		return code != "" && code != finding.ObjectRemoved
	})
	removed, others := divided(findings)
	for _, f := range slices.Concat(removed, others) {
		text, err := manifest.YAML(result(f))
		if err != nil {
			return err
		}
		list.Results = append(list.Results, resourcelist.NewItem(resourcelist.Meta{}, text))
	}
	return nil
}

// divided parts the findings on what was removed from the others.
func divided(findings []finding.Finding) (removed, others []finding.Finding) {
	for _, f := range findings {
		if f.Code == finding.ObjectRemoved {
			removed = append(removed, f)
		} else {
			others = append(others, f)
		}
	}
	return removed, others
}

const (
	codeTag    = "code"
	codePrefix = "CLS-"
)

// ownCode is the code of a result of this function; empty for those of others.
func ownCode(item *resourcelist.Item) finding.Code {
	node, err := item.Node()
	if err != nil {
		return ""
	}
	code, err := yaml.NewRNode(node).Pipe(yaml.Get("tags"), yaml.Get(codeTag))
	if err != nil || !strings.HasPrefix(yaml.GetValue(code), codePrefix) {
		return ""
	}
	return finding.Code(yaml.GetValue(code))
}

// result is a finding in the form of the KRM Functions Specification. The code stands in front of the message, where
// hosts show it, and by itself among the tags.
func result(f finding.Finding) *sdk.Result {
	r := &sdk.Result{
		Message:  string(f.Code) + ": " + f.Text(),
		Severity: sdk.Severity(f.Severity),
		Tags:     map[string]string{codeTag: string(f.Code)},
	}
	if f.Object != (finding.Object{}) {
		r.ResourceRef = &sdk.ResourceRef{
			APIVersion: f.Object.APIVersion, Kind: f.Object.Kind, Namespace: f.Object.Namespace, Name: f.Object.Name,
		}
	}
	if !f.Field.IsZero() {
		r.Field = &sdk.Field{Path: f.Field.String()}
	}
	if f.File != "" {
		r.File = &sdk.File{Path: f.File}
	}
	return r
}

package finding_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
)

// known is a finding with all that moves.
func known() finding.Finding {
	return finding.Finding{
		Code: finding.InputDuplicate, Severity: finding.Error, File: "a/b.yaml", Line: 12,
		Object: finding.Object{APIVersion: "example.com/v1beta1", Kind: "Widget", Namespace: "shop", Name: "w"},
		Field:  fieldpath.Of("spec", "ports").Index(2).Child("a.b/c"), Counterexample: "as it happens",
		Message: `spec.data[3] is on TCP 5432, in a/b.yaml:12 too (line 7, at line 8).`,
	}
}

func TestIdentity(t *testing.T) {
	assert.Equal(t, finding.Identity{
		Code: "CLS-K002", Severity: finding.Error, Group: "example.com", Kind: "Widget", Namespace: "shop", Name: "w",
		Field: "spec.ports[][a.b/c]", Message: `spec.data[] is on TCP 5432, in FILE too (line N, at line N).`,
	}, known().Identity())
	core := known()
	core.Object.APIVersion = "v1"
	assert.Empty(t, core.Identity().Group)
}

func TestIdentityStaysWhenThingsMove(t *testing.T) {
	moved := known()
	moved.File, moved.Line, moved.Counterexample, moved.Fix = "z.yml", 1, "another", "a fix"
	moved.Object.APIVersion = "example.com/v1"
	moved.Field = fieldpath.Of("spec", "ports").Index(0).Child("a.b/c")
	moved.Message = `spec.data[0] is on TCP 5432, in z.yml:1 too (line 9, at line 1).`
	assert.Equal(t, known().Identity(), moved.Identity())
}

func TestIdentityIsAnotherWhenMeaningChanges(t *testing.T) {
	for name, change := range map[string]func(f *finding.Finding){
		"code":      func(f *finding.Finding) { f.Code = finding.IdentityClash },
		"severity":  func(f *finding.Finding) { f.Severity = finding.Warning },
		"group":     func(f *finding.Finding) { f.Object.APIVersion = "example.org/v1" },
		"kind":      func(f *finding.Finding) { f.Object.Kind = "Gadget" },
		"namespace": func(f *finding.Finding) { f.Object.Namespace = "other" },
		"name":      func(f *finding.Finding) { f.Object.Name = "other" },
		"field":     func(f *finding.Finding) { f.Field = fieldpath.Of("spec") },
		"message":   func(f *finding.Finding) { f.Message = `spec.data[3] is on TCP 5433` },
		"key":       func(f *finding.Finding) { f.Message = `the Secret "s" has no key "a.yaml"` },
	} {
		changed := known()
		change(&changed)
		assert.NotEqual(t, known().Identity(), changed.Identity(), name)
		assert.NotZero(t, known().Identity().Compare(changed.Identity()), name)
	}
	assert.Zero(t, known().Identity().Compare(known().Identity()))
}

// Keys and objects may be called like files.
func TestIdentityKeepsNamesOfKeysAndObjects(t *testing.T) {
	for one, other := range map[string]string{
		`the Secret "s" has no key "a.yaml"`:             `the Secret "s" has no key "b.yaml"`,
		`imports "\"x.json" and "a.json"`:                `imports "\"x.json" and "b.json"`,
		"the files are those of ConfigMap shop/app.yaml": "the files are those of ConfigMap shop/db.yaml",
	} {
		a, b := known(), known()
		a.Message, b.Message = one, other
		assert.NotEqual(t, a.Identity(), b.Identity(), one)
	}
}

// The hash of kustomize is another for each content.
func TestIdentityStaysForGeneratedNames(t *testing.T) {
	a, b := known(), known()
	a.Object.Kind, a.Object.Name, a.Message = "Secret", "app-2g8k9m7b4c", `pods import Secret "app-2g8k9m7b4c"`
	b.Object.Kind, b.Object.Name, b.Message = "Secret", "app-bcdfghkmt5", `pods import Secret "app-bcdfghkmt5"`
	assert.Equal(t, a.Identity(), b.Identity())
	b.Object.Kind = "Deployment"
	assert.NotEqual(t, a.Identity(), b.Identity())
}

func TestConcerns(t *testing.T) {
	for code, want := range map[finding.Code]finding.Concern{
		finding.ForeignFolder: finding.Secrets, finding.ReadsSecrets: finding.Secrets, finding.ForeignSecret: finding.Secrets,
		finding.ComponentsMixed: finding.Secrets, finding.ExceedsRole: finding.Rights, finding.Escalates: finding.Rights,
		finding.PodSecurityWeak: finding.Rights, finding.NamespaceNotIsolated: finding.Network,
		finding.ForeignBackend: finding.Network, finding.StoreUnused: finding.Other, finding.SecretUnused: finding.Other,
		finding.QuotaExceeded: finding.Other, finding.FunctionsNotRun: finding.Other, "CLS-X001": finding.Other,
	} {
		assert.Equal(t, want, code.Concern(), code)
	}
	assert.Less(t, finding.Secrets, finding.Rights)
	assert.Less(t, finding.Rights, finding.Network)
	assert.Less(t, finding.Network, finding.Other)
}

// Package finding has the results of checks as data, so that every host (kustomize, kpt, a terminal, a CI annotation)
// can show them in its own way.
package finding

//go:generate go run ./generate

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/printable"
)

// Code names one kind of Finding. Codes never change their meaning and are never used again for another one.
type Code string

// Severity is the severity of a Finding. Values are those of results in the KRM Functions Specification.
type Severity string

const (
	// Error means that the promise is broken or that the deploy would fail: the run fails.
	Error Severity = "error"
	// Warning means that the promise is weakened or that something is dead.
	Warning Severity = "warning"
	// Info means that something was not checked, or is worth knowing.
	Info Severity = "info"
)

// Rank is 0 for errors, 1 for warnings and 2 for infos.
func (s Severity) Rank() int {
	return slices.Index([]Severity{Error, Warning, Info}, s)
}

// Object identifies the Kubernetes object that a Finding is about. Fields are empty where they are not known.
type Object struct {
	APIVersion string `json:"apiVersion,omitempty"`
	Kind       string `json:"kind,omitempty"`
	Namespace  string `json:"namespace,omitempty"`
	Name       string `json:"name,omitempty"`
}

// String formats o as "Kind namespace/name", without the parts that are empty.
func (o Object) String() string {
	name := o.Name
	if o.Namespace != "" {
		name = o.Namespace + "/" + o.Name
	}
	return strings.TrimSpace(o.Kind + " " + name)
}

// Finding is one result of a check.
type Finding struct {
	// Code is stable: "CLS-", the family's letter and three digits. Format: CLS-S003.
	Code     Code     `json:"code"`
	Severity Severity `json:"severity"`
	Object   Object   `json:"object,omitzero"`
	// Field is the path of the field inside Object; empty where no single field is concerned. Format:
	// spec.components.frontend.secrets.keys[0].
	Field fieldpath.Path `json:"field,omitzero"`
	// File is the file that Object came from, relative to the host's working folder; empty means not known.
	File string `json:"file,omitempty"`
	// Line counts from 1, in File or, when File is empty, in the input; 0 means not known.
	Line int `json:"line,omitempty"`
	// Root is what was checked, where several were: a kustomization or a folder of a repository.
	Root string `json:"root,omitempty"`
	// Message describes the problem, quotes the value and says what it must be. It never holds the value of a secret.
	Message string `json:"message"`
	// Counterexample is one way in which the promise is broken: the pod, the policy that allows it and the port; the
	// subject, the binding and the verb; the workload, the Secret and the folder. Empty where there is none, or Message
	// has it.
	Counterexample string `json:"counterexample,omitempty"`
	// Fix is what to do about it. Empty where Message has it.
	Fix string `json:"fix,omitempty"`
	// Undecided is true where something could not be judged. A run with such a finding never counts as a pass.
	Undecided bool `json:"undecided,omitempty"`
	// State tells apart findings of one [Identity] in a baseline, by what their objects say; empty where there is no
	// baseline. Reports do not have it.
	State string `json:"-"`
	// Lead is who obtains what, where that leads to a secret and is certain; nil otherwise. Reports have the ways that are
	// made of it, and not the field.
	Lead *Lead `json:"-"`
}

// String formats f as the one line that is printed for people:
//
//	error CLS-S003 Segregation shop spec.componets: unknown field...; fix: write "components" (shop.yaml:12)
func (f Finding) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s", f.Severity, f.Code)
	for _, part := range []string{f.Object.String(), f.Field.String()} {
		if part != "" {
			b.WriteString(" " + part)
		}
	}
	b.WriteString(": " + f.Text())
	if place := f.Place(); place != "" {
		fmt.Fprintf(&b, " (%s)", place)
	}
	return printable.Line(b.String())
}

// Text is the message with the counterexample and the fix, for hosts that show the other fields themselves.
func (f Finding) Text() string {
	text := f.Message
	if f.Counterexample != "" {
		text += "; counterexample: " + f.Counterexample
	}
	if f.Fix != "" {
		text += "; fix: " + f.Fix
	}
	return text
}

// Place is where the finding is: "FILE:LINE", "FILE", "input line LINE", or empty where nothing is known.
func (f Finding) Place() string {
	switch {
	case f.File != "" && f.Line > 0:
		return fmt.Sprintf("%s:%d", f.File, f.Line)
	case f.File != "":
		return f.File
	case f.Line > 0:
		return fmt.Sprintf("input line %d", f.Line)
	}
	return ""
}

// Sort sorts findings by [Compare]. It is stable.
func Sort(findings []Finding) { slices.SortStableFunc(findings, Compare) }

// Compare is the order of findings in output: by severity, errors first, then by file, object, line, field, code,
// text and root.
func Compare(a, b Finding) int {
	return cmp.Or(
		cmp.Compare(a.Severity.Rank(), b.Severity.Rank()),
		cmp.Compare(a.File, b.File),
		cmp.Compare(a.Object.String(), b.Object.String()),
		cmp.Compare(a.Line, b.Line),
		cmp.Compare(a.Field.String(), b.Field.String()),
		cmp.Compare(a.Code, b.Code),
		cmp.Compare(a.Message, b.Message),
		cmp.Compare(a.Counterexample, b.Counterexample),
		cmp.Compare(a.Root, b.Root),
	)
}

// AnyUndecided reports whether at least one finding is Undecided.
func AnyUndecided(findings []Finding) bool {
	return slices.ContainsFunc(findings, func(f Finding) bool { return f.Undecided })
}

// HasErrors reports whether at least one finding is an Error.
func HasErrors(findings []Finding) bool {
	return slices.ContainsFunc(findings, func(f Finding) bool { return f.Severity == Error })
}

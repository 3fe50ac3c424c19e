// Package admission judges what extends the API server: whoever is sent the objects of components as they are written
// or read, or serves kinds in the API server's place. Its findings are of family R.
package admission

import (
	"fmt"

	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/verdict"
)

// Check returns what is wrong, in any order.
func Check(set *objects.Set, components *scope.Scope) verdict.Verdict {
	return verdict.Judge(&judge{set: set, scope: components}, checks())
}

func checks() []func(*judge) verdict.Result {
	return []func(*judge) verdict.Result{(*judge).webhooks}
}

// judge is the input of the checks, which do not change it.
type judge struct {
	set   *objects.Set
	scope *scope.Scope
}

// cause is the precedence of every finding: none explains another.
const cause = 0

// describe names a component, with its namespace where that has another name.
func describe(component *scope.Component) string {
	if component.Name == component.Namespace {
		return objects.NamespaceText(component.Namespace)
	}
	return fmt.Sprintf("component %q (namespace %q)", component.Name, component.Namespace)
}

package secretgroups

import (
	"slices"

	"cloison.dev/cloison/internal/importer/draft"
	"cloison.dev/cloison/internal/phrase"
	"cloison.dev/cloison/internal/secretflow"
	"cloison.dev/cloison/internal/wellknown"
)

// suggestReaders notes which workloads use a Secret, where it is not all of them: no manifest says that the others may
// not.
func (a *arranger) suggestReaders(c *component, g *group) {
	var readers []string
	all := 0
	for _, w := range c.workloads {
		if wellknown.IsRuntime(w.Name, w.Labels) {
			continue
		}
		all++
		uses := slices.ContainsFunc(secretflow.UsesOf(w),
			func(use secretflow.Use) bool { return use.Secret.Name == g.Target })
		if uses && !slices.Contains(readers, w.Name) {
			readers = append(readers, w.Name)
		}
	}
	if len(readers) > 0 && len(readers) < all {
		slices.Sort(readers)
		a.NoteOn(c.Component, draft.Suggested, c.path(g).Child("readers"),
			"Secret %q is used by %s only, of %d workloads: readers with the names keeps it from the others",
			g.Target, phrase.Quoted(readers), all)
	}
}

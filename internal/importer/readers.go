package importer

import (
	"slices"

	"cloison.dev/cloison/internal/secretflow"
)

// suggestReaders says which workloads use a Secret, where it is not all of them: no manifest says that the others may
// not.
func (im *importer) suggestReaders(p *component, g *group) {
	var readers []string
	all := 0
	for _, w := range im.workloads[p.namespace] {
		if isRuntime(w.Object) {
			continue
		}
		all++
		uses := slices.ContainsFunc(secretflow.UsesOf(w),
			func(use secretflow.Use) bool { return use.Secret.Name == g.target })
		if uses && !slices.Contains(readers, w.Name) {
			readers = append(readers, w.Name)
		}
	}
	if len(readers) > 0 && len(readers) < all {
		slices.Sort(readers)
		im.noteOn(p, Suggested, p.at(append(g.at(), "readers")...),
			"Secret %q is used by %s only, of %d workloads: readers with the names keeps it from the others", g.target, quoted(readers), all)
	}
}

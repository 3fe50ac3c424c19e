package render

import (
	"context"
	"fmt"
	"slices"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/kustomization"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/resourcelist"
)

// beside runs the functions on the resources that kustomize has made, each on those that it would see there.
func (t *tree) beside(ctx context.Context, b *kustomization.Build, resources []*objects.Object) (*Rendered, error) {
	items, err := newItems(resources)
	if err != nil {
		return nil, err
	}
	return t.pass(ctx, items, func(found []finding.Finding) []finding.Finding { return placed(b, found) })
}

// pass hands the items from function to function. place gives findings their file and line.
func (t *tree) pass(
	ctx context.Context, items []*item, place func([]finding.Finding) []finding.Finding,
) (*Rendered, error) {
	result := &Rendered{}
	for _, f := range t.inOrder() {
		t.options.progress("expanding %d objects", len(items))
		after, findings, err := t.run(ctx, f, items)
		if err != nil {
			return nil, err
		}
		result.add(place(findings))
		if result.Failed() {
			return result, nil
		}
		items = after
	}
	var err error
	result.Objects, err = t.finished(items)
	return result, err
}

// inOrder are the functions in the order in which kustomize runs them: those of a kustomization after those of what it
// lists; of one, generators first and validators last. Without any, one runs on everything.
func (t *tree) inOrder() []*function {
	if len(t.functions) == 0 {
		return []*function{{everything: true}}
	}
	stage := func(f *function) int {
		return slices.Index([]string{"generators", "transformers", "validators"}, f.field)
	}
	ordered := slices.Clone(t.functions)
	slices.SortStableFunc(ordered, func(a, b *function) int {
		if a.folder != b.folder {
			return slices.Index(t.order, b.folder) - slices.Index(t.order, a.folder)
		}
		return stage(a) - stage(b)
	})
	return ordered
}

// run runs one function on the items that it sees, and returns all items after it.
func (t *tree) run(ctx context.Context, f *function, items []*item) ([]*item, []finding.Finding, error) {
	config, err := f.item()
	if err != nil {
		return nil, nil, err
	}
	var others, seen []*item
	for _, it := range items {
		if t.sees(f, it) {
			seen = append(seen, it)
		} else {
			others = append(others, it)
		}
	}
	given := make([]*resourcelist.Item, len(seen))
	known := make(map[*resourcelist.Item]*item, len(seen))
	for i, it := range seen {
		given[i], known[it.Item] = it.Item, it
	}
	rendering := t.options.Function.Render(ctx, config, given)
	if rendering.Validated && f.field != "" && f.field != "validators" && !finding.HasErrors(rendering.Findings) {
		return nil, nil, fmt.Errorf("%s has the mode validate under %s, where hosts take its answer for "+
			"\"delete everything\": list it under validators", f.config, f.field)
	}
	after := others
	for _, made := range rendering.Items {
		it := known[made]
		if it == nil {
			it = &item{Item: made, by: f.folder}
		}
		after = append(after, it)
	}
	return after, rendering.Findings, nil
}

// sees reports whether a function sees an item. A generator sees nothing but its configuration.
func (t *tree) sees(f *function, it *item) bool {
	switch {
	case f.field == "generators":
		return false
	case f.everything:
		return true
	case it.by != "":
		return t.isAbove(f.folder, it.by)
	}
	return it.marks[f.mark]
}

// item is the configuration as the function gets it; nil where there is none.
func (f *function) item() (*resourcelist.Item, error) {
	if f.config == nil {
		return nil, nil //nolint:nilnil // there is none
	}
	text, _, err := textOf(f.config)
	if err != nil {
		return nil, fmt.Errorf("%s (%s): %w", f.config, f.config.File, err)
	}
	config := resourcelist.NewItem(resourcelist.Meta{
		APIVersion: f.config.APIVersion, Kind: f.config.Kind, Namespace: f.config.Namespace, Name: f.config.Name,
		Labels: f.config.Labels, Annotations: f.config.Annotations,
	}, text)
	return config, nil
}

package render

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/api/types"

	"cloison.dev/cloison/internal/objects"
)

// sorted puts objects into the order of kustomize: that of the kinds, unless the outermost kustomization says fifo.
func (t *tree) sorted(found []Object) ([]Object, error) {
	first, last := orderFirst(), orderLast()
	if options, err := t.sortOptions(); err != nil {
		return nil, err
	} else if options != nil {
		switch {
		case options.Order == types.FIFOSortOrder:
			return found, nil
		case options.LegacySortOptions != nil:
			first, last = options.LegacySortOptions.OrderFirst, options.LegacySortOptions.OrderLast
		}
	}
	rank := map[string]int{}
	for i, kind := range first {
		rank[kind] = i - len(first)
	}
	for i, kind := range last {
		rank[kind] = i + 1
	}
	slices.SortStableFunc(found, func(a, b Object) int {
		return cmp.Or(
			cmp.Compare(rank[a.Kind], rank[b.Kind]),
			cmp.Compare(orTilde("~G", objects.GroupOf(a.APIVersion)), orTilde("~G", objects.GroupOf(b.APIVersion))),
			cmp.Compare(versionOf(a.APIVersion), versionOf(b.APIVersion)),
			cmp.Compare(a.Kind, b.Kind),
			cmp.Compare(orTilde("~X", a.Namespace), orTilde("~X", b.Namespace)),
			cmp.Compare(a.Name, b.Name),
		)
	})
	return found, nil
}

// orTilde is what kustomize sorts by where there is no text.
func orTilde(without, text string) string { return cmp.Or(text, without) }

func versionOf(apiVersion string) string {
	return apiVersion[strings.LastIndex(apiVersion, "/")+1:]
}

// sortOptions are those of the outermost kustomization; nil where it has none.
func (t *tree) sortOptions() (*types.SortOptions, error) {
	outermost := t.nodes[t.real]
	if outermost == nil || !outermost.has("sortOptions") {
		return nil, nil
	}
	text, err := outermost.fields["sortOptions"].String()
	if err != nil {
		return nil, err
	}
	var k types.Kustomization
	if err := k.Unmarshal([]byte("sortOptions:\n" + indented(text))); err != nil {
		return nil, err
	}
	switch o := k.SortOptions; {
	case o.Order != types.FIFOSortOrder && o.Order != types.LegacySortOrder:
		return nil, fmt.Errorf("%s: sortOptions.order %q must be fifo or legacy", outermost.file, o.Order)
	case o.Order == types.FIFOSortOrder && o.LegacySortOptions != nil:
		return nil, fmt.Errorf("%s: sortOptions.legacySortOptions must not be set where the order is fifo",
			outermost.file)
	}
	return k.SortOptions, nil
}

func indented(text string) string {
	var out strings.Builder
	for line := range strings.Lines(text) {
		out.WriteString("  " + line)
	}
	return out.String()
}

// orderFirst are the kinds that kustomize writes first by default. Facts: docs/facts.md, "Order of kustomize".
func orderFirst() []string {
	return []string{
		"Namespace", "ResourceQuota", "StorageClass", "CustomResourceDefinition", "ServiceAccount", "PodSecurityPolicy",
		"Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding", "ConfigMap", "Secret", "Endpoints", "Service",
		"LimitRange", "PriorityClass", "PersistentVolume", "PersistentVolumeClaim", "Deployment", "StatefulSet",
		"CronJob", "PodDisruptionBudget",
	}
}

// orderLast are those that it writes last.
func orderLast() []string {
	return []string{"MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"}
}

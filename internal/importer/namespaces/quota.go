package namespaces

import (
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/importer/draft"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/spec"
)

// ReadQuotas carries over ResourceQuotas and LimitRanges.
func ReadQuotas(d *draft.Draft, set *objects.Set) {
	seen := map[*draft.Component]bool{}
	for _, o := range set.ResourceQuotas {
		c := d.Of(o.Namespace)
		if c == nil {
			continue
		}
		if len(o.Value.Spec.Scopes) > 0 || o.Value.Spec.ScopeSelector != nil {
			d.Note(draft.NotCarried, o.Object, fieldpath.Of("spec"), c.Path("quota"),
				"a quota of a Segregation has no scopes; keep this ResourceQuota beside it")
			continue
		}
		if seen[c] {
			d.Note(draft.Changed, o.Object, fieldpath.Of("spec", "hard"), c.Path("quota"),
				"a component has one ResourceQuota: this one is joined with the first, the smaller amounts win")
		}
		seen[c] = true
		if c.Spec.Quota == nil {
			c.Spec.Quota = map[string]spec.Quantity{}
		}
		addSmaller(c.Spec.Quota, o.Value.Spec.Hard)
	}
	readLimits(d, set)
}

// addSmaller adds amounts; of two for one resource the smaller one wins.
func addSmaller(to map[string]spec.Quantity, amounts corev1.ResourceList) {
	for name, amount := range amounts {
		if known, err := to[string(name)].Parse(); err == nil && known.Cmp(amount) <= 0 {
			continue
		}
		to[string(name)] = spec.Quantity(amount.String())
	}
}

func readLimits(d *draft.Draft, set *objects.Set) {
	items := map[*draft.Component]map[corev1.LimitType]int{}
	for _, o := range set.LimitRanges {
		c := d.Of(o.Namespace)
		if c == nil {
			continue
		}
		if items[c] == nil {
			items[c] = map[corev1.LimitType]int{}
		}
		for i, item := range o.Value.Spec.Limits {
			first, known := items[c][item.Type]
			if !known {
				items[c][item.Type] = len(c.Spec.Limits)
				c.Spec.Limits = append(c.Spec.Limits, limitItem(item))
				continue
			}
			d.Note(draft.Changed, o.Object, fieldpath.Of("spec", "limits").Index(i), c.Path("limits"),
				"a component has one item of type %s: it is joined with the first, whose amounts win", item.Type)
			joinLimits(&c.Spec.Limits[first], limitItem(item))
		}
	}
}

func limitItem(item corev1.LimitRangeItem) spec.LimitItem {
	return spec.LimitItem{
		Type:                 string(item.Type),
		Max:                  quantities(item.Max),
		Min:                  quantities(item.Min),
		Default:              quantities(item.Default),
		DefaultRequest:       quantities(item.DefaultRequest),
		MaxLimitRequestRatio: quantities(item.MaxLimitRequestRatio),
	}
}

func quantities(amounts corev1.ResourceList) map[string]spec.Quantity {
	if len(amounts) == 0 {
		return nil
	}
	texts := map[string]spec.Quantity{}
	for name, amount := range amounts {
		texts[string(name)] = spec.Quantity(amount.String())
	}
	return texts
}

// joinLimits adds the amounts that first does not have.
func joinLimits(first *spec.LimitItem, other spec.LimitItem) {
	for _, amounts := range []struct {
		to   *map[string]spec.Quantity
		from map[string]spec.Quantity
	}{
		{&first.Max, other.Max}, {&first.Min, other.Min}, {&first.Default, other.Default},
		{&first.DefaultRequest, other.DefaultRequest}, {&first.MaxLimitRequestRatio, other.MaxLimitRequestRatio},
	} {
		for _, name := range slices.Sorted(maps.Keys(amounts.from)) {
			if *amounts.to == nil {
				*amounts.to = map[string]spec.Quantity{}
			}
			if _, given := (*amounts.to)[name]; !given {
				(*amounts.to)[name] = amounts.from[name]
			}
		}
	}
}

package importer

import (
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/spec"
)

// readQuotas carries over ResourceQuotas and LimitRanges.
func (im *importer) readQuotas() {
	seen := map[*component]bool{}
	for _, o := range im.set.ResourceQuotas {
		p := im.byNamespace[o.Namespace]
		if p == nil {
			continue
		}
		if len(o.Value.Spec.Scopes) > 0 || o.Value.Spec.ScopeSelector != nil {
			im.note(NotCarried, o.Object, "spec", p.at("quota"),
				"a quota of a Segregation has no scopes; keep this ResourceQuota beside it")
			continue
		}
		if seen[p] {
			im.note(Changed, o.Object, "spec.hard", p.at("quota"),
				"a component has one ResourceQuota: this one is joined with the first, the smaller amounts win")
		}
		seen[p] = true
		if p.spec.Quota == nil {
			p.spec.Quota = map[string]spec.Quantity{}
		}
		addSmaller(p.spec.Quota, o.Value.Spec.Hard)
	}
	im.readLimits()
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

func (im *importer) readLimits() {
	items := map[*component]map[corev1.LimitType]int{}
	for _, o := range im.set.LimitRanges {
		p := im.byNamespace[o.Namespace]
		if p == nil {
			continue
		}
		if items[p] == nil {
			items[p] = map[corev1.LimitType]int{}
		}
		for i, item := range o.Value.Spec.Limits {
			at, known := items[p][item.Type]
			if !known {
				items[p][item.Type] = len(p.spec.Limits)
				p.spec.Limits = append(p.spec.Limits, limitItem(item))
				continue
			}
			im.note(Changed, o.Object, objects.Index("spec.limits", i), p.at("limits"),
				"a component has one item of type %s: it is joined with the first, whose amounts win", item.Type)
			joinLimits(&p.spec.Limits[at], limitItem(item))
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

package spec

import (
	"maps"
	"slices"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/strict"
)

// inheritance gives components what spec.defaults says for all of them. The document is told where each value was
// written, so that messages name the place that somebody wrote.
type inheritance struct {
	*strict.Document
	defaults *Defaults
	// flows has every flow of the components, by its key, so that none is there twice.
	flows map[string]bool
}

// inherit fills in the defaults for all components.
func inherit(seg *Segregation, d *strict.Document) {
	if seg.Spec.Defaults == nil {
		return
	}
	in := &inheritance{Document: d, defaults: seg.Spec.Defaults, flows: map[string]bool{}}
	names := slices.Sorted(maps.Keys(seg.Spec.Components))
	names = slices.DeleteFunc(names, func(name string) bool { return seg.Spec.Components[name] == nil })
	for _, name := range names {
		c := seg.Spec.Components[name]
		for i := range c.Egress {
			in.flows[c.Egress[i].key(name)] = true
		}
		for i := range c.Ingress {
			in.flows[c.Ingress[i].key(name)] = true
		}
	}
	for _, name := range names {
		in.component(fieldpath.Of("spec", "components", name), name, seg.Spec.Components[name])
	}
}

func (in *inheritance) component(path fieldpath.Path, name string, c *Component) {
	from := fieldpath.Of("spec", "defaults")
	inheritMap(in, path.Child("labels"), &c.Labels, from.Child("labels"), in.defaults.Labels)
	inheritMap(in, path.Child("annotations"), &c.Annotations, from.Child("annotations"), in.defaults.Annotations)
	inheritMap(in, path.Child("quota"), &c.Quota, from.Child("quota"), in.defaults.Quota)
	inheritText(in, path.Child("internalTraffic"), &c.InternalTraffic, from.Child("internalTraffic"),
		in.defaults.InternalTraffic)
	if c.Protect == nil && in.defaults.Protect != nil {
		c.Protect = in.defaults.Protect
		in.Move(path.Child("protect"), from.Child("protect"))
	}
	in.podSecurity(path.Child("podSecurity"), &c.PodSecurity, from.Child("podSecurity"))
	inheritItems(in, path.Child("egress"), &c.Egress, from.Child("egress"), in.defaults.Egress,
		func(flow *EgressFlow) bool { return flow.To.Component != name && in.isNew(flow.key(name)) })
	inheritItems(in, path.Child("ingress"), &c.Ingress, from.Child("ingress"), in.defaults.Ingress,
		func(flow *IngressFlow) bool { return flow.From.Component != name && in.isNew(flow.key(name)) })
	own := slices.Clone(c.Limits)
	inheritItems(in, path.Child("limits"), &c.Limits, from.Child("limits"), in.defaults.Limits,
		func(item *LimitItem) bool {
			return !slices.ContainsFunc(own, func(other LimitItem) bool { return other.Type == item.Type })
		})
	inheritItems(in, path.Child("access"), &c.Access, from.Child("access"), in.defaults.Access,
		func(a *Access) bool {
			a.Subjects = slices.Clone(a.Subjects) // each component fills in its own namespace
			return true
		})
}

func (in *inheritance) podSecurity(path fieldpath.Path, to *PodSecurity, from fieldpath.Path) {
	given := &in.defaults.PodSecurity
	inheritText(in, path.Child("enforce"), &to.Enforce, from.Child("enforce"), given.Enforce)
	inheritText(in, path.Child("warn"), &to.Warn, from.Child("warn"), given.Warn)
	inheritText(in, path.Child("audit"), &to.Audit, from.Child("audit"), given.Audit)
	inheritText(in, path.Child("enforceVersion"), &to.EnforceVersion, from.Child("enforceVersion"), given.EnforceVersion)
	inheritText(in, path.Child("warnVersion"), &to.WarnVersion, from.Child("warnVersion"), given.WarnVersion)
	inheritText(in, path.Child("auditVersion"), &to.AuditVersion, from.Child("auditVersion"), given.AuditVersion)
}

// isNew reports whether no component has a flow yet, and notes it.
func (in *inheritance) isNew(flow string) bool {
	had := in.flows[flow]
	in.flows[flow] = true
	return !had
}

// inheritText fills a text that was left out.
func inheritText[T ~string](in *inheritance, path fieldpath.Path, to *T, from fieldpath.Path, value T) {
	if value != "" && !in.Written(path) {
		*to = value
		in.Move(path, from)
	}
}

// inheritMap adds the entries that a map does not have.
func inheritMap[T any](in *inheritance, path fieldpath.Path, to *map[string]T, from fieldpath.Path,
	entries map[string]T) {
	for _, name := range slices.Sorted(maps.Keys(entries)) {
		if in.Written(path.Child(name)) {
			continue
		}
		if *to == nil {
			*to = map[string]T{}
		}
		(*to)[name] = entries[name]
		in.Move(path.Child(name), from.Child(name))
	}
}

// inheritItems adds the items that a component does not have under the same name, and that it wants.
func inheritItems[T any, L ~[]T](in *inheritance, path fieldpath.Path, to *L, from fieldpath.Path, items L,
	wants func(*T) bool) {
	names := in.Names(from)
	for i, item := range items {
		if names != nil && in.Written(path.Child(names[i])) || !wants(&item) {
			continue
		}
		in.Move(path.Index(len(*to)), from.Index(i))
		*to = append(*to, item)
	}
}

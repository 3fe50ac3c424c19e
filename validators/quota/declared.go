package quota

import (
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/scope"
)

// judgeDeclared holds the ResourceQuotas and LimitRanges against what the Segregation declares.
func (n *namespace) judgeDeclared(r *report, c *scope.Component) {
	scoped := map[*objects.Object]bool{}
	for _, name := range names(c.Plan.Quota) {
		n.judgeDeclaredQuota(r, c, name, scoped)
	}
	for i := range c.Plan.Limits {
		n.judgeDeclaredLimits(r, c, &c.Plan.Limits[i])
	}
}

// judgeDeclaredQuota reports a declared amount that no ResourceQuota of every pod has. reported are the quotas whose scopes
// were reported.
func (n *namespace) judgeDeclaredQuota(r *report, c *scope.Component, name corev1.ResourceName, reported map[*objects.Object]bool) {
	declared := c.Plan.Quota[name]
	var other, scoped *objects.Typed[corev1.ResourceQuota]
	for i := range n.quotas {
		quota := &n.quotas[i]
		amount, found := quota.Value.Spec.Hard[name]
		switch {
		case !found:
		case len(quota.Value.Spec.Scopes) > 0 || quota.Value.Spec.ScopeSelector != nil:
			scoped = quota
		case amount.Cmp(declared) == 0:
			return
		case other == nil:
			other = quota
		}
	}
	f := finding.Finding{Code: finding.QuotaMissing, Severity: finding.Error}
	f.Fix = "let the ResourceQuota have what the Segregation declares"
	switch {
	case other != nil:
		amount := other.Value.Spec.Hard[name]
		f.Field = objects.Field("spec.hard", string(name))
		f.Message = fmt.Sprintf("the quota of %s is %s, must be %s as component %q declares",
			name, amount.String(), declared.String(), c.Name)
		r.about(other.Object, f)
	case scoped != nil && reported[scoped.Object]:
	case scoped != nil:
		reported[scoped.Object] = true
		f.Field = "spec.scopes"
		if len(scoped.Value.Spec.Scopes) == 0 {
			f.Field = "spec.scopeSelector"
		}
		f.Message = fmt.Sprintf("the quota holds for some pods only, must hold for all as component %q declares", c.Name)
		r.about(scoped.Object, f)
	case len(n.quotas) > 0:
		f.Field = "spec.hard"
		f.Message = fmt.Sprintf("no quota of %s, must be %s as component %q declares", name, declared.String(), c.Name)
		r.about(n.quotas[0].Object, f)
	case name == names(c.Plan.Quota)[0]: // one finding for the whole missing object
		f.Object = finding.Object{APIVersion: "v1", Kind: "ResourceQuota", Namespace: n.name, Name: n.name + "-quota"}
		f.Message = fmt.Sprintf("the namespace has no ResourceQuota; component %q declares %s", c.Name, list(c.Plan.Quota))
		r.findings = append(r.findings, f)
	}
}

// list writes amounts as "cpu 1, memory 2Gi".
func list(amounts corev1.ResourceList) string {
	var parts []string
	for _, name := range names(amounts) {
		amount := amounts[name]
		parts = append(parts, string(name)+" "+amount.String())
	}
	return strings.Join(parts, ", ")
}

// judgeDeclaredLimits reports a declared item that no LimitRange has in full.
func (n *namespace) judgeDeclaredLimits(r *report, c *scope.Component, declared *corev1.LimitRangeItem) {
	f := finding.Finding{Code: finding.LimitsMissing, Severity: finding.Error}
	f.Fix = "let the LimitRange have what the Segregation declares"
	var about *objects.Object
	for _, o := range n.rangeValues {
		for i := range o.Value.Spec.Limits {
			item := &o.Value.Spec.Limits[i]
			if item.Type != declared.Type {
				continue
			}
			field, message := difference(item, declared)
			if message == "" {
				return
			}
			if about == nil {
				about, f.Field = o.Object, objects.Index("spec.limits", i)+"."+field
				f.Message = fmt.Sprintf("%s as component %q declares", message, c.Name)
			}
		}
	}
	switch {
	case about != nil:
		r.about(about, f)
	case len(n.rangeValues) > 0:
		f.Field = "spec.limits"
		f.Message = fmt.Sprintf("no limits of type %s, must be there as component %q declares", declared.Type, c.Name)
		r.about(n.rangeValues[0].Object, f)
	case declared == &c.Plan.Limits[0]: // one finding for the whole missing object
		f.Object = finding.Object{APIVersion: "v1", Kind: "LimitRange", Namespace: n.name, Name: n.name + "-limits"}
		f.Message = fmt.Sprintf("the namespace has no LimitRange; component %q declares one", c.Name)
		r.findings = append(r.findings, f)
	}
}

// difference finds the first declared value that an item does not have, and its field. An item may have more.
func difference(item, declared *corev1.LimitRangeItem) (field, message string) {
	lists := []struct {
		name           string
		have, declared corev1.ResourceList
	}{
		{"min", item.Min, declared.Min},
		{"max", item.Max, declared.Max},
		{"default", item.Default, declared.Default},
		{"defaultRequest", item.DefaultRequest, declared.DefaultRequest},
		{"maxLimitRequestRatio", item.MaxLimitRequestRatio, declared.MaxLimitRequestRatio},
	}
	for _, l := range lists {
		for _, name := range names(l.declared) {
			want := l.declared[name]
			have, found := l.have[name]
			switch {
			case !found:
				return l.name, fmt.Sprintf("no %s of %s for type %s, must be %s", l.name, name, item.Type, want.String())
			case have.Cmp(want) != 0:
				return objects.Field(l.name, string(name)),
					fmt.Sprintf("%s of %s for type %s is %s, must be %s", l.name, name, item.Type, have.String(), want.String())
			}
		}
	}
	return "", ""
}

package quota

import (
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/verdict"
	"cloison.dev/cloison/validators/quota/admission"
)

// declaredQuotas reports amounts that a Segregation declares and no ResourceQuota of every pod has.
func (n *namespace) declaredQuotas(c *scope.Component, result *verdict.Result) {
	for _, name := range admission.Names(c.Plan.Quota) {
		result.Decide(verdict.Subject{Question: "quota of " + string(name) + " of component " + c.Name})
		n.declaredQuota(c, name, result)
	}
}

func (n *namespace) declaredQuota(c *scope.Component, name corev1.ResourceName, result *verdict.Result) {
	declared := c.Plan.Quota[name]
	var other, scoped *quota
	for i := range n.quotas {
		q := &n.quotas[i]
		amount, found := q.Value.Spec.Hard[name]
		switch {
		case !found:
		case len(q.Value.Spec.Scopes) > 0 || q.Value.Spec.ScopeSelector != nil:
			scoped = q
		case amount.Cmp(declared) == 0:
			return
		case other == nil:
			other = q
		}
	}
	f := finding.Finding{Code: finding.QuotaMissing, Severity: finding.Error}
	f.Fix = "let the ResourceQuota have what the Segregation declares"
	switch {
	case other != nil:
		amount := other.Value.Spec.Hard[name]
		f.Field = admission.HardField(name)
		f.Message = fmt.Sprintf("the quota of %s is %s, must be %s as component %q declares",
			name, amount.String(), declared.String(), c.Name)
		about(result, other.Object, f)
	case scoped != nil: // one finding for all its resources
		f.Field = fieldpath.Of("spec", "scopes")
		if len(scoped.Value.Spec.Scopes) == 0 {
			f.Field = fieldpath.Of("spec", "scopeSelector")
		}
		f.Message = fmt.Sprintf("the quota holds for some pods only, must hold for all as component %q declares",
			c.Name)
		about(result, scoped.Object, f, verdict.Subject{Object: scoped.Object, Field: f.Field})
	case len(n.quotas) > 0:
		f.Field = fieldpath.Of("spec", "hard")
		f.Message = fmt.Sprintf("no quota of %s, must be %s as component %q declares", name, declared.String(), c.Name)
		about(result, n.quotas[0].Object, f)
	default: // one finding for the whole object
		f.Message = fmt.Sprintf("the namespace has no ResourceQuota; component %q declares %s", c.Name,
			list(c.Plan.Quota))
		n.missing(result, f, finding.Object{APIVersion: "v1", Kind: "ResourceQuota", Namespace: n.name,
			Name: n.name + "-quota"})
	}
}

// missing adds a finding about an object that is not in the input, once.
func (n *namespace) missing(result *verdict.Result, f finding.Finding, o finding.Object) {
	f.Object = o
	subjects := []verdict.Subject{{Question: o.String()}}
	result.Add(verdict.Candidate{Finding: f, Unless: subjects, Explains: subjects})
}

// list writes amounts as "cpu 1, memory 2Gi".
func list(amounts corev1.ResourceList) string {
	var parts []string
	for _, name := range admission.Names(amounts) {
		amount := amounts[name]
		parts = append(parts, string(name)+" "+amount.String())
	}
	return strings.Join(parts, ", ")
}

// declaredLimits reports items that a Segregation declares and no LimitRange has in full.
func (n *namespace) declaredLimits(c *scope.Component, result *verdict.Result) {
	for i := range c.Plan.Limits {
		declared := &c.Plan.Limits[i]
		result.Decide(verdict.Subject{Question: "limits of type " + string(declared.Type) + " of component " + c.Name})
		n.declaredItem(c, declared, result)
	}
}

func (n *namespace) declaredItem(c *scope.Component, declared *corev1.LimitRangeItem, result *verdict.Result) {
	f := finding.Finding{Code: finding.LimitsMissing, Severity: finding.Error}
	f.Fix = "let the LimitRange have what the Segregation declares"
	var differs *objects.Object
	for _, lr := range n.ranges {
		for i := range lr.written {
			item := &lr.written[i]
			if item.Type != declared.Type {
				continue
			}
			field, message := difference(fieldpath.Of("spec", "limits").Index(i), item, declared)
			if message == "" {
				return
			}
			if differs == nil {
				differs, f.Field = lr.Object, field
				f.Message = fmt.Sprintf("%s as component %q declares", message, c.Name)
			}
		}
	}
	switch {
	case differs != nil:
		about(result, differs, f)
	case len(n.ranges) > 0:
		f.Field = fieldpath.Of("spec", "limits")
		f.Message = fmt.Sprintf("no limits of type %s, must be there as component %q declares", declared.Type, c.Name)
		about(result, n.ranges[0].Object, f)
	default: // one finding for the whole object
		f.Message = fmt.Sprintf("the namespace has no LimitRange; component %q declares one", c.Name)
		n.missing(result, f, finding.Object{APIVersion: "v1", Kind: "LimitRange", Namespace: n.name,
			Name: n.name + "-limits"})
	}
}

// difference finds the first declared value that the item at a path does not have, and its field; the message is empty
// where there is none. An item may have more.
func difference(at fieldpath.Path, item, declared *corev1.LimitRangeItem) (field fieldpath.Path, message string) {
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
		for _, name := range admission.Names(l.declared) {
			want := l.declared[name]
			have, found := l.have[name]
			switch {
			case !found:
				return at.Child(l.name),
					fmt.Sprintf("no %s of %s for type %s, must be %s", l.name, name, item.Type, want.String())
			case have.Cmp(want) != 0:
				return at.Child(l.name, string(name)),
					fmt.Sprintf("%s of %s for type %s is %s, must be %s", l.name, name, item.Type, have.String(),
						want.String())
			}
		}
	}
	return fieldpath.Path{}, ""
}

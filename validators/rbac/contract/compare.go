package contract

import (
	"slices"

	"cloison.dev/cloison/validators/rbac/authorizer"
)

// Comparison is the difference between a role and its contract.
type Comparison struct {
	// Extra has, for each rule of the role, the rights that the role must not grant.
	Extra [][]Right
	// Lacking are those that it must grant and does not.
	Lacking []Right
}

// Lacking are the rights of the contract that are not allowed, without those that the API server never asks for.
func (c *Contract) Lacking(allowed func(authorizer.Request) bool) []Right {
	return slices.DeleteFunc(slices.Clone(c.rights),
		func(r Right) bool { return !r.Meaningful() || allowed(r.Request()) })
}

// Compare compares the rules of a role with the contract. A rule for some names grants less than one without names.
// (Covers of component-helpers finds the same extra rights; it builds sets for every pair of rules, and roles are
// many.)
func (c *Contract) Compare(rules []authorizer.Rule) Comparison {
	wanted, granted := map[Right]bool{}, map[Right]bool{}
	for _, r := range slices.Concat(c.rights, c.further) {
		wanted[r] = true
	}
	result := Comparison{Extra: make([][]Right, len(rules))}
	for i, rule := range rules {
		for _, r := range rightsOf(rule.PolicyRule) {
			granted[r] = true
			if anyName := (Right{r.Verb, r.Group, r.Resource, ""}); !wanted[r] && !wanted[anyName] {
				result.Extra[i] = append(result.Extra[i], r)
			}
		}
	}
	for _, r := range c.rights {
		if !granted[r] && r.Meaningful() && !allowedByAny(rules, r.Request()) {
			result.Lacking = append(result.Lacking, r)
		}
	}
	return result
}

func allowedByAny(rules []authorizer.Rule, r authorizer.Request) bool {
	return slices.ContainsFunc(rules,
		func(rule authorizer.Rule) bool { return authorizer.RuleAllows(rule.PolicyRule, r) })
}

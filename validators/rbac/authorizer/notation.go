package authorizer

import (
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"
)

const (
	readVerbs  = "get list watch"
	writeVerbs = "create delete deletecollection patch update"
)

// ParseRules reads rules in a short notation, one on each line. It panics where a line is not in one of the forms
//
//	verbs : groups : resources
//	verbs : groups : resources : names
//	verbs : URLs
//
// whose lists have spaces between their items. The verb read means get, list and watch, write means create, delete,
// deletecollection, patch and update; the group core is the one without a name.
func ParseRules(text string) []rbacv1.PolicyRule {
	var rules []rbacv1.PolicyRule
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			rules = append(rules, parseRule(line))
		}
	}
	return rules
}

func parseRule(line string) rbacv1.PolicyRule {
	lists := strings.Split(line, " : ")
	rule := rbacv1.PolicyRule{Verbs: expand(lists[0])}
	switch len(lists) {
	case 2:
		rule.NonResourceURLs = strings.Fields(lists[1])
	case 3:
		rule.APIGroups, rule.Resources = expand(lists[1]), strings.Fields(lists[2])
	case 4:
		rule.APIGroups, rule.Resources = expand(lists[1]), strings.Fields(lists[2])
		rule.ResourceNames = strings.Fields(lists[3])
	default:
		panic("no rule: " + line)
	}
	return rule
}

// expand splits a list of verbs or groups, with read, write and core written out.
func expand(list string) []string {
	var items []string
	for word := range strings.FieldsSeq(list) {
		switch word {
		case "read":
			items = append(items, strings.Fields(readVerbs)...)
		case "write":
			items = append(items, strings.Fields(writeVerbs)...)
		case "core":
			items = append(items, "")
		default:
			items = append(items, word)
		}
	}
	return items
}

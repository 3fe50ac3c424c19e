package finding

import (
	"slices"
	"strings"
)

// Rule documents a Code, in docs/findings.md and in reports.
type Rule struct {
	Code Code
	// Title names the mistake in a few words.
	Title string
	// Cause, Consequence and Fix are one paragraph of Markdown each.
	Cause, Consequence, Fix string
}

// Family is a set of rules: one of the ways in which secrets escape, or a deploy fails.
type Family struct {
	// Letter of the family, as in CLS-N001.
	Letter string
	Title  string
	Rules  []Rule
}

// Families lists every rule there is, in the order of the documentation.
func Families() []Family {
	return []Family{
		{"S", "The Segregation", specRules()},
		{"N", "Network", networkRules()},
		{"R", "RBAC", rbacRules()},
		{"E", "Stores and ExternalSecrets", storeRules()},
		{"P", "Pods", podRules()},
		{"Q", "Quota", quotaRules()},
		{"K", "Packaging", packagingRules()},
		{"I", "Scaleway paths", pathRules()},
	}
}

// RuleOf finds the rule of a code.
func RuleOf(code Code) (Rule, bool) {
	for _, family := range Families() {
		if i := slices.IndexFunc(family.Rules, func(r Rule) bool { return r.Code == code }); i >= 0 {
			return family.Rules[i], true
		}
	}
	return Rule{}, false
}

// MeantCode is the code that a text without its prefix, or in lower case, was meant to be; empty where there is none.
func MeantCode(text string) Code {
	code := Code("CLS-" + strings.TrimLeft(strings.TrimPrefix(strings.ToUpper(text), "CLS"), "-_"))
	if _, known := RuleOf(code); !known {
		return ""
	}
	return code
}

// LeavesOpen reports whether by the finding something is not known about what would be applied, so that nobody may conclude
// from the rest that no more is allowed: it is undecided, or an object cannot be read or is there in two ways.
func (f Finding) LeavesOpen() bool {
	switch f.Code {
	case SuppressionInvalid, SuppressionUnused:
		return f.Undecided
	}
	return f.Undecided || f.Severity == Error && !f.Code.Acceptable()
}

// Acceptable reports whether somebody may accept findings of the code. Those of which an input is not what is applied,
// or not valid, stand: it is not known what would be accepted. Neither is what is undecided accepted, whatever its code.
func (c Code) Acceptable() bool {
	switch c {
	case InputUnreadable, InputDuplicate, MalformedObject, SuppressionInvalid, SuppressionUnused, NothingToCheck,
		FunctionsNotRun, ClusterInvalid:
		return false
	}
	return !strings.HasPrefix(string(c), "CLS-S")
}

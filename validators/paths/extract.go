package paths

import (
	"fmt"

	"k8s.io/apimachinery/pkg/util/validation"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/inventory"
)

// object judges a value whose properties become keys.
func (g *groupCheck) object(w wanted, c inventory.Content) {
	if c.Properties == nil {
		g.wrong(w, finding.PropertyMissing,
			fmt.Sprintf("revision %d of secret %s must be a JSON object, whose properties become keys; it is none",
				c.Revision, g.name(w)),
			`correct the value, or read the secret with "keys"`)
		return
	}
	if len(c.Properties) == 0 {
		g.about(g.plan, finding.Finding{
			Code: finding.PropertyMissing, Severity: finding.Warning, Field: w.field,
			Message: fmt.Sprintf("revision %d of secret %s has no properties, so it gives no keys",
				c.Revision, g.name(w)),
			Fix: "add properties to the value, or do not extract it",
		})
	}
	g.propertiesAsKeys(w, c)
}

// propertiesAsKeys reports properties that are no valid keys of a Secret, or keys of the group already.
func (g *groupCheck) propertiesAsKeys(w wanted, c inventory.Content) {
	var invalid []string
	for _, property := range c.Properties {
		other, taken := g.keys[property]
		switch {
		case len(validation.IsConfigMapKey(property)) > 0:
			invalid = append(invalid, fmt.Sprintf("%q", property))
		case taken:
			g.wrong(w, finding.PropertyNoKey,
				fmt.Sprintf("property %q of secret %s must not be a key of the group already: %s gives it, and "+
					"one value overwrites the other",
					property, g.name(w), other),
				`rename one of them, or read the properties that are needed with "map"`)
		default:
			g.keys[property] = w.field
		}
	}
	if len(invalid) > 0 {
		g.wrong(w, finding.PropertyNoKey,
			fmt.Sprintf("the properties of secret %s must be valid keys of a Secret: at most 253 letters, digits, "+
				"dashes, underscores and dots; %s cannot become a key of that name",
				g.name(w), list(invalid)),
			`rename them, or read the properties that are needed with "map"`)
	}
}

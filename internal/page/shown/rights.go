package shown

import (
	"slices"
	"strings"

	"cloison.dev/cloison/internal/access"
	"cloison.dev/cloison/internal/page"
	"cloison.dev/cloison/internal/phrase"
	"cloison.dev/cloison/validators/rbac/rights"
)

// addRights says of each component what its subjects may do. What they may do in the namespace of another component is a
// flow of its own, and who may read Secrets there has their keys.
func (b *builder) addRights() {
	for i := range b.state.Rights {
		r := &b.state.Rights[i]
		why := reasonsOf(r)
		for _, owner := range b.owners(r) {
			shown := &b.data.Components[owner]
			shown.Rights = append(shown.Rights, why...)
			for target := range b.data.Components {
				namespace := b.data.Components[target].Namespace
				if target != owner && namespace != "" && (r.Everywhere || r.Namespace == namespace) {
					b.crossing(owner, target, r, why)
				}
			}
		}
	}
}

// owners are the components that a subject belongs to.
func (b *builder) owners(r *access.Right) []int {
	if at, is := b.components[r.Subject.Namespace]; is && r.Subject.Kind == "ServiceAccount" && r.Subject.Namespace != "" {
		return []int{at}
	}
	var owners []int
	for i := range b.state.Components {
		if name := b.state.Components[i].Name; name != "" && slices.Contains(r.Components, name) {
			owners = append(owners, i)
		}
	}
	return owners
}

func reasonsOf(r *access.Right) []page.Reason {
	const few = 4
	text := title(r.Subject, "") + " may " + string(r.Action)
	if len(r.Names) > 0 {
		text += " (" + phrase.Few(few, r.Names) + ")"
	}
	if r.Everywhere {
		text += " in every namespace"
	} else {
		text += " in namespace " + r.Namespace
	}
	var why []page.Reason
	for _, grant := range r.By {
		why = append(why, page.Reason{
			Text: text + ", by " + grant.Binding.Kind + " " + grant.Binding.Name + " to " + grant.Role, Place: grant.Binding.Place(),
		})
	}
	return why
}

// crossing notes what a component may do in the namespace of another one.
func (b *builder) crossing(from, to int, r *access.Right, why []page.Reason) {
	at := slices.IndexFunc(b.data.Flows, func(f page.Flow) bool {
		return f.State == page.ByRights && f.From == from && f.To == to
	})
	if at < 0 {
		at = len(b.data.Flows)
		b.data.Flows = append(b.data.Flows, page.Flow{From: from, To: to, State: page.ByRights})
	}
	flow := &b.data.Flows[at]
	if action := string(r.Action); !slices.Contains(strings.Split(flow.Ports, ", "), action) {
		flow.Ports = strings.TrimPrefix(flow.Ports+", "+action, ", ")
	}
	flow.Why = append(flow.Why, why...)
	if r.Action != rights.ReadSecrets {
		return
	}
	for i := range b.data.Keys {
		key := &b.data.Keys[i]
		for _, holder := range key.Holders {
			if holder.Component == to && (len(r.Names) == 0 || slices.ContainsFunc(holder.Secrets, func(s string) bool {
				return slices.Contains(r.Names, s)
			})) {
				key.Hold(from, true, "", why...)
				break
			}
		}
	}
}

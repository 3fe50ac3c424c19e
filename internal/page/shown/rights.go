package shown

import (
	"slices"
	"strings"

	"cloison.dev/cloison/internal/access"
	"cloison.dev/cloison/internal/page"
	"cloison.dev/cloison/internal/phrase"
	"cloison.dev/cloison/validators/rbac/rights"
)

// everyNamespace is the end of what a component may do everywhere, which is one and not one for each namespace.
const everyNamespace = "every namespace"

// crossings are what components may do in the namespaces of others, and the keys that they have by that.
type crossings struct {
	*builder
	// flows are the numbers of those by rights.
	flows map[ends]int
	// keys are the numbers of those that a component has in its own Secrets.
	keys map[int][]int
	// everywhere are the numbers of the rows for Secrets of every namespace, by their names.
	everywhere map[string]int
}

// addRights says of each component what its subjects may do. What they may do in the namespace of another component, or
// in every namespace, is a flow of its own, and who may read Secrets there has their keys.
func (b *builder) addRights() {
	c := &crossings{builder: b, flows: map[ends]int{}, keys: map[int][]int{}, everywhere: map[string]int{}}
	for i := range b.data.Keys {
		for _, holder := range b.data.Keys[i].Holders {
			c.keys[holder.Component] = append(c.keys[holder.Component], i)
		}
	}
	for i := range b.state.Rights {
		r := &b.state.Rights[i]
		why := reasonsOf(r)
		for _, owner := range b.owners(r) {
			shown := &b.data.Components[owner]
			shown.Rights = append(shown.Rights, why...)
			target, isShown := b.components[r.Namespace]
			switch {
			case r.Everywhere:
				c.addEverywhere(owner, r, why)
			case isShown && target != owner && r.Namespace != "":
				c.add(owner, target, r, why)
			}
		}
	}
}

// owners are the components that a subject belongs to.
func (b *builder) owners(r *access.Right) []int {
	var owners []int
	for _, namespace := range r.Namespaces {
		if at, is := b.components[namespace]; is && namespace != "" {
			owners = append(owners, at)
		}
	}
	return owners
}

func reasonsOf(r *access.Right) []page.Reason {
	text := title(r.Subject, "") + " may " + string(r.Action)
	if len(r.Names) > 0 {
		text += " (" + phrase.Few(fewNames, r.Names) + ")"
	}
	if r.Everywhere {
		text += " in every namespace"
	} else {
		text += " in namespace " + r.Namespace
	}
	return byGrants(text, r)
}

// byGrants completes a text with each of the bindings that give a right.
func byGrants(text string, r *access.Right) []page.Reason {
	var why []page.Reason
	for _, grant := range r.By {
		why = append(why, page.Reason{
			Text:  text + ", by " + grant.Binding.Kind + " " + grant.Binding.Name + " to " + grant.Role,
			Place: grant.Binding.Place(),
		})
	}
	return why
}

// fewNames is how many names a text has.
const fewNames = 4

// flow notes what a component may do at an end.
func (c *crossings) flow(key ends, r *access.Right, why []page.Reason) {
	at, isKnown := c.flows[key]
	if !isKnown {
		at = len(c.data.Flows)
		c.flows[key] = at
		c.data.Flows = append(c.data.Flows, page.Flow{From: key.from, To: key.to, State: page.ByRights})
	}
	flow := &c.data.Flows[at]
	if action := string(r.Action); !slices.Contains(strings.Split(flow.Ports, ", "), action) {
		flow.Ports = strings.TrimPrefix(flow.Ports+", "+action, ", ")
	}
	for _, reason := range why {
		if !slices.Contains(flow.Why, reason) {
			flow.Why = append(flow.Why, reason)
		}
	}
}

// add notes what a component may do in the namespace of another one.
func (c *crossings) add(from, to int, r *access.Right, why []page.Reason) {
	c.flow(ends{from, to}, r, why)
	if r.Action != rights.ReadSecrets {
		return
	}
	for _, i := range c.keys[to] {
		key := &c.data.Keys[i]
		at := slices.IndexFunc(key.Holders, func(h page.Holder) bool { return h.Component == to })
		if len(r.Names) == 0 || slices.ContainsFunc(key.Holders[at].Secrets, func(s string) bool {
			return slices.Contains(r.Names, s)
		}) {
			key.Hold(from, true, "", why...)
		}
	}
}

// addEverywhere notes what a component may do in every namespace. The keys that it reads so are one row, and a binding is
// one reason: what it lets do is said of the component.
func (c *crossings) addEverywhere(from int, r *access.Right, why []page.Reason) {
	c.flow(ends{from, c.numbered(c.outsideEnd(everyNamespace, true))}, r, byGrants(title(r.Subject, ""), r))
	if r.Action != rights.ReadSecrets {
		return
	}
	of := "Every Secret of every namespace"
	if len(r.Names) > 0 {
		of = phrase.Plural(len(r.Names), "Secret") + " " + phrase.Few(fewNames, r.Names) + " of every namespace"
	}
	names := phrase.List(r.Names)
	at, isKnown := c.everywhere[names]
	if !isKnown {
		at = len(c.data.Keys)
		c.everywhere[names] = at
		c.data.Keys = append(c.data.Keys, page.Key{Name: "every key", Folder: -1, Of: of})
	}
	c.data.Keys[at].Hold(from, true, "", why...)
}

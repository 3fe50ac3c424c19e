package secretflow

import (
	"strings"

	"cloison.dev/cloison/internal/eso"
	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/ternary"
)

// Copy is that a controller makes what a Secret of one namespace holds known in others: mostly it writes a Secret
// there. Facts: docs/facts.md, "Controllers that copy Secrets".
type Copy struct {
	// By is the object that has it done, at Field.
	By    *objects.Object
	Field fieldpath.Path
	// Controller is what copies, as messages name it. Format: the reflector.
	Controller string
	// From is the Secret. Its name is empty where it may be any of the namespace.
	From Ref
	// Name of the copies; empty where no Secret is written.
	Name string
	// To are the namespaces as By names them: names, expressions, and "labels" with a selector. None are all of them,
	// or those that are not known.
	To []string
	// Pulled is set where By stands in the namespace of the copy.
	Pulled bool
	// Why says what is not known, as messages do; empty where only labels of namespaces may be missing.
	Why string

	into func(namespace string) ternary.Answer
}

// Into answers whether the Secret gets into a namespace.
func (c *Copy) Into(namespace string) ternary.Answer {
	if namespace == c.From.Namespace {
		return ternary.No
	}
	return c.into(namespace)
}

// everywhere has one answer for all namespaces.
func everywhere(answer ternary.Answer) func(string) ternary.Answer {
	return func(string) ternary.Answer { return answer }
}

// named is one namespace.
func named(name string) func(string) ternary.Answer {
	return func(namespace string) ternary.Answer { return ternary.Of(namespace == name) }
}

// unsure makes of every yes an unknown.
func unsure(into func(string) ternary.Answer) func(string) ternary.Answer {
	return func(namespace string) ternary.Answer {
		if into(namespace) == ternary.No {
			return ternary.No
		}
		return ternary.Unknown
	}
}

// withLabels is a selector as one of the namespaces of a copy; none for one that matches all.
func withLabels(selector string) []string {
	if selector = strings.TrimSpace(selector); selector == "" {
		return nil
	}
	return []string{"labels " + selector}
}

// copier collects the copies that an input has made.
type copier struct {
	graph      *Graph
	namespaces *Namespaces
	// expressions are the lists that were read already.
	expressions map[string]func(string) ternary.Answer
}

func (g *Graph) readCopies(set *objects.Set) {
	c := copier{
		graph: g, namespaces: NewNamespaces(set), expressions: map[string]func(string) ternary.Answer{},
	}
	c.readMarks(set)
	for i := range set.Custom {
		c.readCustom(&set.Custom[i])
	}
	c.readIngresses(set)
	g.copiesByName = map[string][]*Copy{}
	for i := range g.Copies {
		if made := &g.Copies[i]; made.Name != "" {
			g.copiesByName[made.Name] = append(g.copiesByName[made.Name], made)
		}
	}
}

func (c *copier) add(made Copy) { c.graph.Copies = append(c.graph.Copies, made) }

// selected are the namespaces that a selector matches.
func (c *copier) selected(by func(eso.Namespace) ternary.Answer) func(string) ternary.Answer {
	return func(name string) ternary.Answer { return by(c.namespaces.Of(name)) }
}

// copied is a Secret that a controller makes as a copy of another; nil where none does.
func (g *Graph) copied(ref Ref) *Secret {
	for _, made := range g.copiesByName[ref.Name] {
		if made.Into(ref.Namespace) == ternary.No {
			continue
		}
		secret := &Secret{Ref: ref, Creators: []*objects.Object{made.By}, Open: true}
		if source := g.Secrets[made.From]; source != nil {
			secret.CopyOf, secret.Keys, secret.Whole = made.From, source.Keys, source.Whole
		}
		return secret
	}
	return nil
}

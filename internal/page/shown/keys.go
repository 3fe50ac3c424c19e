package shown

import (
	"cmp"
	"slices"
	"strings"

	"cloison.dev/cloison/internal/access"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/page"
)

// row is what tells a key from others: the same secret of the same folder is one, whatever its key is called in a
// Secret.
type row struct {
	folder int
	of     string
	name   string
}

// addKeys makes a row of each key, with the components that have it. Keys of a folder are called as their secret there
// is; those of no folder belong to their Secret.
func (b *builder) addKeys() {
	at := map[row]int{}
	for i := range b.state.Components {
		c := &b.state.Components[i]
		for j := range c.Secrets {
			s := &c.Secrets[j]
			for k := range s.Keys {
				for _, r := range b.rowsOf(c, s, &s.Keys[k]) {
					if _, isKnown := at[r]; !isKnown {
						at[r] = len(b.data.Keys)
						b.data.Keys = append(b.data.Keys, page.Key{Name: r.name, Folder: r.folder, Of: r.of})
					}
					b.data.Keys[at[r]].Hold(i, b.isForeign(s, &s.Keys[k]), s.Name, holding(s, &s.Keys[k])...)
				}
			}
		}
	}
	slices.SortStableFunc(b.data.Keys, func(x, y page.Key) int {
		return cmp.Or(cmp.Compare(uint(x.Folder), uint(y.Folder)), strings.Compare(x.Of, y.Of),
			strings.Compare(x.Name, y.Name))
	})
}

// rowsOf is the row of a key. What a template makes of secrets is in a row of each of their folders.
func (b *builder) rowsOf(c *access.Component, s *access.Secret, k *access.Key) []row {
	if k.Source == nil && len(s.Sources) > 0 {
		var rows []row
		for i := range s.Sources {
			rows = append(rows, row{folder: b.folder(&s.Sources[i]), name: cmp.Or(k.Name, "every key") + ", made by a template"})
		}
		return rows
	}
	return []row{b.rowOf(c, s, k)}
}

func (b *builder) rowOf(c *access.Component, s *access.Secret, k *access.Key) row {
	if k.Source == nil {
		of := "Secret " + c.Namespace + "/" + s.Name
		if s.CopyOf != "" {
			of = "Secret " + s.CopyOf
		}
		return row{folder: -1, of: of, name: cmp.Or(k.Name, "every key")}
	}
	r := row{folder: b.folder(&s.Sources[*k.Source]), name: k.Secret}
	if r.name == "" {
		r.name = "every secret"
	}
	if k.Property != "" {
		r.name += "#" + k.Property
	}
	return r
}

// isForeign reports whether a key is read from a folder of another component, or with its credentials.
func (b *builder) isForeign(s *access.Secret, k *access.Key) bool {
	if k.Source == nil {
		return false
	}
	return slices.ContainsFunc(b.errorsOf(&s.Sources[*k.Source]), func(number int) bool {
		code := finding.Code(b.data.Findings[number].Code)
		return code == finding.ForeignFolder || code == finding.ForeignCredentials
	})
}

// holding says how a component has a key: in which Secret, and which containers get it.
func holding(s *access.Secret, k *access.Key) []page.Reason {
	text := "in Secret " + s.Name
	if k.Name != "" {
		text += " as " + k.Name
	}
	if k.Version != "" {
		text += ", revision " + k.Version
	}
	why := []page.Reason{{Text: text}}
	for i := range s.Uses {
		use := &s.Uses[i]
		if use.Key != "" && use.Key != k.Name && k.Name != "" {
			continue
		}
		text := use.Workload.Kind + " " + use.Workload.Name
		if use.Container != "" {
			text += ", container " + use.Container
		}
		why = append(why, page.Reason{Text: text + ", by " + string(use.Via) + ": " + use.What()})
	}
	return why
}

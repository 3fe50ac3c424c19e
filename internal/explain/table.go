package explain

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"cloison.dev/cloison/internal/phrase"
	"cloison.dev/cloison/internal/printable"
)

// width is the length in bytes at which lists are broken.
const width = 110

// Table writes the matrix for people: a line for each Secret, then where each one comes from and where it goes to.
func Table(w io.Writer, m *Matrix) error {
	var out bytes.Buffer
	m.overview(&out)
	m.hostNames(&out)
	for i := range m.Components {
		c := &m.Components[i]
		for j := range c.Secrets {
			c.Secrets[j].details(&out, c)
		}
	}
	_, err := w.Write(out.Bytes())
	return err
}

// Title is how a component is called.
func (c *Component) Title() string { return cmp.Or(c.Name, c.Namespace, "(no namespace)") }

func (m *Matrix) overview(out *bytes.Buffer) {
	rows := [][]string{m.first("COMPONENT", "NAMESPACE", "SECRET", "KEYS", "FROM", "API KEY", "WORKLOADS")}
	for i := range m.Components {
		c := &m.Components[i]
		title, namespace := cmp.Or(c.Name, "-"), c.Namespace
		if namespace == "" {
			title = c.Title()
		}
		before := len(rows)
		for j := range c.Secrets {
			if s := &c.Secrets[j]; !s.isOnlyAPIKey() {
				rows = append(rows, m.first(title, namespace, s.Name, s.count(), s.from(), s.apiKeys(c.Namespace),
					s.workloads()))
				title, namespace = "", ""
			}
		}
		if len(rows) == before {
			rows = append(rows, m.first(title, namespace, "-", "-", "-", "-", "-"))
		}
	}
	columns(out, "", rows)
}

// first leaves out the namespace where it is the component.
func (m *Matrix) first(component, namespace string, others ...string) []string {
	if !m.Planned {
		return append([]string{component}, others...)
	}
	return append([]string{component, namespace}, others...)
}

// isOnlyAPIKey reports whether all that is known of a Secret is that stores have their API key in it.
func (s *Secret) isOnlyAPIKey() bool {
	return len(s.APIKeyOf) > 0 && len(s.CreatedBy)+len(s.Keys)+len(s.Uses) == 0
}

// columns writes rows with their columns below one another.
func columns(out *bytes.Buffer, indent string, rows [][]string) {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, row := range rows {
		cells := make([]string, len(row))
		for i, cell := range row {
			cells[i] = printable.Row(cell)
		}
		fmt.Fprintln(table, indent+strings.Join(cells, "\t"))
	}
	_ = table.Flush() // the buffer takes all
}

// count is the number of keys; more are marked.
func (s *Secret) count() string {
	known := 0
	for _, key := range s.Keys {
		if key.Name != "" {
			known++
		}
	}
	switch {
	case len(s.CreatedBy) == 0:
		return "?"
	case known == 0 && (s.MayHaveMore || len(s.Keys) > 0):
		return "some"
	case s.MayHaveMore || known < len(s.Keys):
		return fmt.Sprintf("%d+", known)
	}
	return strconv.Itoa(known)
}

// from names where the Secret comes from.
func (s *Secret) from() string {
	var from []string
	add := func(text string) {
		if !slices.Contains(from, text) {
			from = append(from, text)
		}
	}
	for i := range s.Sources {
		add(s.Sources[i].short())
	}
	if s.CopyOf != "" {
		add("a copy of " + s.CopyOf)
	}
	for _, creator := range s.CreatedBy {
		if !strings.HasSuffix(creator.Kind, "ExternalSecret") {
			add(creator.Kind + " " + creator.Name)
		}
	}
	if len(from) == 0 {
		return "nothing in the input"
	}
	return phrase.List(from)
}

// isUnknown reports whether the store is not in the input, so that its provider is not known.
func (s *Source) isUnknown() bool { return s.Provider == "" && s.Store.Name != "" }

func (s *Source) short() string {
	switch {
	case s.Folder != "":
		return s.Folder
	case s.Provider != "" && s.Provider != "scaleway":
		return s.Provider
	case s.isUnknown():
		return "store " + s.Store.Name + ", not in the input"
	}
	return "any folder"
}

// apiKeys are the Secrets with the API keys that fill this one, or what it is the API key of.
func (s *Secret) apiKeys(namespace string) string {
	var keys []string
	for i := range s.Sources {
		for _, key := range s.Sources[i].APIKey {
			if key = strings.TrimPrefix(key, namespace+"/"); !slices.Contains(keys, key) {
				keys = append(keys, key)
			}
		}
	}
	switch {
	case len(s.APIKeyOf) > 0:
		return "is one"
	case len(keys) == 0:
		return "-"
	}
	return phrase.List(keys)
}

// workloads names those that use the Secret, in the order of the input.
func (s *Secret) workloads() string {
	var names []string
	for _, use := range s.Uses {
		if name := use.Workload.Name; !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return "-"
	}
	const few = 4
	return phrase.Few(few, names)
}

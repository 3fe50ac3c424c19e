package explain

import (
	"bytes"
	"cmp"
	"io"

	"cloison.dev/cloison/internal/access"
)

// listWidth is the length in bytes at which lists are broken where the width is not known.
const listWidth = 110

// Table writes the state for people: a line for each Secret, then for each component who reaches it and whom it
// reaches, then where each Secret comes from and where it goes to. It is at most width characters wide; 0 is as wide as
// needed.
func Table(w io.Writer, s *access.State, width int) error {
	t := &table{State: s, width: width}
	t.overview()
	for i := range s.Components {
		c := &s.Components[i]
		for j := range c.Secrets {
			t.secret(&c.Secrets[j], c)
		}
	}
	_, err := w.Write(t.out.Bytes())
	return err
}

type table struct {
	*access.State
	out   bytes.Buffer
	width int
}

func (t *table) columns(indent string, rows [][]string) { columns(&t.out, indent, rows, t.width) }

// Overview writes what [Table] begins with: the Secrets and the connections and roles of each component.
func Overview(w io.Writer, s *access.State, width int) error {
	t := &table{State: s, width: width}
	t.overview()
	_, err := w.Write(t.out.Bytes())
	return err
}

func (t *table) overview() {
	t.secrets()
	t.network()
}

// secrets writes a line for each Secret.
func (t *table) secrets() {
	rows := [][]string{t.first("COMPONENT", "NAMESPACE", "SECRET", "KEYS", "FROM", "API KEY", "WORKLOADS")}
	for i := range t.Components {
		c := &t.Components[i]
		title, namespace := cmp.Or(c.Name, "-"), c.Namespace
		if namespace == "" {
			title = c.Title()
		}
		before := len(rows)
		for j := range c.Secrets {
			if s := &c.Secrets[j]; !s.IsOnlyAPIKey() {
				rows = append(rows, t.first(title, namespace, s.Name, s.Count(), s.From(), s.APIKeys(c.Namespace),
					s.WorkloadNames()))
				title, namespace = "", ""
			}
		}
		if len(rows) == before {
			rows = append(rows, t.first(title, namespace, "-", "-", "-", "-", "-"))
		}
	}
	t.columns("", rows)
}

// first leaves out the namespace where it is the component.
func (t *table) first(component, namespace string, others ...string) []string {
	if !t.Planned {
		return append([]string{component}, others...)
	}
	return append([]string{component, namespace}, others...)
}

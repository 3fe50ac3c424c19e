package explain

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"cloison.dev/cloison/internal/access"
	"cloison.dev/cloison/internal/printable"
)

// width is the length in bytes at which lists are broken.
const width = 110

// Table writes the matrix for people: a line for each Secret, then where each one comes from and where it goes to.
func Table(w io.Writer, m *access.State) error {
	var out bytes.Buffer
	overview(&out, m)
	hostNames(&out, m)
	for i := range m.Components {
		c := &m.Components[i]
		for j := range c.Secrets {
			secretDetails(&out, &c.Secrets[j], c)
		}
	}
	_, err := w.Write(out.Bytes())
	return err
}

func overview(out *bytes.Buffer, m *access.State) {
	rows := [][]string{first(m, "COMPONENT", "NAMESPACE", "SECRET", "KEYS", "FROM", "API KEY", "WORKLOADS")}
	for i := range m.Components {
		c := &m.Components[i]
		title, namespace := cmp.Or(c.Name, "-"), c.Namespace
		if namespace == "" {
			title = c.Title()
		}
		before := len(rows)
		for j := range c.Secrets {
			if s := &c.Secrets[j]; !s.IsOnlyAPIKey() {
				rows = append(rows, first(m, title, namespace, s.Name, s.Count(), s.From(), s.APIKeys(c.Namespace),
					s.WorkloadNames()))
				title, namespace = "", ""
			}
		}
		if len(rows) == before {
			rows = append(rows, first(m, title, namespace, "-", "-", "-", "-", "-"))
		}
	}
	columns(out, "", rows)
}

// first leaves out the namespace where it is the component.
func first(m *access.State, component, namespace string, others ...string) []string {
	if !m.Planned {
		return append([]string{component}, others...)
	}
	return append([]string{component, namespace}, others...)
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

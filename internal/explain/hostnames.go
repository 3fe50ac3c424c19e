package explain

import (
	"bytes"
	"strings"

	"cloison.dev/cloison/internal/access"
)

// hostNames writes which hosts each component reaches by name; nothing where there are none.
func hostNames(out *bytes.Buffer, m *access.State) {
	rows := [][]string{first(m, "COMPONENT", "NAMESPACE", "HOST NAMES", "PORTS", "POLICY")}
	for i := range m.Components {
		c := &m.Components[i]
		for _, h := range c.HostNames {
			ports := strings.Join(h.Ports, ", ")
			if ports == "" {
				ports = "all"
			}
			rows = append(rows, first(m, c.Title(), c.Namespace, strings.Join(h.Names, ", "), ports,
				h.Policy.Kind+" "+h.Policy.Name))
		}
	}
	if len(rows) > 1 {
		out.WriteByte('\n')
		columns(out, "", rows)
	}
}

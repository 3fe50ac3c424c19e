package explain

import (
	"fmt"
	"strings"

	"cloison.dev/cloison/internal/access"
	"cloison.dev/cloison/internal/phrase"
)

// publishedIn is what is published of each namespace.
func publishedIn(s *access.State) map[string][]*access.Publication {
	in := map[string][]*access.Publication{}
	for i := range s.Published {
		p := &s.Published[i]
		in[p.Namespace] = append(in[p.Namespace], p)
	}
	return in
}

// publishedRows has a row for everything that is published: the pods, on which way and under which names, on which
// ports, and by which object.
func publishedRows(all []*access.Publication) [][]string {
	var rows [][]string
	title := "published"
	for _, p := range all {
		way := p.Way()
		if len(p.Hosts) > 0 {
			way += ": " + phrase.Few(fewNames, p.Hosts)
		}
		by := "by " + p.Publisher()
		if p.Shut {
			by += "; no policy lets it in"
		}
		rows = append(rows, []string{fmt.Sprintf("%-10s", title), p.Pod(), "<-", way, strings.Join(p.PortTexts(), ", "), by})
		title = ""
	}
	return rows
}

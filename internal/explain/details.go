package explain

import (
	"cmp"
	"fmt"
	"strings"

	"cloison.dev/cloison/internal/access"
	"cloison.dev/cloison/internal/phrase"
	"cloison.dev/cloison/internal/printable"
	"cloison.dev/cloison/internal/secretflow"
)

// secret writes where a Secret comes from and where it goes to; nothing where neither is known.
func (t *table) secret(s *access.Secret, c *access.Component) {
	if len(s.Sources)+len(s.Uses) == 0 {
		return
	}
	t.line("")
	t.line("Secret " + s.Name + " of " + c.Title())
	for i := range s.Sources {
		t.source(s, i)
	}
	if others := s.KeysWithoutSource(); len(others) > 0 {
		t.list("  keys   ", others)
	}
	if rows := useRows(s); len(rows) > 0 {
		t.line("  into")
		t.columns("    ", rows)
	}
}

func (t *table) source(s *access.Secret, number int) {
	source := &s.Sources[number]
	from := "  from   " + source.Short()
	if source.ProjectID != "" {
		from += " of project " + source.ProjectID + " in " + source.Region
	}
	t.line(from)
	if source.Store.Name != "" {
		by := fmt.Sprintf("  by     %s %s through %s %s", source.By.Kind, source.By.Name, source.Store.Kind,
			source.Store.Name)
		switch {
		case len(source.APIKey) > 0:
			by += " with the API key in Secret " + strings.ReplaceAll(strings.Join(source.APIKey, " and "),
				source.By.Namespace+"/", "")
		case source.IsUnknown():
			by += ", which is not in the input"
		}
		t.line(by)
	}
	if keys := s.KeysOf(number); len(keys) > 0 {
		t.list("  keys   ", keys)
	}
}

// line writes a line of text, which may repeat the input.
func (t *table) line(text string) {
	t.out.WriteString(strings.TrimRight(printable.Row(text), " ") + "\n")
}

// list writes words with commas, in lines that are not too long.
func (t *table) list(title string, words []string) {
	current := title
	for i, word := range words {
		if i < len(words)-1 {
			word += ","
		}
		if len(current)+1+len(word) > cmp.Or(t.width, listWidth) && strings.TrimSpace(current) != "" && current != title {
			t.line(current)
			current = strings.Repeat(" ", len(title))
		}
		if !strings.HasSuffix(current, " ") {
			current += " "
		}
		current += word
	}
	t.line(current)
}

// mostUses is how many uses a row names.
const mostUses = 8

// useRows has a row for each container and way of a workload.
func useRows(s *access.Secret) [][]string {
	type user struct {
		workload  access.Object
		container string
		via       secretflow.Via
	}
	var users []user
	keys := map[user][]string{}
	for i := range s.Uses {
		use := &s.Uses[i]
		by := user{use.Workload, use.Container, use.Via}
		if keys[by] == nil {
			users = append(users, by)
		}
		keys[by] = append(keys[by], use.What())
	}
	var rows [][]string
	for _, by := range users {
		rows = append(rows, []string{
			by.workload.Kind + " " + by.workload.Name, cmp.Or(by.container, "-"), string(by.via),
			phrase.Few(mostUses, keys[by]),
		})
	}
	return rows
}

package explain

import (
	"bytes"
	"cmp"
	"fmt"
	"strings"

	"cloison.dev/cloison/internal/phrase"
	"cloison.dev/cloison/internal/printable"
	"cloison.dev/cloison/internal/secretflow"
	"cloison.dev/cloison/internal/spec"
)

// details writes where a Secret comes from and where it goes to; nothing where neither is known.
func (s *Secret) details(out *bytes.Buffer, c *Component) {
	if len(s.Sources)+len(s.Uses) == 0 {
		return
	}
	line(out, "")
	line(out, "Secret "+s.Name+" of "+c.Title())
	for i := range s.Sources {
		s.source(out, i)
	}
	if others := s.keysWithoutSource(); len(others) > 0 {
		list(out, "  keys   ", others)
	}
	if rows := s.useRows(); len(rows) > 0 {
		line(out, "  into")
		columns(out, "    ", rows)
	}
}

func (s *Secret) source(out *bytes.Buffer, number int) {
	source := &s.Sources[number]
	from := "  from   " + source.short()
	if source.ProjectID != "" {
		from += " of project " + source.ProjectID + " in " + source.Region
	}
	line(out, from)
	if source.Store.Name != "" {
		by := fmt.Sprintf("  by     %s %s through %s %s", source.By.Kind, source.By.Name, source.Store.Kind,
			source.Store.Name)
		switch {
		case len(source.APIKey) > 0:
			by += " with the API key in Secret " + strings.ReplaceAll(strings.Join(source.APIKey, " and "),
				source.By.Namespace+"/", "")
		case source.isUnknown():
			by += ", which is not in the input"
		}
		line(out, by)
	}
	if keys := s.keysOf(number); len(keys) > 0 {
		list(out, "  keys   ", keys)
	}
}

// keysOf writes the keys of a source: those whose secret has the usual name first, then the others.
func (s *Secret) keysOf(number int) []string {
	var usual, others []string
	for i := range s.Keys {
		key := &s.Keys[i]
		if key.Source == nil || *key.Source != number {
			continue
		}
		if key.Name != "" && key.Secret == spec.SecretNamesKebab.Of(key.Name) && key.Property+key.Version == "" {
			usual = append(usual, key.title())
		} else {
			others = append(others, key.title()+" = "+key.remote())
		}
	}
	return append(usual, others...)
}

func (s *Secret) keysWithoutSource() []string {
	var keys []string
	for i := range s.Keys {
		if s.Keys[i].Source == nil {
			keys = append(keys, s.Keys[i].title())
		}
	}
	return keys
}

func (k *Key) title() string {
	switch {
	case k.Name == "":
		return "*"
	case k.Optional:
		return k.Name + "?"
	}
	return k.Name
}

// remote is what a key is read from: secret#property@revision.
func (k *Key) remote() string {
	text := k.Secret
	if text == "" {
		text = "*"
	}
	if k.Property != "" {
		text += "#" + k.Property
	}
	if k.Version != "" {
		text += "@" + k.Version
	}
	return text
}

// line writes a line of text, which may repeat the input.
func line(out *bytes.Buffer, text string) {
	out.WriteString(strings.TrimRight(printable.Row(text), " ") + "\n")
}

// list writes words with commas, in lines that are not too long.
func list(out *bytes.Buffer, title string, words []string) {
	current := title
	for i, word := range words {
		if i < len(words)-1 {
			word += ","
		}
		if len(current)+1+len(word) > width && strings.TrimSpace(current) != "" && current != title {
			line(out, current)
			current = strings.Repeat(" ", len(title))
		}
		if !strings.HasSuffix(current, " ") {
			current += " "
		}
		current += word
	}
	line(out, current)
}

// mostUses is how many uses a row names.
const mostUses = 8

// useRows has a row for each container and way of a workload.
func (s *Secret) useRows() [][]string {
	type user struct {
		workload  Object
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
		keys[by] = append(keys[by], use.what())
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

// what is imported, and as what.
func (u *Use) what() string {
	switch {
	case u.Key == "" && u.Prefix != "":
		return "every key as " + u.Prefix + "*"
	case u.Key == "" && u.Variable != "":
		return "every key in " + u.Variable
	case u.Key == "":
		return "every key"
	case u.Variable == "" || u.Variable == u.Key:
		return u.Key
	}
	return u.Variable + " = " + u.Key
}

package explain

import (
	"bytes"
	"fmt"
	"strings"

	"cloison.dev/cloison/internal/secretflow"
)

// details writes where a Secret comes from and where it goes to; nothing where the overview says all.
func (s *Secret) details(out *bytes.Buffer, c *Component) {
	if len(s.Sources)+len(s.Uses) == 0 {
		return
	}
	fmt.Fprintf(out, "\nSecret %s of %s\n", s.Name, c.Title())
	for i := range s.Sources {
		s.source(out, i)
	}
	if others := s.keysWithoutSource(); len(others) > 0 {
		list(out, "  keys   ", others)
	}
	if rows := s.useRows(); len(rows) > 0 {
		out.WriteString("  into\n")
		columns(out, "    ", rows)
	}
}

func (s *Secret) source(out *bytes.Buffer, number int) {
	source := &s.Sources[number]
	fmt.Fprintf(out, "  from   %s", source.short())
	if source.ProjectID != "" {
		fmt.Fprintf(out, " of project %s in %s", source.ProjectID, source.Region)
	}
	out.WriteString("\n")
	if source.Store.Name != "" {
		fmt.Fprintf(out, "  by     %s %s through %s %s", source.By.Kind, source.By.Name, source.Store.Kind, source.Store.Name)
		switch {
		case len(source.APIKey) > 0:
			fmt.Fprintf(out, " with the API key in Secret %s", strings.ReplaceAll(strings.Join(source.APIKey, " and "), source.By.Namespace+"/", ""))
		case source.Provider == "":
			out.WriteString(", which is not in the input")
		}
		out.WriteString("\n")
	}
	list(out, "  keys   ", s.keysOf(number))
}

// keysOf writes the keys of a source: those whose secret has the usual name first, then the others.
func (s *Secret) keysOf(number int) []string {
	var usual, others []string
	for i := range s.Keys {
		key := &s.Keys[i]
		if key.Source == nil || *key.Source != number {
			continue
		}
		if key.Name != "" && key.Secret == usualSecret(key.Name) && key.Property+key.Version == "" {
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

// usualSecret is the Scaleway secret that a key has by the rule of the Segregation.
func usualSecret(key string) string { return strings.ToLower(strings.ReplaceAll(key, "_", "-")) }

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

// list writes words with commas, in lines that are not too long.
func list(out *bytes.Buffer, title string, words []string) {
	line := title
	for i, word := range words {
		if i < len(words)-1 {
			word += ","
		}
		if len(line)+1+len(word) > width && strings.TrimSpace(line) != "" && line != title {
			out.WriteString(strings.TrimRight(line, " ") + "\n")
			line = strings.Repeat(" ", len(title))
		}
		if !strings.HasSuffix(line, " ") {
			line += " "
		}
		line += word
	}
	out.WriteString(strings.TrimRight(line, " ") + "\n")
}

// useRows has a row for each container and way of a workload.
func (s *Secret) useRows() [][]string {
	type place struct {
		workload  Object
		container string
		via       secretflow.Via
	}
	var places []place
	what := map[place][]string{}
	for i := range s.Uses {
		use := &s.Uses[i]
		at := place{use.Workload, use.Container, use.Via}
		if what[at] == nil {
			places = append(places, at)
		}
		what[at] = append(what[at], use.what())
	}
	var rows [][]string
	for _, at := range places {
		container := at.container
		if container == "" {
			container = "-"
		}
		rows = append(rows, []string{at.workload.Kind + " " + at.workload.Name, container, string(at.via), shorten(what[at])})
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

// shorten lists words, the first few of them.
func shorten(words []string) string {
	const few = 8
	if len(words) > few+1 {
		return fmt.Sprintf("%s and %d more", strings.Join(words[:few], ", "), len(words)-few)
	}
	return strings.Join(words, ", ")
}

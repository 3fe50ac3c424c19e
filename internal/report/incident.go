package report

import (
	"cmp"
	"fmt"
	"io"
	"strings"

	"cloison.dev/cloison/internal/access"
	"cloison.dev/cloison/internal/incident"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/phrase"
	"cloison.dev/cloison/internal/printable"
)

// IncidentText writes an incident for people: what is lost, then what to do, as commands that can be copied. With color
// it has the escape sequences of a terminal.
func IncidentText(w io.Writer, in *incident.Incident, color bool) error {
	t := newText(color)
	t.section("FALLEN", len(in.Fallen), func() {
		for _, o := range in.Fallen {
			t.line("  %s", objectText(o))
		}
	})
	t.section("SECRETS THAT ARE LOST", len(in.Secrets), func() {
		for i := range in.Secrets {
			t.lostSecret(&in.Secrets[i])
		}
	})
	t.section("API KEYS OF SCALEWAY THAT ARE LOST", len(in.APIKeys), func() {
		for _, k := range in.APIKeys {
			t.line("  %s: reads %s, and whatever else IAM lets it", objectText(k.Secret), names(k.Folders))
		}
	})
	t.section("TOKENS", len(in.Tokens), func() { t.tokens(in.Tokens) })
	t.section("REACHED NEXT, OVER THE NETWORK", len(in.Connections), func() {
		for _, c := range in.Connections {
			t.line("  %s %s", printable.Line(c.To), portsText(&c))
		}
	})
	t.section("TAKEN OVER NEXT", len(in.Further), func() {
		for _, f := range in.Further {
			t.line("  %s", printable.Line(f.What))
			t.way(f.Way)
		}
	})
	t.section("NOT DECIDED: more may be lost", len(in.Undecided), func() {
		for _, f := range in.Undecided {
			t.line("  %s %s", f.Code, printable.Line(strings.TrimSpace(f.Object.String()+" "+inBrackets(f.Place()))+": "+f.Message))
		}
	})
	t.section("WHAT TO DO, IN ORDER", len(in.Steps), func() { t.steps(in.Steps) })
	t.line("%s", incidentVerdict(in))
	_, err := w.Write(t.w.Bytes())
	return err
}

// portsText says on which ports something is reached.
func portsText(c *incident.Connection) string {
	text := func(ports []string) string { return printable.Line(cmp.Or(strings.Join(ports, ", "), "all ports")) }
	switch {
	case c.Maybe:
		return "perhaps on " + text(c.MaybePorts)
	case len(c.MaybePorts) > 0:
		return "on " + text(c.Ports) + ", perhaps on " + text(c.MaybePorts)
	}
	return "on " + text(c.Ports)
}

func (t *text) tokens(tokens []incident.Token) {
	for _, token := range tokens {
		may := "which no binding of the input gives a right"
		if len(token.May) > 0 {
			may = "which may " + phrase.List(token.May)
		}
		t.line("  %s, %s", objectText(token.Account), printable.Line(may))
		t.way(token.Way)
	}
}

func (t *text) steps(steps []incident.Step) {
	for i, s := range steps {
		t.line("  %s", t.paint(bold, fmt.Sprintf("%d. %s", i+1, s.What)))
		for _, command := range s.Commands {
			t.line("     %s", printable.Line(command))
		}
	}
}

// section writes a part under its title; nothing where it is empty.
func (t *text) section(title string, items int, write func()) {
	if items == 0 {
		return
	}
	t.line("%s", t.paint(bold, title))
	write()
	t.line("")
}

func (t *text) lostSecret(s *incident.Secret) {
	t.line("  Secret %s of %s", printable.Line(objects.Path(s.Namespace, s.Name)), printable.Line(s.Component))
	for i := range s.Keys {
		k := &s.Keys[i]
		text := k.Name + "  from " + k.From
		if len(k.Others) > 0 {
			text += "; others have it too: " + phrase.Few(fewOthers, objectTexts(k.Others))
		}
		t.line("    %s", printable.Line(text))
	}
	if s.MayHaveMore {
		known := "keys that are not known"
		if len(s.Keys) > 0 {
			known = "and " + known
		}
		t.line("    %s", known)
	}
	t.way(s.Way)
}

// fewOthers is how many other workloads a line names.
const fewOthers = 4

func (t *text) way(steps []string) {
	if len(steps) > 0 {
		t.line("    %s %s", t.paint(dim, "by way of"), printable.Line(strings.Join(steps, " → ")))
	}
}

func objectText(o access.Object) string {
	return printable.Line(o.Kind + " " + objects.Path(o.Namespace, o.Name))
}

func objectTexts(all []access.Object) []string {
	texts := make([]string, len(all))
	for i, o := range all {
		texts[i] = objectText(o)
	}
	return texts
}

// incidentVerdict is the last line.
func incidentVerdict(in *incident.Incident) string {
	keys, secrets := 0, map[string]bool{}
	for i := range in.Secrets {
		s := &in.Secrets[i]
		keys += len(s.Keys)
		secrets[objects.Path(s.Namespace, s.Name)] = true
	}
	text := fmt.Sprintf("lost: %s in %s, %s, %s", phrase.Count(keys, "key"), phrase.Count(len(secrets), "Secret"),
		phrase.Count(len(in.APIKeys), "API key"), phrase.Count(len(in.Tokens), "token"))
	if len(in.Undecided) > 0 {
		text += fmt.Sprintf("; NOT DECIDED: %s, so that more may be", phrase.Count(len(in.Undecided), "thing"))
	}
	return text
}

// IncidentJSON writes an incident for programs. Keys may be added to it, none is renamed.
func IncidentJSON(w io.Writer, in *incident.Incident) error { return printable.EncodeJSON(w, in) }

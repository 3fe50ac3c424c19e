// Package explain writes what manifests allow, for people and programs: who has which secret, who reaches whom, who may
// do what, and answers to questions about it.
package explain

import (
	"fmt"
	"io"
	"strings"

	"cloison.dev/cloison/internal/access"
	"cloison.dev/cloison/internal/phrase"
	"cloison.dev/cloison/internal/printable"
)

// Paths writes whether ends reach others, and why: those that do first; of those that do not, the first in full.
func Paths(w io.Writer, paths []access.Path, width int) error {
	t := &table{width: width}
	closed := 0
	for _, reached := range []bool{true, false} {
		for i := range paths {
			if paths[i].Reached != reached {
				continue
			}
			if !reached && !paths[i].Maybe {
				if closed++; closed > 1 {
					continue
				}
			}
			if t.out.Len() > 0 {
				t.line("")
			}
			t.path(&paths[i])
		}
	}
	if closed > 1 {
		t.line("")
		t.line(fmt.Sprintf("no: %s more, closed likewise", phrase.Count(closed-1, "pair")))
	}
	_, err := w.Write(t.out.Bytes())
	return err
}

func (t *table) path(p *access.Path) {
	ports := ""
	switch {
	case p.Asked != "":
		ports = " on " + p.Asked
	case p.Reached && len(p.Ports) > 0:
		ports = " on " + strings.Join(p.Ports, ", ")
	case p.Reached:
		ports = " on all ports"
	}
	switch {
	case p.Reached:
		from, to := p.From, p.To
		if p.Partly && len(p.Sides) == 1 && p.Sides[0].Direction == "egress" {
			to = "a part of " + to
		} else if p.Partly {
			from = "a part of " + from
		}
		t.line("yes: " + from + " reaches " + to + ports + declaredText(p.Declared))
	case p.Maybe:
		t.line("perhaps: " + p.From + " reaches " + p.To + ports + " if the end has an address that a rule opens, or its namespace the " +
			"labels: the input does not say")
	default:
		t.line("no: " + p.From + " does not reach " + p.To + ports)
	}
	for i := range p.Sides {
		t.pathSide(&p.Sides[i])
	}
}

func declaredText(v access.Verdict) string {
	switch v {
	case access.Declared:
		return ", as the Segregation declares"
	case access.PartlyDeclared:
		return ", of which the Segregation declares only a part"
	case access.Undeclared:
		return ", which no Segregation declares"
	}
	return ""
}

// fewRules is how many rules that are for others are named.
const fewRules = 8

func (t *table) pathSide(s *access.PathSide) {
	title := "  " + s.Direction + " of " + s.Of + ": "
	switch {
	case s.Open:
		t.line(title + "no policy closes it")
		return
	case s.Allowed:
		t.line(title + "open")
	default:
		t.line(title + "closed")
		for _, rule := range s.ClosedBy[:min(fewRules, len(s.ClosedBy))] {
			t.line("    closed by " + rule.At())
		}
	}
	before := ""
	for i := range s.Rules {
		opens := "    opens " + s.Rules[i].Ports + " for it: " + s.Rules[i].At()
		if opens != before { // a rule has a peer for each kind of address
			t.line(opens)
		}
		before = opens
	}
	if s.Allowed {
		return
	}
	for i := range s.Others[:min(fewRules, len(s.Others))] {
		rule := &s.Others[i]
		t.line("    for others: " + rule.At() + ", " + rule.Ports + " with " + rule.Peer)
	}
	if more := len(s.Others) - fewRules; more > 0 {
		t.line(fmt.Sprintf("    and %s for others", phrase.Count(more, "rule")))
	}
}

// Holdings writes who obtains a key, and how.
func Holdings(w io.Writer, name string, all []access.Holding, width int) error {
	t := &table{width: width}
	if len(all) == 0 {
		t.line("no: nothing in the input holds " + phrase.Quote(name))
	}
	for i := range all {
		if i > 0 {
			t.line("")
		}
		t.holding(&all[i])
	}
	_, err := io.WriteString(w, printable.Lines(t.out.String()))
	return err
}

func (t *table) holding(h *access.Holding) {
	what := h.Key
	if what == "" {
		what = "every key"
	}
	title := fmt.Sprintf("%s in Secret %s of %s, from %s", what, h.Secret, h.Component, h.From)
	if h.Maybe {
		title = "perhaps " + title + ": the Secret may have keys that are not known"
	}
	t.line(title)
	var rows [][]string
	for i := range h.Uses {
		u := &h.Uses[i]
		rows = append(rows, []string{u.Workload.Kind + " " + u.Workload.Name, orDash(u.Container), string(u.Via), u.What()})
	}
	for i := range h.APIKeyUses {
		u := &h.APIKeyUses[i]
		rows = append(rows, []string{u.Workload.Kind + " " + u.Workload.Name, orDash(u.Container), string(u.Via),
			"the API key that reads it"})
	}
	if len(rows) == 0 {
		t.line("  no container of the input obtains it")
		return
	}
	t.columns("  ", rows)
}

func orDash(text string) string {
	if text == "" {
		return "-"
	}
	return text
}

// Package explain writes what manifests allow, for people and programs: who has which secret, who reaches whom, who may
// do what, and answers to questions about it.
package explain

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"cloison.dev/cloison/internal/access"
	"cloison.dev/cloison/internal/phrase"
	"cloison.dev/cloison/internal/printable"
)

// Paths writes whether ends reach others, and why: those that do first; of those that do not, the first in full.
func Paths(w io.Writer, paths []access.Path, width int) error {
	t := &table{width: width}
	// closed are those that do not, by what is said of them.
	closed := map[string]int{}
	for _, reached := range []bool{true, false} {
		for i := range paths {
			p := &paths[i]
			if p.Reached != reached {
				continue
			}
			if !reached && !p.Maybe {
				if closed[answerOf(p)]++; closed[answerOf(p)] > 1 {
					continue
				}
			}
			if t.out.Len() > 0 {
				t.line("")
			}
			t.path(p)
		}
	}
	for _, answer := range []string{no, notDecided} {
		if more := closed[answer] - 1; more > 0 {
			t.line("")
			t.line(fmt.Sprintf("%s: %s more, closed likewise", answer, phrase.Count(more, "pair")))
		}
	}
	_, err := w.Write(t.out.Bytes())
	return err
}

// Answers.
const (
	yes        = "yes"
	no         = "no"
	perhaps    = "perhaps"
	notDecided = "not decided"
)

func answerOf(p *access.Path) string {
	switch {
	case p.Undecided:
		return notDecided
	case p.Reached:
		return yes
	case p.Maybe:
		return perhaps
	}
	return no
}

func (t *table) path(p *access.Path) {
	from, to := p.From, p.To
	if p.Partly && len(p.Sides) == 1 && p.Sides[0].Direction == "egress" {
		to = "a part of " + to
	} else if p.Partly {
		from = "a part of " + from
	}
	verb := " reaches "
	if !p.Reached && !p.Maybe {
		verb = " does not reach "
	}
	text := answerOf(p) + ": "
	if p.Undecided {
		text += "by the policies that are understood, "
	}
	text += from + verb + to + portsText(p)
	switch {
	case p.Reached:
		text += declaredText(p.Declared)
	case p.Maybe && hasPerhaps(p):
		text += " if what a rule opens has such an address: the input does not say"
	case p.Maybe:
		text += " if the end has an address that a rule opens, or its namespace the labels: the input does not say"
	}
	t.line(text)
	for i := range p.Sides {
		t.pathSide(&p.Sides[i])
	}
}

func portsText(p *access.Path) string {
	switch {
	case p.Asked != "":
		return " on " + p.Asked
	case p.Reached && len(p.Ports) > 0:
		return " on " + strings.Join(p.Ports, ", ")
	case p.Reached:
		return " on all ports"
	}
	return ""
}

func hasPerhaps(p *access.Path) bool {
	return slices.ContainsFunc(p.Sides, func(s access.PathSide) bool { return len(s.Perhaps) > 0 })
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
	t.perhaps(s.Perhaps)
	for i := range s.Others[:min(fewRules, len(s.Others))] {
		rule := &s.Others[i]
		t.line("    for others: " + rule.At() + ", " + rule.Ports + " with " + rule.Peer)
	}
	if more := len(s.Others) - fewRules; more > 0 {
		t.line(fmt.Sprintf("    and %s for others", phrase.Count(more, "rule")))
	}
}

// perhaps writes the rules that are for what may have an address.
func (t *table) perhaps(rules []access.PathRule) {
	for i := range rules[:min(fewRules, len(rules))] {
		rule := &rules[i]
		t.line("    perhaps: opens " + rule.Ports + " with " + rule.Peer + ": " + rule.At())
	}
	if more := len(rules) - fewRules; more > 0 {
		t.line(fmt.Sprintf("    perhaps: %s more", phrase.Count(more, "rule")))
	}
}

// Holdings writes who obtains a key, and how. isUndecided is true where findings leave open whether others do, too.
func Holdings(w io.Writer, name string, all []access.Holding, isUndecided bool, width int) error {
	t := &table{width: width}
	switch {
	case len(all) == 0 && isUndecided:
		t.line("not decided: nothing that is understood in the input holds " + phrase.Quote(name))
	case len(all) == 0:
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
	if len(rows) > 0 {
		t.columns("  ", rows)
	} else {
		t.line("  no container of the input is given it")
	}
	for _, way := range h.Ways {
		t.line("  by way of " + way)
	}
}

func orDash(text string) string {
	if text == "" {
		return "-"
	}
	return text
}

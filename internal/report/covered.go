package report

import (
	"cmp"
	"fmt"
	"slices"

	"cloison.dev/cloison/internal/phrase"
	"cloison.dev/cloison/internal/printable"
)

// skipped lists the files that were passed over: of many, those of one reason in one line.
func (t *text) skipped(skipped []Skipped) {
	if len(skipped) == 0 {
		return
	}
	t.title("Skipped")
	if len(skipped) > mostPlaces && !t.whole {
		for _, by := range byReason(skipped, func(s Skipped) (string, string) { return s.Reason, s.File }) {
			t.line("  %s: %s", printable.Line(by.reason), fewPlaces(shortPlaces, by.names))
		}
	} else {
		for _, s := range skipped {
			t.line("  %s: %s", printable.Line(s.File), printable.Line(s.Reason))
		}
	}
	t.line("")
}

// reasoned is a reason, and what it is the reason for.
type reasoned struct {
	reason string
	names  []string
}

// byReason puts together what has one reason, in the order of the first of each.
func byReason[T any](all []T, of func(T) (reason, name string)) []reasoned {
	var lists []reasoned
	at := map[string]int{}
	for _, each := range all {
		reason, name := of(each)
		i, known := at[reason]
		if !known {
			i = len(lists)
			at[reason] = i
			lists = append(lists, reasoned{reason: reason})
		}
		lists[i].names = append(lists[i].names, name)
	}
	return lists
}

// checked writes what was looked at and what was not.
func (t *text) checked(s *Summary) {
	switch {
	case s.pathsOnly():
	case s.Objects == 0:
		return
	case len(s.Segregations) > 0:
		t.line("Held against Segregation %s: components %s.", names(s.Segregations), names(s.Components))
		if len(s.Shared) > 0 {
			const most = 10
			t.line("Shared on purpose: %s.", phrase.Few(most, texts(s.Shared)))
		}
	default:
		t.line("No Segregation: the components are namespaces (%s), and what is meant to be allowed is not known.",
			names(s.Components))
	}
	t.line("Checked: %s. Not checked: %s.", titles(s.Checked), titles(s.NotChecked))
	t.coverage(&s.Coverage)
}

func (n Namespace) String() string {
	return fmt.Sprintf("%s (%s, %s)", n.Namespace, phrase.Count(n.Objects, "object"), n.Reason)
}

// Bounds of what is named that was not judged. What needs no judgement has the lower one.
const (
	mostHarmless  = 10
	mostNotJudged = 60
)

// coverage writes which objects and namespaces were not judged, and why.
func (t *text) coverage(c *Coverage) {
	if len(c.Harmless) > 0 {
		t.line("Known to be harmless: %s.", phrase.Few(t.bound(mostHarmless, len(c.Harmless)), texts(c.Harmless)))
	}
	if len(c.NotDecided) > 0 {
		t.line("Not decided: %s.", phrase.Few(t.bound(mostNotJudged, len(c.NotDecided)), texts(c.NotDecided)))
	}
	const inOneLine = 10
	switch n := len(c.NotLookedAt); {
	case n == 0:
	case n <= inOneLine:
		t.line("Not looked at, for they are no components: %s.", phrase.List(texts(c.NotLookedAt)))
	default:
		t.notLookedAt(c.NotLookedAt)
	}
}

// bound is how many of a list are named.
func (t *text) bound(most, all int) int {
	if t.whole {
		return all
	}
	return most
}

// notLookedAt lists many namespaces by the reason why they were not looked at.
func (t *text) notLookedAt(all []Namespace) {
	lists := byReason(all, func(n Namespace) (string, string) {
		return n.Reason, fmt.Sprintf("%s (%d)", printable.Line(n.Namespace), n.Objects)
	})
	slices.SortStableFunc(lists, func(a, b reasoned) int { return cmp.Compare(len(b.names), len(a.names)) })
	objects := 0
	for _, n := range all {
		objects += n.Objects
	}
	t.line("Not looked at, for they are no components: %s with %s (--group none names all).",
		phrase.Count(len(all), "namespace"), phrase.Count(objects, "object"))
	for _, by := range lists {
		t.line("  %s: %s", printable.Line(by.reason),
			phrase.Few(t.bound(max(mostPlaces, mostNotJudged/len(lists)), len(by.names)), by.names))
	}
}

func texts[T fmt.Stringer](all []T) []string {
	shown := make([]string, len(all))
	for i, each := range all {
		shown[i] = printable.Line(each.String())
	}
	return shown
}

// names lists components. One without a name has the objects that name no namespace.
func names(components []string) string {
	if len(components) == 0 {
		return "none"
	}
	shown := make([]string, len(components))
	for i, name := range components {
		shown[i] = printable.Line(cmp.Or(name, "no namespace"))
	}
	const most = 10
	return phrase.Few(most, shown)
}

func titles(families []Family) string {
	if len(families) == 0 {
		return "nothing"
	}
	all := make([]string, len(families))
	for i, f := range families {
		all[i] = f.Title
	}
	return phrase.List(all)
}

// verdict is the last line: proven, broken, or not proven and how many things are open.
func (t *text) verdict(s *Summary) string {
	what := cmp.Or(counts(s.Errors, s.Warnings, s.Infos), "no findings")
	what = t.answer(s) + what
	if s.Errors > 0 && s.Undecided > 0 {
		what += fmt.Sprintf(" (%d not decided)", s.Undecided)
	}
	if s.Suppressed > 0 {
		what += fmt.Sprintf("; %d suppressed", s.Suppressed)
	}
	if s.Baseline != nil && s.Baseline.Known > 0 {
		what += fmt.Sprintf("; %d known", s.Baseline.Known)
	}
	switch {
	case s.pathsOnly():
		return what + "; no object was checked"
	case s.Objects == 0:
		return what + "; nothing was checked"
	}
	return fmt.Sprintf("%s; %s in %s", what, phrase.Count(s.Objects, "object"),
		phrase.Count(len(s.Components), "component"))
}

// counts are the numbers of findings in words; empty where there are none.
func counts(errors, warnings, infos int) string {
	var all []string
	for _, count := range []struct {
		n    int
		word string
	}{{errors, "error"}, {warnings, "warning"}, {infos, "info"}} {
		if count.n > 0 {
			all = append(all, phrase.Count(count.n, count.word))
		}
	}
	return phrase.List(all)
}

// besideKnown is the answer where a baseline knows something, and there are some findings more, none of them an error.
func besideKnown(more int) string {
	if more > 0 {
		return "no new error"
	}
	return "nothing new"
}

// answer is what the numbers come to; empty where no object was judged.
func (t *text) answer(s *Summary) string {
	switch {
	case s.Errors > 0:
		return t.paint(red, "broken") + ": "
	case s.Undecided > 0:
		return t.paint(yellow, "not proven, "+phrase.Count(s.Undecided, "thing")+" open") + ": "
	case s.Objects > 0 && s.Baseline != nil && s.Baseline.Known > 0:
		return t.paint(green, besideKnown(s.Warnings+s.Infos)) + ": "
	case s.Objects > 0:
		return t.paint(green, "proven") + ": "
	}
	return ""
}

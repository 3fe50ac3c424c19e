package page

import (
	"cmp"

	"cloison.dev/cloison/internal/phrase"
)

// findings writes what was found, with what filters it.
func (m *markup) findings(d *Data) {
	m.raw(`<section id="findings" aria-labelledby="findings-title">` + "\n" +
		`<h2 id="findings-title">Findings</h2>` + "\n")
	if len(d.Findings) == 0 {
		m.raw(`<p class="none">Nothing was found.</p>` + "\n</section>\n")
		return
	}
	m.filters(d)
	m.element("p", phrase.Count(len(d.Findings), "finding"), "id", "findings-count", "class", "count", "role", "status")
	m.raw("\n" + `<ol class="findings">` + "\n")
	for i := range d.Findings {
		m.finding(&d.Findings[i], i)
	}
	m.raw("</ol>\n</section>\n")
}

func (m *markup) filters(d *Data) {
	m.raw(`<form id="filters" class="filters" hidden role="search" aria-label="Filter the findings">`)
	var severities, codes, namespaces []string
	rules := map[string]string{}
	for i := range d.Findings {
		f := &d.Findings[i]
		severities = append(severities, f.severity())
		codes, rules[f.Code] = append(codes, f.Code), f.Rule
		namespaces = append(namespaces, f.Namespace)
	}
	m.choice("severity", "Severity", sortedSet(severities), func(s string) string { return s })
	m.choice("code", "Code", sortedSet(codes), func(s string) string {
		if rules[s] == "" {
			return s
		}
		return s + " " + rules[s]
	})
	m.choice("namespace", "Namespace", sortedSet(namespaces), func(s string) string { return cmp.Or(s, "none") })
	m.raw(`<label>Text<input type="search" name="text" autocomplete="off"></label>` +
		`<button type="reset">Show all</button></form>` + "\n")
}

// choice writes a list to choose one of, or all. The value of one is its text with a mark before it, so that the empty
// text is one too.
func (m *markup) choice(name, title string, values []string, show func(string) string) {
	m.open("label")
	m.text(title)
	m.open("select", "name", name)
	m.raw(`<option value="">all</option>`)
	for _, value := range values {
		m.element("option", show(value), "value", "="+value)
	}
	m.close("select", "label")
}

// severity is what a finding is filtered and marked by.
func (f *Finding) severity() string {
	if f.Undecided {
		return "not decided"
	}
	return f.Severity
}

// severityClass is the severity as a name.
func (f *Finding) severityClass() string {
	if f.Undecided {
		return "undecided"
	}
	return f.Severity
}

func (m *markup) finding(f *Finding, number int) {
	m.open("li", "id", findingID(number), "class", "finding "+f.severityClass(), "data-severity", "="+f.severity(),
		"data-code", "="+f.Code, "data-namespace", "="+f.Namespace)
	m.open("h3")
	m.element("span", f.severity(), "class", "severity "+f.severityClass())
	m.raw(" ")
	m.element("a", f.Code, "href", "#"+findingID(number), "class", "code")
	m.raw(" ")
	m.text(f.Object)
	m.close("h3")
	m.line()
	m.element("p", f.Message, "class", "message")
	if f.Rule+f.Field+f.Place+f.Counterexample+f.Fix != "" {
		m.open("dl", "class", "more")
		m.fact("Rule", f.Rule)
		m.fact("Field", f.Field)
		m.fact("Place", f.Place)
		m.fact("Counterexample", f.Counterexample)
		m.fact("Fix", f.Fix)
		m.close("dl")
	}
	m.close("li")
	m.line()
}

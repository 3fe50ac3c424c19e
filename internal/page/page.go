package page

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"io"

	"cloison.dev/cloison/internal/phrase"
)

//go:embed assets/colors.css
var colors string

//go:embed assets/picture.css
var pictureStyle string

//go:embed assets/page.css
var pageStyle string

//go:embed assets/page.js
var script string

// Write writes the page. layout places the picture.
func Write(w io.Writer, d *Data, layout Layout) error {
	drawn, err := d.draw(layout)
	if err != nil {
		return err
	}
	m := newMarkup()
	m.head(d)
	m.raw(`<body>` + "\n")
	m.header(d)
	m.raw(`<main id="main" tabindex="-1">` + "\n")
	m.notes(d.Notes)
	m.pictureSection(d, drawn)
	m.findings(d)
	m.matrix(d)
	m.words(d)
	m.raw("</main>\n" + `<aside id="why" hidden aria-labelledby="why-title">` +
		`<div class="why-head"><h2 id="why-title" tabindex="-1">` +
		`Why</h2><button type="button" id="why-close" aria-label="Close the reasons">Close</button></div>` +
		`<div id="why-body"></div></aside>` + "\n")
	m.footer()
	m.raw("<script>" + script + "</script>\n</body>\n</html>\n")
	_, err = w.Write(m.out.Bytes())
	return err
}

// Picture writes the picture alone, as SVG without links.
func Picture(w io.Writer, d *Data, layout Layout) error {
	drawn, err := d.draw(layout)
	if err != nil {
		return err
	}
	m := newMarkup()
	m.alone = true
	m.picture(d, drawn)
	_, err = w.Write(m.out.Bytes())
	return err
}

// style is that of the page.
func style() string { return colors + pictureStyle + pageStyle }

// policy of the page: its own style and script, by their hashes, an empty icon, and nothing else from anywhere.
func policy() string {
	return "default-src 'none'; style-src '" + hashOf(style()) + "'; script-src '" + hashOf(script) +
		"'; img-src data:; base-uri 'none'; form-action 'none'"
}

func hashOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}

func (m *markup) head(d *Data) {
	m.raw("<!DOCTYPE html>\n" + `<html lang="en">` + "\n<head>\n" + `<meta charset="utf-8">` + "\n")
	m.raw(`<meta http-equiv="Content-Security-Policy" content="` + policy() + `">` + "\n")
	m.raw(`<meta name="viewport" content="width=device-width, initial-scale=1">` + "\n" +
		`<meta name="color-scheme" content="light dark">` + "\n" + `<meta name="referrer" content="no-referrer">` + "\n" +
		`<meta name="robots" content="noindex">` + "\n" + `<link rel="icon" href="data:,">` + "\n")
	m.element("title", d.Title+" · Cloison")
	m.raw("\n<style>" + style() + "</style>\n</head>\n")
}

func (m *markup) header(d *Data) {
	m.raw(`<a class="skip" href="#main">Skip to the content</a>` + "\n<header>\n" +
		`<div class="bar"><div><p class="brand">Cloison</p>`)
	m.element("h1", d.Title)
	m.raw("</div>" + `<button type="button" id="theme" hidden>Dark</button></div>` + "\n")
	m.raw(`<ul class="numbers">`)
	m.number(len(d.Components), phrase.Plural(len(d.Components), "component"), "")
	secrets := 0
	for i := range d.Components {
		secrets += len(d.Components[i].Secrets)
	}
	m.number(secrets, phrase.Plural(secrets, "Secret"), "")
	m.number(len(d.Flows), phrase.Plural(len(d.Flows), "flow"), "")
	severities := map[string]int{}
	undecided := 0
	for i := range d.Findings {
		severities[d.Findings[i].Severity]++
		if d.Findings[i].Undecided {
			undecided++
		}
	}
	m.number(severities["error"], phrase.Plural(severities["error"], "error"), "error")
	m.number(severities["warning"], phrase.Plural(severities["warning"], "warning"), "warning")
	if undecided > 0 {
		m.number(undecided, "not decided", "undecided")
	}
	m.raw("</ul>\n" + `<nav aria-label="Sections"><a href="#picture">Picture</a><a href="#findings">Findings</a>` +
		`<a href="#matrix">Who has what</a><a href="#words">In words</a></nav>` + "\n</header>\n" +
		`<noscript><p class="note">Without scripts nothing is filtered and links lead to the text below.</p></noscript>` +
		"\n")
}

func (m *markup) number(n int, what, class string) {
	if n == 0 {
		class = ""
	}
	m.open("li", "class", class)
	m.element("strong", px(n))
	m.text(" " + what)
	m.close("li")
}

// notes say what is not shown or not known.
func (m *markup) notes(notes []string) {
	if len(notes) == 0 {
		return
	}
	m.open("section", "class", "note", "aria-label", "What is not known")
	m.list("", notes)
	m.close("section")
	m.line()
}

func (m *markup) pictureSection(d *Data, p *drawing) {
	m.raw(`<section id="picture" aria-labelledby="picture-title">` + "\n" +
		`<div class="section-head"><h2 id="picture-title">Picture</h2>` +
		`<div class="tools" id="map-tools" hidden role="group" aria-label="View of the picture">` +
		`<button type="button" id="zoom-out" aria-label="Zoom out">−</button>` +
		`<button type="button" id="zoom-in" aria-label="Zoom in">+</button>` +
		`<button type="button" id="zoom-fit">Fit</button></div></div>` + "\n")
	m.raw(`<p class="about">A frame is a component with its namespace, ` +
		`a wall around its Secrets and workloads. Folders of Scaleway ` +
		`stand beside the component that alone reads them. Choose any part to see why it is there.</p>` + "\n")
	m.raw(`<a class="skip" href="#findings">Skip the picture</a>` + "\n" + `<div id="map-frame">` + "\n")
	if len(d.Components) == 0 {
		m.element("p", "There are no components in what was read.", "class", "none")
	} else {
		m.picture(d, p)
	}
	m.raw("</div>\n" + `<ul class="legend" aria-label="Legend">`)
	for _, entry := range [][2]string{
		{"plain", "reached"}, {"bad", "reached, and not declared or not closed"},
		{"unsure", "declared but not reached, or not decided"}, {"fill", "a folder fills a Secret"},
		{"gate", "the store that lets it in"}, {"broken", "a component with errors"},
	} {
		m.raw(`<li><span class="swatch ` + entry[0] + `"></span>` + entry[1] + "</li>")
	}
	m.raw("</ul>\n</section>\n")
}

func (m *markup) footer() {
	m.raw("<footer><p>Written by cloison explain. It shows names only, never the value of a secret.</p></footer>\n")
}

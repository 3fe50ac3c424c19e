package page

import (
	"strings"
)

// words writes all that the picture and the matrix show as text, a section for each part. What is chosen is shown from
// here.
func (m *markup) words(d *Data) {
	m.raw(`<section id="words" aria-labelledby="words-title">` + "\n" + `<h2 id="words-title">In words</h2>` + "\n")
	m.flowTable(d)
	m.raw(`<h3 id="words-components">Components</h3>` + "\n")
	for i := range d.Components {
		m.component(d, i)
	}
	m.raw(`<h3 id="words-folders">Folders</h3>` + "\n")
	for i := range d.Folders {
		m.folder(d, i)
	}
	m.raw(`<h3 id="words-keys">Keys</h3>` + "\n")
	for i := range d.Keys {
		m.key(d, i)
	}
	m.raw("</section>\n")
}

// flowTable is the network as text.
func (m *markup) flowTable(d *Data) {
	m.raw(`<h3 id="words-flows">Who reaches whom</h3>` + "\n")
	if len(d.Flows) == 0 {
		m.raw(`<p class="none">No component is known to reach another.</p>` + "\n")
		return
	}
	m.raw(`<div class="scroll" role="region" aria-labelledby="words-flows" tabindex="0"><table class="flows"><thead><tr>` +
		`<th scope="col">From</th><th scope="col">To</th><th scope="col">Ports or rights</th>` +
		`<th scope="col">State</th></tr></thead><tbody>` + "\n")
	for i := range d.Flows {
		f := &d.Flows[i]
		m.open("tr", "class", f.class())
		m.element("td", d.end(f.From))
		m.element("td", d.end(f.To))
		m.element("td", f.Ports)
		m.open("td")
		m.element("a", string(f.State), "href", "#"+flowID(i), "aria-label", d.flowTitle(f))
		m.close("td", "tr")
		m.line()
	}
	m.raw("</tbody></table></div>\n")
	for i := range d.Flows {
		m.begin(flowID(i), d.flowTitle(&d.Flows[i]))
		m.reasons(d.Flows[i].Why)
		if len(d.Flows[i].Pods) > 0 {
			m.element("h5", "Pods")
			m.list("", d.Flows[i].Pods)
		}
		m.close("article")
		m.line()
	}
}

// begin opens the section of one part.
func (m *markup) begin(id, title string) {
	m.open("article", "id", id, "class", "part")
	m.element("h4", title)
	m.line()
}

func (m *markup) component(d *Data, number int) {
	c := &d.Components[number]
	m.begin(componentID(number), "Component "+c.name())
	m.raw("<dl>")
	m.fact("Namespace", c.Namespace)
	m.fact("Segregation", c.Segregation)
	m.facts("Workloads", c.Workloads)
	m.facts("Hosts", c.Hosts)
	m.raw("</dl>\n")
	m.links("Findings", d.findingsOf(c.Namespace))
	var flows []link
	for i := range d.Flows {
		if f := &d.Flows[i]; f.From == number || f.To == number {
			flows = append(flows, link{flowID(i), d.flowTitle(f)})
		}
	}
	m.links("Flows", flows)
	var secrets []link
	for i := range c.Secrets {
		secrets = append(secrets, link{secretID(number, i), c.Secrets[i].Name + ", " + c.Secrets[i].small()})
	}
	m.links("Secrets", secrets)
	if len(c.Published) > 0 {
		m.element("h5", "Published")
		m.reasons(c.Published)
	}
	if len(c.Rights) > 0 {
		m.element("h5", "Rights")
		m.reasons(c.Rights)
	}
	m.close("article")
	m.line()
	for i := range c.Secrets {
		m.secret(d, number, i)
	}
}

type link struct{ id, text string }

// links writes links to other parts under a heading; nothing where there are none.
func (m *markup) links(title string, links []link) {
	if len(links) == 0 {
		return
	}
	m.element("h5", title)
	m.raw("<ul>")
	for _, l := range links {
		m.open("li")
		m.element("a", l.text, "href", "#"+l.id)
		m.close("li")
	}
	m.raw("</ul>\n")
}

func (d *Data) findingsOf(namespace string) []link {
	var found []link
	for i := range d.Findings {
		if f := &d.Findings[i]; f.Namespace == namespace {
			found = append(found, d.findingLink(i))
		}
	}
	return found
}

func (d *Data) findingLink(number int) link {
	f := &d.Findings[number]
	return link{findingID(number), f.severity() + " " + f.Code + " " + f.Message}
}

func (m *markup) secret(d *Data, component, number int) {
	c := &d.Components[component]
	s := &c.Secrets[number]
	m.begin(secretID(component, number), "Secret "+s.Name+" of "+c.name())
	for i := range s.Sources {
		m.source(d, &s.Sources[i])
	}
	m.raw("<dl>")
	m.facts("Also from", s.Others)
	m.facts("API key of", s.APIKeyOf)
	if len(s.Keys) > 0 {
		m.fact("Other keys", strings.Join(s.Keys, ", "))
	}
	m.raw("</dl>\n")
	if len(s.Uses) > 0 {
		m.element("h5", "Into")
		m.raw(`<div class="scroll"><table><thead><tr><th scope="col">Workload</th><th scope="col">Container</th>` +
			`<th scope="col">By</th><th scope="col">Keys</th></tr></thead><tbody>` + "\n")
		for _, use := range s.Uses {
			m.raw("<tr>")
			m.element("td", use.Workload)
			m.element("td", use.Container)
			m.element("td", use.Via)
			m.element("td", strings.Join(use.What, ", "))
			m.raw("</tr>\n")
		}
		m.raw("</tbody></table></div>\n")
	} else if len(s.APIKeyOf) == 0 {
		m.raw(`<p>No workload in the input uses it.</p>` + "\n")
	}
	m.close("article")
	m.line()
}

func (m *markup) source(d *Data, s *Source) {
	folder := &d.Folders[s.Folder]
	m.raw("<dl>")
	m.element("dt", "From")
	m.open("dd")
	m.element("a", folder.Title, "href", "#"+folderID(s.Folder))
	if folder.About != "" {
		m.text(" · " + folder.About)
	}
	m.close("dd")
	m.fact("Through", s.Store)
	m.facts("With the API key in", s.APIKeys)
	m.fact("By", s.By)
	m.fact("Keys", strings.Join(s.Keys, ", "))
	m.raw("</dl>\n")
	var findings []link
	for _, number := range s.Findings {
		findings = append(findings, d.findingLink(number))
	}
	m.links("Findings", findings)
}

func (m *markup) folder(d *Data, number int) {
	f := &d.Folders[number]
	m.begin(folderID(number), "Folder "+f.Title)
	if f.About != "" {
		m.element("p", f.About)
	}
	var readers []link
	for i := range d.Components {
		for j := range d.Components[i].Secrets {
			for _, source := range d.Components[i].Secrets[j].Sources {
				if source.Folder == number {
					readers = append(readers, link{secretID(i, j), "Secret " + d.Components[i].Secrets[j].Name + " of " +
						d.Components[i].name() + ", through " + source.Store})
				}
			}
		}
	}
	m.links("Read into", readers)
	m.close("article")
	m.line()
}

func (m *markup) key(d *Data, number int) {
	k := &d.Keys[number]
	m.begin(keyID(number), k.Name)
	m.element("p", k.group(d))
	for _, h := range k.Holders {
		m.open("h5")
		m.element("a", d.Components[h.Component].name(), "href", "#"+componentID(h.Component))
		m.text(" has it" + h.remark())
		m.close("h5")
		m.reasons(h.How)
	}
	m.close("article")
	m.line()
}

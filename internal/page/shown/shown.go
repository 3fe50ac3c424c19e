// Package shown makes what the page shows of the model of what manifests allow, and of what a check found.
package shown

import (
	"cmp"
	"slices"
	"strings"

	"cloison.dev/cloison/internal/access"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/page"
)

// Of makes a page of a state and the findings on the same manifests. title says what was read.
func Of(title string, state *access.State, findings []finding.Finding) *page.Data {
	b := &builder{
		state: state, data: &page.Data{Title: title}, folders: map[page.Folder]int{}, components: map[string]int{},
		outside: map[end]int{}, errors: map[access.Object][]int{},
	}
	for i := range findings {
		b.finding(&findings[i])
	}
	for i := range state.Components {
		b.component(&state.Components[i])
	}
	b.addWorkloads()
	b.addFlows()
	b.addKeys()
	b.addRights()
	b.addPublished()
	b.sortFlows()
	return b.data
}

type builder struct {
	state   *access.State
	data    *page.Data
	folders map[page.Folder]int
	// components are the numbers of components, by namespace.
	components map[string]int
	outside    map[end]int
	// errors are the numbers of the errors about each object.
	errors map[access.Object][]int
}

func (b *builder) component(c *access.Component) {
	b.components[c.Namespace] = len(b.data.Components)
	shown := page.Component{Name: c.Name, Namespace: c.Namespace, Segregation: c.Segregation}
	for i := range c.Secrets {
		shown.Secrets = append(shown.Secrets, b.secret(&c.Secrets[i], c.Namespace))
	}
	for _, h := range c.HostNames {
		text := h.Policy.Kind + " " + h.Policy.Name + " opens " + strings.Join(h.Names, ", ")
		if len(h.Ports) > 0 {
			text += " on " + strings.Join(h.Ports, ", ")
		}
		shown.Hosts = append(shown.Hosts, text)
	}
	b.data.Components = append(b.data.Components, shown)
}

// title is an object with its kind, and with its namespace where that is another one.
func title(o access.Object, namespace string) string {
	if o.Namespace != "" && o.Namespace != namespace {
		return o.Kind + " " + o.Namespace + "/" + o.Name
	}
	return o.Kind + " " + o.Name
}

func (b *builder) secret(s *access.Secret, namespace string) page.Secret {
	shown := page.Secret{Name: s.Name, Count: s.Count(), Keys: s.KeysWithoutSource()}
	for i := range s.Sources {
		source := &s.Sources[i]
		made := page.Source{Folder: b.folder(source), APIKeys: source.APIKey, Keys: s.KeysOf(i)}
		made.Findings = b.errorsOf(source)
		if source.Store.Name != "" {
			made.Store, made.By = title(source.Store, namespace), title(source.By, namespace)
		}
		shown.Sources = append(shown.Sources, made)
	}
	if s.CopyOf != "" {
		shown.Others = append(shown.Others, "a copy of "+s.CopyOf)
	}
	for _, creator := range s.CreatedBy {
		if !strings.HasSuffix(creator.Kind, "ExternalSecret") {
			shown.Others = append(shown.Others, title(creator, namespace))
		}
	}
	for _, store := range s.APIKeyOf {
		shown.APIKeyOf = append(shown.APIKeyOf, title(store, namespace))
	}
	shown.Uses = uses(s)
	return shown
}

// errorsOf are the numbers of the errors about what fills a Secret from a folder. One that names folders is about
// those.
func (b *builder) errorsOf(source *access.Source) []int {
	var found []int
	for _, number := range slices.Concat(b.errors[source.By], b.errors[source.Store]) {
		text := b.data.Findings[number].Message + b.data.Findings[number].Counterexample
		if !strings.Contains(text, `folder "`) || strings.Contains(text, `"`+source.Folder+`"`) {
			found = append(found, number)
		}
	}
	return found
}

// uses has a row for each container and way of a workload.
func uses(s *access.Secret) []page.Use {
	var rows []page.Use
	for i := range s.Uses {
		use := &s.Uses[i]
		row := page.Use{Workload: use.Workload.Kind + " " + use.Workload.Name, Container: use.Container, Via: string(use.Via)}
		at := slices.IndexFunc(rows, func(r page.Use) bool {
			return r.Workload == row.Workload && r.Container == row.Container && r.Via == row.Via
		})
		if at < 0 {
			at = len(rows)
			rows = append(rows, row)
		}
		rows[at].What = append(rows[at].What, use.What())
	}
	return rows
}

// folder is the number of a source's folder.
func (b *builder) folder(source *access.Source) int {
	made := page.Folder{Title: source.Short()}
	if source.ProjectID != "" {
		made.About = "project " + source.ProjectID
		if source.Region != "" {
			made.About += " in " + source.Region
		}
	}
	at, isKnown := b.folders[made]
	if !isKnown {
		at = len(b.data.Folders)
		b.folders[made] = at
		b.data.Folders = append(b.data.Folders, made)
	}
	return at
}

// addWorkloads names the workloads of each component: those that make its pods, and those that use its Secrets.
func (b *builder) addWorkloads() {
	names := make([][]string, len(b.data.Components))
	add := func(namespace string, o access.Object) {
		if at, isKnown := b.components[namespace]; isKnown {
			names[at] = append(names[at], o.Kind+" "+o.Name)
		}
	}
	for i := range b.state.Parties {
		for _, workload := range b.state.Parties[i].Workloads {
			add(b.state.Parties[i].Namespace, workload)
		}
	}
	for i := range b.state.Components {
		for j := range b.state.Components[i].Secrets {
			for _, use := range b.state.Components[i].Secrets[j].Uses {
				add(b.state.Components[i].Namespace, use.Workload)
			}
		}
	}
	for i := range names {
		slices.SortFunc(names[i], func(a, b string) int {
			return cmp.Or(strings.Compare(after(a), after(b)), strings.Compare(a, b))
		})
		b.data.Components[i].Workloads = slices.Compact(names[i])
	}
}

// after is the name behind a kind.
func after(text string) string {
	_, name, _ := strings.Cut(text, " ")
	return name
}

func (b *builder) finding(f *finding.Finding) {
	shown := page.Finding{
		Code: string(f.Code), Severity: string(f.Severity), Namespace: f.Object.Namespace, Object: f.Object.String(),
		Field: f.Field.String(), Place: f.Place(), Message: f.Message, Counterexample: f.Counterexample, Fix: f.Fix,
		Undecided: f.Undecided,
	}
	if rule, isKnown := finding.RuleOf(f.Code); isKnown {
		shown.Rule = rule.Title
	}
	if f.Object.Kind == "Namespace" && shown.Namespace == "" {
		shown.Namespace = f.Object.Name
	}
	if f.Severity == finding.Error {
		about := access.Object{Kind: f.Object.Kind, Namespace: f.Object.Namespace, Name: f.Object.Name}
		b.errors[about] = append(b.errors[about], len(b.data.Findings))
	}
	b.data.Findings = append(b.data.Findings, shown)
}

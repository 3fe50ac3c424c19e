package explain

import (
	"fmt"
	"slices"
	"strings"

	"cloison.dev/cloison/internal/access"
)

// drawing is the matrix as nodes and arrows: from folders over stores and Secrets to workloads.
type drawing struct {
	// subgraphs are Scaleway's projects, then the components.
	subgraphs []*subgraph
	arrows    []arrow
	byKey     map[string]*node
	// projects are those of Scaleway's projects, by title.
	projects map[string]*subgraph
	drawn    map[arrow]bool
}

// subgraph is a frame around nodes.
type subgraph struct {
	title string
	nodes []*node
}

type node struct {
	id    string
	shape shape
	lines []string
}

// shape of a node.
type shape int

const (
	folderShape shape = iota
	storeShape
	secretShape
	workloadShape
)

type arrow struct {
	from, to *node
	label    string
}

func draw(m *access.State) *drawing {
	d := &drawing{byKey: map[string]*node{}, projects: map[string]*subgraph{}, drawn: map[arrow]bool{}}
	for i := range m.Components {
		c := &m.Components[i]
		for j := range c.Secrets {
			for k := range c.Secrets[j].Sources {
				d.folder(&c.Secrets[j].Sources[k])
			}
		}
	}
	for i := range m.Components {
		c := &m.Components[i]
		frame := &subgraph{title: c.Title()}
		if c.Namespace != "" && c.Namespace != c.Title() {
			frame.title += " (namespace " + c.Namespace + ")"
		}
		d.subgraphs = append(d.subgraphs, frame)
		for j := range c.Secrets {
			d.secret(frame, c, &c.Secrets[j])
		}
	}
	d.subgraphs = slices.DeleteFunc(d.subgraphs, func(s *subgraph) bool { return len(s.nodes) == 0 }) // without Secrets
	return d
}

// node is the node of a key, new where there is none yet.
func (d *drawing) node(frame *subgraph, key string, s shape, lines ...string) *node {
	if found := d.byKey[key]; found != nil {
		return found
	}
	n := &node{id: fmt.Sprintf("n%d", len(d.byKey)+1), shape: s, lines: lines}
	d.byKey[key] = n
	frame.nodes = append(frame.nodes, n)
	return n
}

func (d *drawing) arrow(from, to *node, label string) {
	a := arrow{from, to, label}
	if !d.drawn[a] {
		d.drawn[a] = true
		d.arrows = append(d.arrows, a)
	}
}

// folder is where a source's secrets are.
func (d *drawing) folder(source *access.Source) *node {
	title := "project " + source.ProjectID
	switch {
	case source.Provider != "" && source.Provider != "scaleway":
		title = source.Provider
	case source.IsUnknown():
		title = "not in the input"
	case source.ProjectID == "":
		title = "project not known"
	}
	frame := d.projects[title]
	if frame == nil {
		frame = &subgraph{title: title}
		d.projects[title] = frame
		d.subgraphs = append(d.subgraphs, frame)
	}
	return d.node(frame, "folder "+title+" "+source.Region+" "+source.Short(), folderShape, source.Short())
}

func (d *drawing) secret(frame *subgraph, c *access.Component, s *access.Secret) {
	if len(s.Sources)+len(s.Uses) == 0 {
		return // it holds an API key, or nothing needs it
	}
	keys := s.Count() + " keys"
	switch keys {
	case "1 keys":
		keys = "1 key"
	case "? keys":
		keys = "not in the input"
	}
	var stores []arrow
	for i := range s.Sources {
		source := &s.Sources[i]
		folder := d.folder(source)
		if source.Store.Name == "" {
			stores = append(stores, arrow{from: folder})
			continue
		}
		lines := []string{source.Store.Kind + " " + source.Store.Name}
		for _, key := range source.APIKey {
			lines = append(lines, "API key "+strings.TrimPrefix(key, c.Namespace+"/"))
		}
		home := "store " + source.Store.Namespace + "/" + source.Store.Name
		store := d.node(frame, home, storeShape, lines...)
		d.arrow(folder, store, "")
		stores = append(stores, arrow{from: store, label: source.By.Name})
	}
	secret := d.node(frame, "secret "+c.Namespace+"/"+s.Name, secretShape, "Secret "+s.Name, keys)
	for _, a := range stores {
		d.arrow(a.from, secret, a.label)
	}
	for i := range s.Uses {
		use := &s.Uses[i]
		key := "workload " + use.Workload.Kind + " " + use.Workload.Namespace + "/" + use.Workload.Name
		d.arrow(secret, d.node(frame, key, workloadShape, use.Workload.Kind+" "+use.Workload.Name),
			s.Amount(use.Workload))
	}
}

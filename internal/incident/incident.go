// Package incident says what is lost where pods fall: secrets by key and path, tokens, what is reached next, and what to
// do about it, in order. It is pure, and holds names only.
package incident

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"cloison.dev/cloison/internal/access"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/validators/network/reach"
	"cloison.dev/cloison/validators/rbac/rights"
	"cloison.dev/cloison/validators/ways"
)

// Incident is what is lost. It is written as JSON: other fields may be added, none renamed.
type Incident struct {
	// Fallen are the workloads whose pods are in foreign hands.
	Fallen []access.Object `json:"fallen"`
	// Secrets are the keys that are lost, those that the pods have themselves first.
	Secrets []Secret `json:"secrets"`
	// APIKeys are the API keys of Scaleway that are lost.
	APIKeys []APIKey `json:"apiKeys"`
	// Tokens are the service accounts that can be acted as.
	Tokens []Token `json:"tokens"`
	// Connections are those that the pods can open.
	Connections []Connection `json:"reaches"`
	// Further is what else can be taken over from there, by rights and findings: pods, nodes, the cluster.
	Further []Further `json:"further"`
	// Steps are what to do, in order.
	Steps []Step `json:"steps"`
	// Undecided are the findings for what could not be judged, so that more may be lost.
	Undecided []finding.Finding `json:"undecided"`
}

// Secret are keys of a Kubernetes Secret that are lost in one way. One of which the pods import a key, and of which others
// are read with their token, is there twice.
type Secret struct {
	Component string `json:"component"`
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
	Keys      []Key  `json:"keys"`
	// MayHaveMore is true where keys are lost that are not known.
	MayHaveMore bool `json:"mayHaveMore,omitempty"`
	// Way is how it is obtained: what the pods have, and the steps on. Empty for what the pods import themselves.
	Way []string `json:"way,omitempty"`
}

// Key is a key that is lost.
type Key struct {
	Name string `json:"name"`
	// From is where its value comes from: the folder and secret in Scaleway, or what else makes the Secret.
	From string `json:"from,omitempty"`
	// Others are the other workloads that have the same value, in this Secret or another, sorted.
	Others []access.Object `json:"others,omitempty"`

	// name is Name without what marks it, source and remote are where it is read from; nil where that is not known.
	name   string
	source *access.Source
	remote *access.Key
	value  value
}

// APIKey is an API key of Scaleway.
type APIKey struct {
	// Secret that holds it.
	Secret access.Object `json:"secret"`
	// Stores that read with it, and Folders that they are known to read. Which others it may read only IAM says.
	Stores  []access.Object `json:"stores"`
	Folders []string        `json:"folders"`
}

// Token is a service account, and what it may do.
type Token struct {
	Account access.Object `json:"account"`
	// May are the rights that matter to secrets and walls, with their places. None are none.
	May []string `json:"may"`
	Way []string `json:"way,omitempty"`

	// places are the namespaces in which it may do something, sorted.
	places []string
}

// Connection is what the pods reach.
type Connection struct {
	To string `json:"to"`
	// Ports that are open. None are all of them, where Maybe is false.
	Ports []string `json:"ports,omitempty"`
	// MaybePorts are open only where a namespace that is not in the input has labels that a rule selects.
	MaybePorts []string `json:"maybePorts,omitempty"`
	// Maybe is true where only MaybePorts may be open; where there are none, all of them.
	Maybe bool          `json:"maybe,omitempty"`
	By    []access.Rule `json:"by"`
}

// Further is what else can be taken over.
type Further struct {
	What string   `json:"what"`
	Way  []string `json:"way"`
}

// New is what is lost where the pods of ends fall. leads are the ways that the findings of the proof open, accepted ones
// among them; open are those of the findings for what could not be judged.
func New(m *access.Model, ends []access.End, leads *ways.Graph, open []finding.Finding) *Incident {
	b := &builder{Model: m, labels: map[access.Object]map[string]string{}, held: map[access.Object]*held{},
		Incident: &Incident{
			Fallen: []access.Object{}, Secrets: []Secret{}, APIKeys: []APIKey{}, Tokens: []Token{},
			Connections: []Connection{}, Further: []Further{}, Steps: []Step{}, Undecided: []finding.Finding{},
		},
	}
	starts := b.fall(ends)
	b.indexSecrets()
	for _, lost := range leads.PartsFrom(starts...) {
		b.lost(lost)
	}
	b.connections(ends)
	b.apiKeys()
	b.Undecided = append(b.Undecided, open...)
	b.steps()
	return b.Incident
}

type builder struct {
	*access.Model
	*Incident

	// labels are those of the pods of each of the Fallen.
	labels map[access.Object]map[string]string
	// held are the Secrets, holders who has which value.
	held    map[access.Object]*held
	holders map[value][]holder
	others  map[value][]access.Object
}

// held is a Secret of the input, and how much of it is lost.
type held struct {
	*access.Secret

	component *access.Component
	// written are the names of its keys, lost those that are lost, and isAllLost that all are.
	written, lost map[string]bool
	isAllLost     bool
}

func (b *builder) indexSecrets() {
	b.holders, b.others = map[value][]holder{}, map[value][]access.Object{}
	for i := range b.Components {
		c := &b.Components[i]
		for j := range c.Secrets {
			h := &held{Secret: &c.Secrets[j], component: c, written: map[string]bool{}, lost: map[string]bool{}}
			b.held[secretIn(c.Namespace, h.Name)] = h
			for k := range h.Keys {
				h.written[h.Keys[k].Name] = true
			}
			b.index(h)
		}
	}
}

func secretIn(namespace, name string) access.Object {
	return access.Object{Kind: "Secret", Namespace: namespace, Name: name}
}

// fall notes the workloads, and returns where what is lost begins.
func (b *builder) fall(ends []access.End) []finding.End {
	var starts []finding.End
	add := func(w *objects.Workload) {
		o := access.Object{Kind: w.Kind, Namespace: w.PodNamespace(), Name: w.Name}
		if !b.isFallen(o) {
			b.Fallen = append(b.Fallen, o)
			b.labels[o] = w.Pod.Labels
			starts = append(starts, ways.WorkloadEnd(o.Namespace, o.Kind, o.Name))
		}
	}
	for _, end := range ends {
		if end.Workload != nil {
			add(end.Workload)
		}
		if end.Workload != nil || end.Node == nil {
			continue
		}
		for _, w := range end.Node.Workloads {
			add(w)
		}
	}
	return starts
}

func (b *builder) isFallen(o access.Object) bool {
	_, is := b.labels[o]
	return is
}

// lost adds something that is reached from the pods.
func (b *builder) lost(l ways.Lost) {
	var way []string
	if !l.IsOwn() {
		way = ways.Texts(l.Steps)
	}
	switch l.End.Kind {
	case finding.OfSecret:
		b.secret(l, way)
	case finding.OfAccount:
		b.token(l, way)
	case finding.OfWorkload, finding.OfNewPods, finding.OfNode, finding.OfCluster, finding.OfPerson:
		b.Further = append(b.Further, Further{What: l.Steps[len(l.Steps)-1].Text(), Way: way})
	case finding.OfComponent, finding.OfPods, finding.OfAccounts, finding.OfMember, finding.OfSecrets:
	}
}

// secret adds what a way loses of a Secret that no way before it does.
func (b *builder) secret(l ways.Lost, way []string) {
	at := secretIn(l.End.Namespace, l.End.Name)
	h := b.held[at]
	if h == nil {
		component := &access.Component{Name: b.PlaceOf(at.Namespace), Namespace: at.Namespace}
		h = &held{Secret: &access.Secret{Name: at.Name}, component: component, lost: map[string]bool{}}
		b.held[at] = h
	}
	if h.isAllLost {
		return
	}
	isFirst, isWhole := len(h.lost) == 0, len(l.Keys) == 0
	s := Secret{Component: h.component.Title(), Namespace: at.Namespace, Name: at.Name, Way: way}
	s.Keys = b.keysOf(h, func(key string) bool {
		return (isWhole || key != "" && slices.Contains(l.Keys, key)) && !h.lost[key]
	})
	s.MayHaveMore = isWhole && (h.MayHaveMore || len(h.CreatedBy) == 0)
	for i := range s.Keys {
		h.lost[s.Keys[i].name] = true
	}
	h.isAllLost = isWhole
	if isFirst || len(s.Keys) > 0 || s.MayHaveMore {
		b.Secrets = append(b.Secrets, s)
	}
}

// keysOf are those keys of a Secret that are lost: the ones that are known to be written, then those that workloads
// import and that nothing in the input is known to write.
func (b *builder) keysOf(h *held, isLost func(key string) bool) []Key {
	keys := []Key{}
	for i := range h.Keys {
		k := &h.Keys[i]
		if !isLost(k.Name) {
			continue
		}
		key := Key{Name: k.Title(), From: h.FromOf(k), name: k.Name, remote: k, value: valueOf(h, k)}
		if k.Source != nil {
			key.source = &h.Sources[*k.Source]
		}
		key.Others = b.othersWith(key.value)
		keys = append(keys, key)
	}
	for _, name := range h.unwritten() {
		if isLost(name) {
			v := valueOf(h, &access.Key{Name: name})
			keys = append(keys, Key{Name: name, From: h.From(), name: name, value: v, Others: b.othersWith(v)})
		}
	}
	return keys
}

func (b *builder) token(l ways.Lost, way []string) {
	t := Token{
		Account: access.Object{Kind: "ServiceAccount", Namespace: l.End.Namespace, Name: l.End.Name}, May: []string{}, Way: way,
	}
	places := map[string]bool{}
	subject := rights.Subject{Kind: t.Account.Kind, Namespace: t.Account.Namespace, Name: t.Account.Name}
	for _, r := range b.List.Of(subject) {
		if slices.ContainsFunc(r.By, func(c rights.Chain) bool { return c.Binding != nil }) {
			t.May = append(t.May, string(r.Action)+" in "+r.Place.String())
			if r.Place.Everywhere {
				places[t.Account.Namespace] = true
			} else {
				places[r.Place.Namespace] = true
			}
		}
	}
	t.places = slices.Sorted(maps.Keys(places))
	b.Tokens = append(b.Tokens, t)
}

// connections adds what the pods can connect to, but for the DNS.
func (b *builder) connections(ends []access.End) {
	nodes := map[*reach.Node]bool{}
	for _, end := range ends {
		if end.Node != nil {
			nodes[end.Node] = true
		}
	}
	known := map[string]bool{}
	numbers := map[int]bool{}
	for i, n := range b.Map.Nodes {
		numbers[i] = nodes[n]
	}
	for i := range b.Reaches {
		r := &b.Reaches[i]
		if !numbers[r.From] || r.DNS || r.From == r.To {
			continue
		}
		to := b.party(r.To)
		key := fmt.Sprintf("%q %q %q %t", to, r.Ports, r.MaybePorts, r.Closed)
		if !known[key] {
			known[key] = true
			b.Connections = append(b.Connections, Connection{
				To: to, Ports: r.Ports, MaybePorts: r.MaybePorts, Maybe: r.Closed, By: r.By,
			})
		}
	}
}

func (b *builder) party(at int) string {
	p := &b.Parties[at]
	text := strings.Join(p.Names(), ", ")
	if p.IsPods() {
		text += " of " + b.PlaceOf(p.Namespace)
	}
	return text
}

// apiKeys adds the API keys among the Secrets.
func (b *builder) apiKeys() {
	known := map[access.Object]bool{}
	for i := range b.Secrets {
		at := secretIn(b.Secrets[i].Namespace, b.Secrets[i].Name)
		if h := b.held[at]; len(h.APIKeyOf) > 0 && !known[at] {
			known[at] = true
			key := APIKey{Secret: at, Stores: h.APIKeyOf, Folders: b.FoldersOf(objects.Path(at.Namespace, at.Name))}
			b.APIKeys = append(b.APIKeys, key)
		}
	}
}

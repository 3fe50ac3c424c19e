// Package incident says what is lost where pods fall: secrets by key and path, tokens, what is reached next, and what to
// do about it, in order. It is pure, and holds names only.
package incident

import (
	"cmp"
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

// Secret is a Kubernetes Secret of which keys are lost.
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

	source *access.Source
	remote *access.Key
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
}

// Connection is what the pods reach.
type Connection struct {
	To string `json:"to"`
	// Ports are none for all of them.
	Ports []string      `json:"ports,omitempty"`
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
	b := &builder{Model: m, labels: map[access.Object]map[string]string{}, Incident: &Incident{
		Fallen: []access.Object{}, Secrets: []Secret{}, APIKeys: []APIKey{}, Tokens: []Token{}, Connections: []Connection{},
		Further: []Further{}, Steps: []Step{}, Undecided: []finding.Finding{},
	}}
	starts := b.fall(ends)
	b.imported()
	for _, lost := range leads.From(starts...) {
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
}

// fall notes the workloads, and returns where what is lost begins.
func (b *builder) fall(ends []access.End) []finding.End {
	var starts []finding.End
	add := func(w *objects.Workload) {
		o := access.Object{Kind: w.Kind, Namespace: w.PodNamespace(), Name: w.Name}
		if !slices.Contains(b.Fallen, o) {
			b.Fallen = append(b.Fallen, o)
			b.labels[o] = w.Pod.Labels
			starts = append(starts, ways.WorkloadEnd(o.Namespace, o.Kind, o.Name))
		}
	}
	for _, end := range ends {
		if end.Node == nil {
			continue
		}
		if end.Workload != nil {
			add(end.Workload)
			continue
		}
		for _, w := range end.Node.Workloads {
			add(w)
		}
	}
	return starts
}

func (b *builder) isFallen(o access.Object) bool { return slices.Contains(b.Fallen, o) }

// imported adds the keys that the pods import themselves.
func (b *builder) imported() {
	for i := range b.Components {
		c := &b.Components[i]
		for j := range c.Secrets {
			s := &c.Secrets[j]
			names, whole := map[string]bool{}, false
			for _, use := range s.Uses {
				if b.isFallen(use.Workload) {
					names[use.Key] = true
					whole = whole || use.Key == ""
				}
			}
			if len(names) > 0 {
				b.add(c, s, func(k string) bool { return whole || names[k] }, nil)
			}
		}
	}
}

// add adds some keys of a Secret.
func (b *builder) add(c *access.Component, s *access.Secret, isLost func(key string) bool, way []string) {
	lost := Secret{Component: c.Title(), Namespace: c.Namespace, Name: s.Name, Keys: []Key{}, Way: way}
	for i := range s.Keys {
		k := &s.Keys[i]
		if k.Name != "" && !isLost(k.Name) {
			continue
		}
		if k.Name == "" && !isLost("") {
			continue
		}
		key := Key{Name: k.Title(), From: s.FromOf(k), remote: k, Others: b.others(s, k)}
		if k.Source != nil {
			key.source = &s.Sources[*k.Source]
		}
		lost.Keys = append(lost.Keys, key)
	}
	for _, name := range b.unwritten(s, isLost) {
		lost.Keys = append(lost.Keys, Key{Name: name, From: s.From(), Others: b.others(s, &access.Key{Name: name})})
	}
	lost.MayHaveMore = (s.MayHaveMore || len(s.CreatedBy) == 0) && isLost("")
	b.Secrets = append(b.Secrets, lost)
}

// unwritten are the keys that the pods import and that nothing in the input is known to write.
func (b *builder) unwritten(s *access.Secret, isLost func(key string) bool) []string {
	var names []string
	for _, use := range s.Uses {
		isWritten := slices.ContainsFunc(s.Keys, func(k access.Key) bool { return k.Name == use.Key })
		if use.Key != "" && b.isFallen(use.Workload) && isLost(use.Key) && !isWritten && !slices.Contains(names, use.Key) {
			names = append(names, use.Key)
		}
	}
	slices.Sort(names)
	return names
}

// others are the workloads that have not fallen and obtain the value of a key too: by this Secret, or by another that is
// filled from the same secret.
func (b *builder) others(s *access.Secret, k *access.Key) []access.Object {
	from := s.FromOf(k)
	var all []access.Object
	for i := range b.Components {
		for j := range b.Components[i].Secrets {
			other := &b.Components[i].Secrets[j]
			for l := range other.Keys {
				key := &other.Keys[l]
				isSame := other == s && key.Name == k.Name || k.Source != nil && key.Source != nil && k.Secret != "" && other.FromOf(key) == from
				if !isSame {
					continue
				}
				for _, use := range other.Uses {
					if (use.Key == "" || use.Key == key.Name) && !b.isFallen(use.Workload) && !slices.Contains(all, use.Workload) {
						all = append(all, use.Workload)
					}
				}
			}
		}
	}
	slices.SortFunc(all, func(a, b access.Object) int {
		return cmp.Or(cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Kind, b.Kind))
	})
	return all
}

// lost adds something that is reached from the pods.
func (b *builder) lost(l ways.Lost) {
	way := wayOf(l)
	switch l.End.Kind {
	case finding.OfSecret:
		isKnown := func(s Secret) bool { return s.Namespace == l.End.Namespace && s.Name == l.End.Name }
		if slices.ContainsFunc(b.Secrets, isKnown) && len(l.Steps) <= 2 {
			return // the pods import it
		}
		c, s := b.Secret(l.End.Namespace, l.End.Name)
		if s == nil {
			b.Secrets = append(b.Secrets, Secret{Component: b.PlaceOf(l.End.Namespace), Namespace: l.End.Namespace,
				Name: l.End.Name, Keys: []Key{}, MayHaveMore: true, Way: way})
			return
		}
		b.Secrets = slices.DeleteFunc(b.Secrets, isKnown) // all of it is lost, not only what is imported
		b.add(c, s, func(string) bool { return true }, way)
	case finding.OfAccount:
		b.token(l, way)
	case finding.OfWorkload, finding.OfNewPods, finding.OfNode, finding.OfCluster, finding.OfPerson:
		b.Further = append(b.Further, Further{What: l.Steps[len(l.Steps)-1].Text(), Way: way})
	case finding.OfComponent, finding.OfPods, finding.OfAccounts, finding.OfMember, finding.OfSecrets:
	}
}

// wayOf are the steps to something, with the findings that open them.
func wayOf(l ways.Lost) []string {
	var way []string
	for _, step := range l.Steps {
		text := step.Text()
		if step.By != nil {
			var codes []string
			for _, code := range step.By.Codes() {
				codes = append(codes, string(code))
			}
			text += " (" + strings.Join(codes, ", ") + " " + step.By.Findings[0].Object.String() + ")"
		}
		way = append(way, text)
	}
	return way
}

func (b *builder) token(l ways.Lost, way []string) {
	t := Token{
		Account: access.Object{Kind: "ServiceAccount", Namespace: l.End.Namespace, Name: l.End.Name}, May: []string{}, Way: way,
	}
	subject := rights.Subject{Kind: t.Account.Kind, Namespace: t.Account.Namespace, Name: t.Account.Name}
	for _, r := range b.List.Of(subject) {
		if slices.ContainsFunc(r.By, func(c rights.Chain) bool { return c.Binding != nil }) {
			t.May = append(t.May, string(r.Action)+" in "+r.Place.String())
		}
	}
	if len(l.Steps) <= 2 {
		t.Way = nil
	}
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
		key := to + "\n" + strings.Join(r.Ports, ",")
		if !known[key] {
			known[key] = true
			b.Connections = append(b.Connections, Connection{To: to, Ports: r.Ports, By: r.By})
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
	for i := range b.Secrets {
		lost := &b.Secrets[i]
		_, s := b.Secret(lost.Namespace, lost.Name)
		if s == nil || len(s.APIKeyOf) == 0 {
			continue
		}
		key := APIKey{
			Secret: access.Object{Kind: "Secret", Namespace: lost.Namespace, Name: lost.Name}, Stores: s.APIKeyOf,
			Folders: b.FoldersOf(objects.Path(lost.Namespace, lost.Name)),
		}
		b.APIKeys = append(b.APIKeys, key)
	}
}

// Package page writes one HTML file that shows the walls: components with their Secrets, the folders that fill them,
// who reaches whom, who has what, and what was found, each with its reasons. It asks for nothing over the network, runs
// no code but its own, and is whole without it: the script only filters, zooms and shows reasons beside the picture.
// The same data gives the same bytes.
package page

import "slices"

// Data is what there is to show. Its texts may be those of manifests: they are escaped, and what is not printable in
// them is dropped. It holds names only, never a value of a secret.
type Data struct {
	// Title is what was read. Example: Segregation trackdechets
	Title string
	// Components are shown in this order.
	Components []Component
	// Outside are the other ends of flows, such as the internet. Their number as a [Flow]'s end counts on from the
	// components.
	Outside []string
	// Folders are where secrets come from.
	Folders []Folder
	Flows   []Flow
	// Keys are the rows of the matrix of who has what.
	Keys     []Key
	Findings []Finding
	// Notes say what is not shown or not known, and why.
	Notes []string
}

// Component is a namespace.
type Component struct {
	// Name is empty for a namespace of no component.
	Name, Namespace, Segregation string
	Secrets                      []Secret
	// Rights are what its subjects may do that matters to secrets and walls.
	Rights []Reason
	// Workloads are named with their kind. Example: Deployment api
	Workloads []string
	// Hosts are what it reaches by name, and by which policy.
	Hosts []string
	// Published is to which of its pods something elsewhere is told to connect, and by which object.
	Published []Reason
}

// Secret is a Kubernetes Secret.
type Secret struct {
	Name string
	// Count is the number of its keys, as text: 3, 3+ or ?.
	Count   string
	Sources []Source
	// Others are where it comes from besides Sources. Example: SealedSecret api
	Others []string
	// Keys come from no source: they are written out, or a template makes them.
	Keys []string
	Uses []Use
	// APIKeyOf are the stores whose API key it holds.
	APIKeyOf []string
}

// Source is a folder that a Secret is filled from.
type Source struct {
	// Folder is the number of one of the [Data]'s folders.
	Folder int
	// Store and By are objects with their kind.
	Store, By string
	// APIKeys are the Secrets that hold the store's API key.
	APIKeys []string
	Keys    []string
	// Findings are the numbers of the errors about it: the wall is broken here.
	Findings []int
}

// Use is how a container gets keys.
type Use struct {
	Workload, Container, Via string
	// What are keys, with the variables or files that they become.
	What []string
}

// Folder is where secrets come from.
type Folder struct {
	// Title is its path, or the provider where that is not Scaleway.
	Title string
	// About says more: project, region. Empty where nothing is known.
	About string
}

// Flow is who reaches whom.
type Flow struct {
	// From and To are numbers of components, or those of the ends outside behind them.
	From, To int
	// Ports is text. Example: 5432/TCP
	Ports string
	State State
	// Pods are the pods of the two ends that reach one another. Example: Deployment web reaches Deployment api on 8080
	Pods []string
	// Why are the reasons, such as the policies that allow it.
	Why []Reason
}

// State is how what is reached compares with what is declared.
type State string

// The states of a flow.
const (
	// Declared is reached and meant.
	Declared State = "declared"
	// Unclosed is reached because no policy closes one of its ends.
	Unclosed State = "not closed"
	// ByRights is no connection: roles let the one act in the namespace of the other. Ports then says what it may do.
	ByRights State = "by rights"
	// Allowed is reached; nothing says what is meant.
	Allowed State = "allowed"
	// Undeclared is reached and not meant: a broken wall.
	Undeclared State = "not declared"
	// Missing is meant and not reached.
	Missing State = "not reached"
	// Undecided is not known.
	Undecided State = "not decided"
)

// Reason is a sentence, and the place that it is about.
type Reason struct {
	Text string
	// Place has the form FILE:LINE; empty where it is not known.
	Place string
}

// Key is a key of a secret: a row of the matrix.
type Key struct {
	Name string
	// Folder is the number of a folder, or -1 where the key comes from none.
	Folder int
	// Of says what else tells keys of one name apart. Example: Secret shop/api
	Of      string
	Holders []Holder
}

// Holder is a component that has a key.
type Holder struct {
	Component int
	// Broken is true where the component must not have it.
	Broken bool
	// Secrets are those of the component that have it.
	Secrets []string
	How     []Reason
}

// Finding is one result of a check.
type Finding struct {
	Code, Severity string
	// Rule is what the code stands for.
	Rule string
	// Namespace is empty for what belongs to none.
	Namespace, Object, Field, Place string
	Message, Counterexample, Fix    string
	Undecided                       bool
}

// Hold adds how a component has the key, whether it must not, and in which Secret of its own; empty where it is in
// none.
func (k *Key) Hold(component int, broken bool, secret string, how ...Reason) {
	at := slices.IndexFunc(k.Holders, func(h Holder) bool { return h.Component == component })
	if at < 0 {
		at = len(k.Holders)
		k.Holders = append(k.Holders, Holder{Component: component})
	}
	k.Holders[at].Broken = k.Holders[at].Broken || broken
	if secret != "" {
		k.Holders[at].Secrets = append(k.Holders[at].Secrets, secret)
	}
	k.Holders[at].How = append(k.Holders[at].How, how...)
}

// name is how a component is called.
func (c *Component) name() string {
	for _, name := range []string{c.Name, c.Namespace} {
		if name != "" {
			return name
		}
	}
	return "(no namespace)"
}

// end is how an end of a flow is called.
func (d *Data) end(number int) string {
	if number < len(d.Components) {
		return d.Components[number].name()
	}
	return d.Outside[number-len(d.Components)]
}

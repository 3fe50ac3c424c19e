// Package importer reads hand-written manifests and writes the Segregation that replaces them. What a Segregation
// cannot say, or says differently, is a note: nothing is left out in silence.
//
// Data flows one way, by way of one [draft.Draft]:
//
//	manifests -> components                     which namespaces are components, and their names
//	          -> namespaces, secretgroups,      each reads its kinds of objects, fills in its fields
//	             flows, access                  of the components, and adds notes
//	          -> document                       the YAML, with the notes as comments
//
// The readers do not know each other. Package secretgroups has its objects from package externalsecrets.
package importer

import (
	"cmp"
	"fmt"

	"cloison.dev/cloison/internal/cluster"
	"cloison.dev/cloison/internal/importer/access"
	"cloison.dev/cloison/internal/importer/components"
	"cloison.dev/cloison/internal/importer/document"
	"cloison.dev/cloison/internal/importer/draft"
	"cloison.dev/cloison/internal/importer/flows"
	"cloison.dev/cloison/internal/importer/namespaces"
	"cloison.dev/cloison/internal/importer/secretgroups"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/spec"
)

// Options are what the manifests do not say.
type Options struct {
	// Name of the Segregation, a DNS label. Empty means the beginning that the names of the namespaces have in common.
	Name string
	// Namespaces are those that are imported, whatever their names; others are outside of the application. Empty means
	// those that look like its components.
	Namespaces []string
	// Fallback is where the secrets live if the manifests do not say. Left out, placeholders stand there, with which
	// Cloison refuses the Segregation.
	Fallback *spec.Scaleway
	// Command that writes the Segregation, for the comment above it. Empty means cloison import.
	Command string
	// Cluster that the manifests are for. The zero value is a Kapsule.
	Cluster cluster.Cluster
}

// Result is what became of the manifests.
type Result struct {
	// Segregation is YAML, with the notes as comments, many equal ones once. It is empty where there was nothing to
	// import.
	Segregation []byte
	// Notes are sorted: what must be filled in, what was not carried over, what is different, suggestions.
	Notes []draft.Note
}

const header = `# Written by "%s" from manifests. It is never applied to a cluster: Cloison expands it. ` +
	"Look at every comment,\n# then compare what it expands to with what is deployed.\n"

// readers fill the draft in. Notes of one outcome are in their order.
var readers = [...]func(*draft.Draft, *objects.Set){
	namespaces.ReadMetadata, secretgroups.Read, flows.Read, access.Read, namespaces.ReadQuotas,
	namespaces.ReadProtection, noteUnread,
}

// Import writes the Segregation that replaces the manifests. The components are those of known, a scope without plans,
// and the other namespaces that policies, quotas or limits of the input are about. Same input, same bytes.
func Import(set *objects.Set, known *scope.Scope, options Options) *Result {
	if len(options.Cluster.PodCIDRs) == 0 {
		options.Cluster = cluster.Kapsule()
	}
	d := draft.New(options.Cluster)
	d.Namespaces, d.Fallback = options.Namespaces, options.Fallback
	components.Find(d, set, known, options.Name)
	if len(d.Components) == 0 {
		d.Sort()
		return &Result{Notes: d.Notes}
	}
	for _, read := range readers {
		read(d, set)
	}
	doc := document.Encode(d.Segregation)
	noteRefusals(d, doc)
	d.Sort()
	return &Result{Segregation: doc.Write(fmt.Sprintf(header, cmp.Or(options.Command, "cloison import")), draft.Join(d.Notes)), Notes: d.Notes}
}

// Namespaces are those that can be chosen in Options, sorted.
func Namespaces(set *objects.Set, known *scope.Scope) []string {
	return components.Candidates(set, known)
}

package stores

import (
	"fmt"
	"strings"
	"sync"

	"cloison.dev/cloison/internal/eso"
	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/secretflow"
	"cloison.dev/cloison/internal/verdict"
	"cloison.dev/cloison/validators/stores/explaining"
)

// searchesEverywhere finds searches without a folder: an error where another component's secrets are in the project.
func (j *judge) searchesEverywhere() verdict.Result {
	r := explaining.New(explaining.OfReferences)
	readers := sync.OnceValue(j.projectReaders)
	seen := map[fieldOf]bool{} // a ClusterExternalSecret has the same entry in many namespaces
	for _, read := range j.surestFirst() {
		entry := fieldOf{read.By, read.Field}
		if read.Kind != eso.ReadFind || read.Remote.Folder != "" || seen[entry] {
			continue
		}
		if seen[entry] = true; read.Generates || !j.isScaleway(read) {
			continue
		}
		other := otherReader(readers(), read)
		var lead *finding.Lead
		if other != nil {
			lead = finding.NewLead(filled(read), j.inProject(read))
		}
		searchEverywhere(r, read, other, lead)
	}
	return r.Result
}

// searchEverywhere reports a search without a folder. other is a read of another component from the project; nil where
// there is none. lead is what follows.
func searchEverywhere(r *explaining.Findings, read, other *secretflow.Read, lead *finding.Lead) {
	severity, example := finding.Warning, ""
	if other != nil {
		severity = finding.Error
		example = fmt.Sprintf("%s reads %s in the same project, so the search finds what is there", other.By,
			other.Remote.Folder)
	}
	r.ReportUnless(read.By, []fieldpath.Path{read.ReferenceField()}, finding.Finding{
		Code: finding.FindWithoutPath, Severity: severity, Field: read.Field.Child("find"),
		Message: "the search has no path, so it looks into every folder of the project " +
			"that the API key may list",
		Counterexample: example, Fix: "set path to the component's folder", Lead: lead,
	})
}

// otherReader is a read of another component from a folder of the same project; nil where there is none, and where it
// is not known whether the search is in the component.
func otherReader(readers map[string][]*secretflow.Read, of *secretflow.Read) *secretflow.Read {
	if of.Unsure {
		return nil
	}
	for _, read := range readers[strings.ToLower(of.Remote.ProjectID)] {
		if read.Target.Namespace != of.Target.Namespace {
			return read
		}
	}
	return nil
}

// projectReaders has, for each project, reads of folders by two components at most: that is enough to find another one.
// Reads that are perhaps not there are not among them.
func (j *judge) projectReaders() map[string][]*secretflow.Read {
	readers := map[string][]*secretflow.Read{}
	for i := range j.flow.Reads {
		read := &j.flow.Reads[i]
		project := strings.ToLower(read.Remote.ProjectID)
		if project == "" || read.Remote.Folder == "" || read.Unsure || j.components.Of(read.Target.Namespace) == nil {
			continue
		}
		known := readers[project]
		if len(known) == 0 || len(known) == 1 && known[0].Target.Namespace != read.Target.Namespace {
			readers[project] = append(known, read)
		}
	}
	return readers
}

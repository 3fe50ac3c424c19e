package paths

import (
	"cmp"
	"slices"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/inventory"
)

// source is what plans are compared with: the Inventories, or a live reading.
type source struct {
	live        bool
	inventories []*inventory.Inventory
	index       *inventory.Index
	// duplicates are the folders that are described more than once, repeated their references. They are not used, since
	// which description is true is not known.
	duplicates []inventory.Duplicate
	repeated   map[inventory.FolderRef]bool
	// failures are what could not be read, failed the same by folder.
	failures []inventory.Failure
	failed   map[inventory.FolderRef][]inventory.Failure
	// uncounted are the projects whose secrets could not be counted.
	uncounted []inventory.Failure
}

// ofInventories joins the Inventories of the input.
func ofInventories(inventories []*inventory.Inventory) *source {
	s := &source{inventories: inventories, repeated: map[inventory.FolderRef]bool{}}
	s.index, s.duplicates = inventory.NewIndex(inventories)
	for _, d := range s.duplicates {
		s.repeated[d.FolderRef] = true
	}
	return s
}

// ofReading is a live reading. With nil nothing is known.
func ofReading(reading *inventory.Reading) *source {
	if reading == nil {
		reading = &inventory.Reading{}
	}
	var inventories []*inventory.Inventory
	if reading.Inventory != nil {
		inventories = append(inventories, reading.Inventory)
	}
	s := ofInventories(inventories)
	s.live, s.failures, s.uncounted = true, reading.Failures, reading.Uncounted
	s.failed = map[inventory.FolderRef][]inventory.Failure{}
	for _, f := range reading.Failures {
		s.failed[f.FolderRef] = append(s.failed[f.FolderRef], f)
	}
	return s
}

// folder finds a folder that is described once.
func (s *source) folder(at inventory.FolderRef) (inventory.Folder, bool) {
	if s.repeated[at] {
		return inventory.Folder{}, false
	}
	return s.index.Folder(at)
}

// projects has the number of secrets of each project, sorted; the greatest where Inventories differ.
func (s *source) projects() []inventory.Project {
	counts := map[inventory.Project]int{}
	for _, i := range s.inventories {
		for _, p := range i.Spec.Projects {
			which := inventory.Project{Region: p.Region, ProjectID: p.ProjectID}
			counts[which] = max(counts[which], p.Secrets)
		}
	}
	var projects []inventory.Project
	for which, secrets := range counts {
		which.Secrets = secrets
		projects = append(projects, which)
	}
	slices.SortFunc(projects, func(a, b inventory.Project) int {
		return cmp.Or(cmp.Compare(a.Region, b.Region), cmp.Compare(a.ProjectID, b.ProjectID))
	})
	return projects
}

// failedFor reports whether a failure concerns a secret, or its whole folder.
func (s *source) failedFor(at inventory.FolderRef, secret string) bool {
	return slices.ContainsFunc(s.failed[at], func(f inventory.Failure) bool {
		return f.Secret == "" ||
			f.Secret == secret
	})
}

// failedWhole reports whether a whole folder could not be read.
func (s *source) failedWhole(at inventory.FolderRef) bool { return s.failedFor(at, "") }

// String is the source as the subject of a sentence.
func (s *source) String() string {
	if s.live {
		return "Scaleway"
	}
	return "the Inventory"
}

// renew is the fix for an Inventory that is out of date.
const renew = `write the Inventory again with "cloison inventory"`

// then is a fix in Secret Manager, after which an Inventory must be written again.
func (s *source) then(fix string) string {
	if s.live {
		return fix
	}
	return fix + "; then " + renew
}

// unknown is the finding for something undecided, called what, because missing is not known. It is for what no failure
// explains.
func (s *source) unknown(field fieldpath.Path, what, missing string) finding.Finding {
	f := finding.Finding{
		Code: finding.InventoryOutdated, Severity: finding.Error, Field: field, Undecided: true,
		Message: what + ": the Inventory does not hold " + missing, Fix: renew,
	}
	if s.live {
		f.Code = finding.SecretManagerSilent
		f.Message = what + ": Scaleway was not asked for " + missing + ", or did not answer, and nothing says why"
		f.Fix = "run the check again"
	}
	return f
}

package paths

import (
	"cmp"
	"slices"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/inventory"
)

// source is what plans are held against: the Inventories, or what was read just now.
type source struct {
	live        bool
	inventories []*inventory.Inventory
	index       *inventory.Index
	// duplicates are the folders that are described more than once, repeated are their places. They are not used: which
	// description is true is not known.
	duplicates []inventory.Duplicate
	repeated   map[inventory.Place]bool
	// failures are what could not be read, failed the same by place.
	failures []inventory.Failure
	failed   map[inventory.Place][]inventory.Failure
	// uncounted are the projects of which it is not known how full they are.
	uncounted []inventory.Failure
}

// ofInventories joins the Inventories of the input.
func ofInventories(inventories []*inventory.Inventory) *source {
	s := &source{inventories: inventories, repeated: map[inventory.Place]bool{}}
	s.index, s.duplicates = inventory.NewIndex(inventories)
	for _, d := range s.duplicates {
		s.repeated[d.Place] = true
	}
	return s
}

// ofReading is what was read just now. Nothing read is nothing known.
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
	s.failed = map[inventory.Place][]inventory.Failure{}
	for _, f := range reading.Failures {
		s.failed[f.Place] = append(s.failed[f.Place], f)
	}
	return s
}

// folder finds a folder that is described once.
func (s *source) folder(at inventory.Place) (inventory.Folder, bool) {
	if s.repeated[at] {
		return inventory.Folder{}, false
	}
	return s.index.Folder(at)
}

// projects says how full the projects are, sorted; of several counts the greatest.
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

// failedFor says whether a failure says why something of a secret is not known.
func (s *source) failedFor(at inventory.Place, secret string) bool {
	return slices.ContainsFunc(s.failed[at], func(f inventory.Failure) bool {
		return f.Secret == "" ||
			f.Secret == secret
	})
}

// failedWhole says whether all of a folder could not be read.
func (s *source) failedWhole(at inventory.Place) bool { return s.failedFor(at, "") }

// String is the source as the subject of a sentence.
func (s *source) String() string {
	if s.live {
		return "Scaleway"
	}
	return "the Inventory"
}

// renew is how an Inventory is brought up to date.
const renew = `write the Inventory again with "cloison inventory"`

// then is a fix made in Scaleway, after which an Inventory is to be renewed.
func (s *source) then(fix string) string {
	if s.live {
		return fix
	}
	return fix + "; then " + renew
}

// unknown is the finding that something could not be decided, and what it takes is missing, where no failure says why.
func (s *source) unknown(field, what, missing string) finding.Finding {
	f := finding.Finding{
		Code: finding.InventoryOutdated, Severity: finding.Error, Field: field, Undecided: true,
		Message: what + ": the Inventory does not hold " + missing, Fix: renew,
	}
	if s.live {
		f.Code = finding.ScalewaySilent
		f.Message = what + ": Scaleway was not asked for " + missing + ", or did not answer, and nothing says why"
		f.Fix = "run the check again"
	}
	return f
}

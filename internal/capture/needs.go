package capture

import (
	"maps"
	"slices"
	"strconv"

	"cloison.dev/cloison/internal/inventory"
	"cloison.dev/cloison/internal/plan"
)

// folderNeeds is what must be known of one folder.
type folderNeeds struct {
	ref inventory.FolderRef
	// plan and component determine the API key that reads the folder.
	plan      *plan.Plan
	component string
	// secrets are those that the plans want, by name.
	secrets map[string]*secretNeeds
}

// latest means the latest enabled revision.
const latest = 0

// secretNeeds is what must be known of one secret, beyond its existence.
type secretNeeds struct {
	// revisions is true where the enabled revisions must be known.
	revisions bool
	// values has the gjson queries to try on the value of each revision, or of latest.
	values map[int][]string
}

// needsOf lists the folders of all secret groups, sorted.
func needsOf(plans []*plan.Plan) []*folderNeeds {
	folders := map[inventory.FolderRef]*folderNeeds{}
	for _, p := range plans {
		for _, component := range p.Components {
			for _, group := range component.Groups {
				at := inventory.FolderRefOf(group.Region, group.ProjectID, group.Folder)
				folder, known := folders[at]
				if !known {
					folder = &folderNeeds{ref: at, plan: p, component: component.Name,
						secrets: map[string]*secretNeeds{}}
					folders[at] = folder
				}
				folder.add(group, p.Revisions || p.Sync.Pin)
			}
		}
	}
	return slices.SortedFunc(maps.Values(folders), func(a, b *folderNeeds) int { return a.ref.Compare(b.ref) })
}

// add adds what a group needs. With revisions, the enabled revisions of every secret must be known.
func (f *folderNeeds) add(group plan.SecretGroup, revisions bool) {
	for _, entry := range slices.Concat(group.Entries, group.Optional) {
		secret := f.secret(entry.Secret)
		secret.revisions = secret.revisions || revisions || entry.Version != "" || entry.Property != ""
		if entry.Property != "" {
			secret.look(entry.Version, entry.Property)
		}
	}
	for _, extract := range group.Extract {
		secret := f.secret(extract.Secret)
		secret.revisions = true
		secret.look(extract.Version)
	}
}

func (f *folderNeeds) secret(name string) *secretNeeds {
	if f.secrets[name] == nil {
		f.secrets[name] = &secretNeeds{values: map[int][]string{}}
	}
	return f.secrets[name]
}

// look adds a value that must be read. An empty version means the latest enabled one.
func (s *secretNeeds) look(version string, queries ...string) {
	revision, err := strconv.Atoi(version)
	if err != nil {
		revision = latest // what else there may be has been refused with the Segregation
	}
	s.values[revision] = append(s.values[revision], queries...)
}

// queriesOf has the queries to try for each of the enabled revisions that must be read. enabled is ascending.
func (s *secretNeeds) queriesOf(enabled []int) map[int][]string {
	found := map[int][]string{}
	for revision, queries := range s.values {
		if revision == latest && len(enabled) > 0 {
			revision = enabled[len(enabled)-1]
		}
		if slices.Contains(enabled, revision) {
			found[revision] = append(found[revision], queries...)
		}
	}
	return found
}

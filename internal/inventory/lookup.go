package inventory

import (
	"fmt"
	"slices"
	"strings"
)

// PlaceOf is the place of a folder however it was written: the project in lower case, the path without slashes at its
// end. The root stays "/".
func PlaceOf(region, projectID, folder string) Place {
	path := strings.TrimRight(folder, "/")
	if path == "" {
		path = "/"
	}
	return Place{Region: region, ProjectID: strings.ToLower(projectID), Path: path}
}

// Described says where a folder is described: the i-th of the folders of an Inventory.
type Described struct {
	Inventory *Inventory
	// Folder counts from 0, in the order of the file.
	Folder int
}

// Field is the path of the folder in its Inventory. Format: spec.folders[3].
func (d Described) Field() string { return fmt.Sprintf("spec.folders[%d]", d.Folder) }

// Duplicate is a folder that is described more than once.
type Duplicate struct {
	Place Place
	// First is the description that an Index answers with.
	First, Again Described
}

// Index finds the folders of Inventories.
type Index struct {
	folders map[Place]Described
}

// NewIndex makes the folders of Inventories findable. Those that are described more than once come back too, in the
// order of the Inventories: it cannot be said which description is true.
func NewIndex(inventories []*Inventory) (*Index, []Duplicate) {
	index := &Index{folders: map[Place]Described{}}
	var duplicates []Duplicate
	for _, inventory := range inventories {
		for i, folder := range inventory.Spec.Folders {
			described := Described{Inventory: inventory, Folder: i}
			if first, taken := index.folders[folder.Place]; taken {
				duplicates = append(duplicates, Duplicate{Place: folder.Place, First: first, Again: described})
				continue
			}
			index.folders[folder.Place] = described
		}
	}
	return index, duplicates
}

// Folder finds a folder. It is not found where no Inventory describes it, which says nothing about what it holds.
func (x *Index) Folder(at Place) (Folder, bool) {
	described, found := x.folders[at]
	if !found {
		return Folder{}, false
	}
	return described.Inventory.Spec.Folders[described.Folder], true
}

// LatestEnabled is the newest revision whose value can be read; 0 means that there is none. known is false where it was
// not asked for.
func (s Secret) LatestEnabled() (revision int, known bool) {
	if s.Revision == 0 {
		return 0, true
	}
	if len(s.Enabled) == 0 {
		return 0, s.Enabled != nil
	}
	return slices.Max(s.Enabled), true
}

// Content says what the value of a revision holds. It is not found where the value was not looked at.
func (s Secret) Content(revision int) (Content, bool) {
	i := slices.IndexFunc(s.Contents, func(c Content) bool { return c.Revision == revision })
	if i < 0 {
		return Content{}, false
	}
	return s.Contents[i], true
}

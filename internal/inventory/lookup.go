package inventory

import (
	"slices"
	"strings"

	"cloison.dev/cloison/internal/fieldpath"
)

// FolderRefOf normalizes a reference: the project in lower case, the path without slashes at its end. The root stays
// "/".
func FolderRefOf(region, projectID, folder string) FolderRef {
	path := strings.TrimRight(folder, "/")
	if path == "" {
		path = "/"
	}
	return FolderRef{Region: region, ProjectID: strings.ToLower(projectID), Path: path}
}

// Described is one entry of the folders of an Inventory.
type Described struct {
	Inventory *Inventory
	// Folder counts from 0, in the order of the file.
	Folder int
}

// Field is the path of the folder in its Inventory. Format: spec.folders[3].
func (d Described) Field() fieldpath.Path { return fieldpath.Of("spec", "folders").Index(d.Folder) }

// Duplicate is a folder that is described more than once.
type Duplicate struct {
	FolderRef FolderRef
	// First is the description that an Index returns.
	First, Again Described
}

// Index finds the folders of Inventories.
type Index struct {
	folders map[FolderRef]Described
}

// NewIndex indexes the folders of Inventories. It also returns those that are described more than once, in the order of
// the Inventories: which description is true cannot be known.
func NewIndex(inventories []*Inventory) (*Index, []Duplicate) {
	index := &Index{folders: map[FolderRef]Described{}}
	var duplicates []Duplicate
	for _, inventory := range inventories {
		for i, folder := range inventory.Spec.Folders {
			described := Described{Inventory: inventory, Folder: i}
			if first, taken := index.folders[folder.FolderRef]; taken {
				duplicates = append(duplicates, Duplicate{FolderRef: folder.FolderRef, First: first, Again: described})
				continue
			}
			index.folders[folder.FolderRef] = described
		}
	}
	return index, duplicates
}

// Folder finds a folder. Where no Inventory describes it, nothing is known of its content.
func (x *Index) Folder(at FolderRef) (Folder, bool) {
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

// Content finds what is known of the value of a revision. It is not found where the value was not read.
func (s Secret) Content(revision int) (Content, bool) {
	i := slices.IndexFunc(s.Contents, func(c Content) bool { return c.Revision == revision })
	if i < 0 {
		return Content{}, false
	}
	return s.Contents[i], true
}

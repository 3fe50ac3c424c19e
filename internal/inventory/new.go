package inventory

import (
	"cmp"
	"slices"
)

// localConfig keeps hosts from applying an object (kpt's and kustomize's convention).
const localConfig = "config.kubernetes.io/local-config"

// New is an Inventory without folders that hosts do not apply.
func New(name string) *Inventory {
	return &Inventory{
		APIVersion: APIVersion,
		Kind:       Kind,
		Metadata:   Metadata{Name: name, Annotations: map[string]string{localConfig: "true"}},
		Spec:       Spec{Folders: []Folder{}},
	}
}

// Compare is the order of folders in an Inventory: by region, project and path.
func (p FolderRef) Compare(other FolderRef) int {
	return cmp.Or(cmp.Compare(p.Region, other.Region), cmp.Compare(p.ProjectID, other.ProjectID),
		cmp.Compare(p.Path, other.Path))
}

// Sort sorts everything as the comments of the types say.
func (i *Inventory) Sort() {
	slices.SortFunc(i.Spec.Projects, func(a, b Project) int {
		return cmp.Or(cmp.Compare(a.Region, b.Region), cmp.Compare(a.ProjectID, b.ProjectID))
	})
	slices.SortStableFunc(i.Spec.Folders, func(a, b Folder) int { return a.Compare(b.FolderRef) })
	for f := range i.Spec.Folders {
		folder := &i.Spec.Folders[f]
		slices.SortFunc(folder.Secrets, func(a, b Secret) int { return cmp.Compare(a.Name, b.Name) })
		for _, secret := range folder.Secrets {
			slices.Sort(secret.Enabled)
			slices.SortFunc(secret.Contents, func(a, b Content) int { return cmp.Compare(a.Revision, b.Revision) })
			for _, content := range secret.Contents {
				slices.Sort(content.Properties)
			}
		}
	}
}

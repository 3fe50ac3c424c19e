// Package roots finds in a repository what is deployed: the kustomizations that no other one is made of, and the folders
// of manifests that no kustomization names. Deciding is pure; reading the tree is beside it.
package roots

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"cloison.dev/cloison/internal/phrase"
)

// Tree is what is known of the files of a repository. Paths have slashes, and are relative to its top, which is ".".
type Tree struct {
	// Kustomizations are the folders that are one.
	Kustomizations []Kustomization
	// Files are the files that may be manifests, those inside of kustomizations included, sorted.
	Files []File
	// Charts are the folders of Helm charts. Nothing inside of them is read.
	Charts []string
	// Links are links to folders. They are not followed.
	Links []string
	// Deployed are the paths of folders that Flux and Argo CD are told to deploy, with what tells them.
	Deployed []Deployment
}

// Kustomization is a folder with a kustomization.yaml.
type Kustomization struct {
	Folder    string
	Component bool
	// Parts are the files and folders that it names, relative to the top.
	Parts []string
}

// File is one that may hold manifests.
type File struct {
	Path string
	// Instructions is true where it holds what is meant for Cloison, and nothing else.
	Instructions bool
}

// Deployment is a folder that somebody is told to deploy.
type Deployment struct {
	// Path may have the signs of patterns: * and ?.
	Path string
	// By names the object that says so.
	By string
}

// Root is what is deployed, and checked on its own.
type Root struct {
	// Path is that of the folder.
	Path string
	// Kustomization is true where the folder is built; else Files are read.
	Kustomization bool
	Files         []string
	// Instructions are the files with Segregations, Inventories and Clusters that lie above it, the nearest first.
	Instructions []string
}

// LeftOut is what is not checked on its own.
type LeftOut struct{ Path, Reason string }

// Found is what there is in a repository.
type Found struct {
	// Roots are sorted by their path.
	Roots   []Root
	LeftOut []LeftOut
	// Charts are folders that may be deployed, and of which nothing is known.
	Charts []string
	// Instructions are files for Cloison that are above no root.
	Instructions []string
}

// Find decides what is deployed.
func Find(t Tree) Found {
	f := finder{tree: t, usedBy: t.usedBy(), folder: map[string]bool{}, around: map[string]bool{}}
	for _, k := range t.Kustomizations {
		f.folder[k.Folder] = true
		for at := k.Folder; !f.around[at]; at = path.Dir(at) {
			f.around[at] = true
		}
	}
	f.kustomizations()
	f.folders()
	f.instructions()
	f.found.Charts = t.Charts
	for _, link := range t.Links {
		f.leaveOut(link, "a link to a folder, which is checked where it lies; where that is elsewhere, name it")
	}
	slices.SortFunc(f.found.Roots, func(a, b Root) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), compareBool(b.Kustomization, a.Kustomization))
	})
	slices.SortFunc(f.found.LeftOut, func(a, b LeftOut) int { return cmp.Compare(a.Path, b.Path) })
	return f.found
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

type finder struct {
	tree   Tree
	usedBy map[string][]string
	// folder has those that are a kustomization, around those and the folders around them.
	folder, around map[string]bool
	found          Found
}

// usedBy has, for each file and folder, the kustomizations that name it. One that names itself does not count.
func (t Tree) usedBy() map[string][]string {
	used := map[string][]string{}
	for _, k := range t.Kustomizations {
		for _, part := range k.Parts {
			if part != k.Folder && !slices.Contains(used[part], k.Folder) {
				used[part] = append(used[part], k.Folder)
			}
		}
	}
	return used
}

// deployedBy is what is told to deploy a folder; empty where nothing is.
func (t Tree) deployedBy(folder string) string {
	for _, d := range t.Deployed {
		if is, err := path.Match(d.Path, folder); err == nil && is || d.Path == folder {
			return d.By
		}
	}
	return ""
}

// kustomizations parts those that are deployed from those that are parts of others. Where all are parts of each other,
// as in a circle, all are deployed: building them says what is wrong.
func (f *finder) kustomizations() {
	for _, k := range f.tree.Kustomizations {
		users := f.usedBy[k.Folder]
		switch {
		case k.Component && len(users) == 0:
			f.leaveOut(k.Folder, "a Component that no kustomization names")
		case k.Component:
			f.leaveOut(k.Folder, "a Component of "+few(users))
		case f.tree.deployedBy(k.Folder) == "" && len(users) > 0 && !f.inCircle(k.Folder):
			f.leaveOut(k.Folder, "a part of "+few(users))
		default:
			f.found.Roots = append(f.found.Roots, Root{Path: k.Folder, Kustomization: true})
		}
	}
}

// inCircle reports whether a kustomization is, over others, a part of itself.
func (f *finder) inCircle(folder string) bool {
	seen := map[string]bool{}
	next := slices.Clone(f.usedBy[folder])
	for len(next) > 0 {
		user := next[0]
		next = next[1:]
		if user == folder {
			return true
		}
		if !seen[user] {
			seen[user] = true
			next = append(next, f.usedBy[user]...)
		}
	}
	return false
}

func few(names []string) string {
	const most = 3
	names = slices.Clone(names)
	slices.Sort(names)
	return phrase.And(most, names)
}

func (f *finder) leaveOut(name, reason string) {
	f.found.LeftOut = append(f.found.LeftOut, LeftOut{name, reason})
}

// folders puts the manifests that are in no kustomization together: each folder in and below which there is no
// kustomization is one, with all that is below it; the files of the folders above are one each.
func (f *finder) folders() {
	within := map[string][]string{}
	for _, file := range f.tree.Files {
		k, inside := f.kustomizationAround(file.Path)
		deployed := f.deployedAround(file.Path, k)
		switch {
		case f.isNamed(file.Path), file.Instructions && !inside:
		case deployed != "":
			within[deployed] = append(within[deployed], file.Path)
		case inside:
			f.leaveOut(file.Path, "lies in a kustomization that does not name it")
		default:
			folder := f.topmost(path.Dir(file.Path))
			within[folder] = append(within[folder], file.Path)
		}
	}
	for folder, files := range within {
		f.found.Roots = append(f.found.Roots, Root{Path: folder, Files: files})
	}
}

// isNamed reports whether a kustomization names a file, or a folder around it that is none itself.
func (f *finder) isNamed(name string) bool {
	for at := name; at != "." && !f.folder[at]; at = path.Dir(at) {
		if len(f.usedBy[at]) > 0 {
			return true
		}
	}
	return false
}

// deployedAround is the folder of a file that is deployed though it is no kustomization, inside of the kustomization
// around it; empty where there is none.
func (f *finder) deployedAround(file, kustomization string) string {
	for at := path.Dir(file); at != "."; at = path.Dir(at) {
		if at == kustomization {
			return ""
		}
		if f.tree.deployedBy(at) != "" {
			return at
		}
	}
	return ""
}

// kustomizationAround is the nearest folder around a file that is a kustomization.
func (f *finder) kustomizationAround(file string) (folder string, inside bool) {
	for at := path.Dir(file); ; at = path.Dir(at) {
		if f.folder[at] {
			return at, true
		}
		if at == "." {
			return "", false
		}
	}
}

// topmost is the highest folder around another, or that itself, below which there is no kustomization.
func (f *finder) topmost(folder string) string {
	for folder != "." && !f.around[path.Dir(folder)] && !f.around[folder] {
		folder = path.Dir(folder)
	}
	return folder
}

// isIn reports whether a path is a folder, or inside of it.
func isIn(name, folder string) bool {
	return folder == "." || name == folder || strings.HasPrefix(name, folder+"/")
}

// instructions gives each root the files for Cloison that lie in a folder around it.
func (f *finder) instructions() {
	for _, file := range f.tree.Files {
		if _, inside := f.kustomizationAround(file.Path); !file.Instructions || inside || f.isNamed(file.Path) {
			continue
		}
		used := false
		for i := range f.found.Roots {
			root := &f.found.Roots[i]
			if isIn(root.Path, path.Dir(file.Path)) {
				root.Instructions = append(root.Instructions, file.Path)
				used = true
			}
		}
		if !used {
			f.found.Instructions = append(f.found.Instructions, file.Path)
		}
	}
}

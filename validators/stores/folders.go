package stores

import (
	"cmp"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"cloison.dev/cloison/internal/eso"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/secretflow"
	"cloison.dev/cloison/internal/verdict"
	"cloison.dev/cloison/validators/stores/result"
)

// folderKey is a folder of a project in a region. Where a ClusterSecretStore is not in the input, its name stands for
// the project.
type folderKey struct{ project, region, folder string }

func (k folderKey) in(folder string) folderKey { return folderKey{k.project, k.region, folder} }

// folderOf is what a read reads from; not known of other providers, names, ids, and SecretStores that are not in the
// input.
func folderOf(read *secretflow.Read) (key folderKey, known bool) {
	switch {
	case read.Remote.Folder == "" || read.Remote.Folder[0] != '/' || read.Generates:
		return key, false
	case read.Store == nil:
		return folderKey{"ClusterSecretStore " + read.StoreRef.Name, "",
			read.Remote.Folder}, read.StoreRef.Kind == "ClusterSecretStore"
	}
	return folderKey{strings.ToLower(read.Store.ProjectID), read.Store.Region, read.Remote.Folder}, read.Store.Scaleway
}

// reads are those of one folder, by namespace.
type folderReads map[string][]*secretflow.Read

// sharedFolders finds folders that two components read, and folders that contain another component's. Where
// Segregations declare the folders, other checks hold the manifests against them.
func (c *checker) sharedFolders() verdict.Result {
	if c.declared != nil {
		return verdict.Result{}
	}
	folders := map[folderKey]folderReads{}
	out := result.New(result.Relations)
	r := &sharing{checker: c, Result: out, folders: folders, seen: map[verdict.Subject]bool{}}
	for i := range c.graph.Reads {
		read := &c.graph.Reads[i]
		key, known := folderOf(read)
		// What a ClusterExternalSecret spreads is a finding of its own.
		if !known || read.By.Kind == eso.ClusterExternalSecretKind || c.scope.Of(read.Target.Namespace) == nil {
			continue
		}
		if folders[key] == nil {
			folders[key] = folderReads{}
		}
		folders[key][read.Target.Namespace] = append(folders[key][read.Target.Namespace], read)
		r.Answer(read.By, read.Field, "folder")
	}
	keys := slices.SortedFunc(maps.Keys(folders), func(a, b folderKey) int {
		return cmp.Or(cmp.Compare(a.folder, b.folder), cmp.Compare(a.project, b.project),
			cmp.Compare(a.region, b.region))
	})
	for _, key := range keys {
		r.sharedFolder(key, folders[key])
	}
	for _, key := range keys {
		r.containingFolders(key)
	}
	return out.Result
}

// sharing collects what is wrong with folders, once for each object and folder.
type sharing struct {
	*checker
	*result.Result
	folders map[folderKey]folderReads
	seen    map[verdict.Subject]bool
}

// isFirst reports whether nothing was found yet about an object and a folder.
func (r *sharing) isFirst(o *objects.Object, folder string) bool {
	at := verdict.Subject{Object: o, Question: folder}
	first := !r.seen[at]
	r.seen[at] = true
	return first
}

// owner is the component with the best claim to a folder: its namespace has the folder's name, or it reads most.
func (f folderReads) owner(folder string) string {
	names := slices.Sorted(maps.Keys(f))
	best := names[0]
	for _, name := range names {
		if name == path.Base(folder) {
			return name
		}
		if len(f[name]) > len(f[best]) {
			best = name
		}
	}
	return best
}

func (r *sharing) sharedFolder(key folderKey, reads folderReads) {
	if len(reads) < 2 {
		return
	}
	owner := reads.owner(key.folder)
	for _, namespace := range slices.Sorted(maps.Keys(reads)) {
		if namespace == owner {
			continue
		}
		for _, read := range reads[namespace] {
			if !r.isFirst(read.By, key.folder) {
				continue
			}
			theirs := sameSecret(reads[owner], read)
			r.Report(read.By, finding.Finding{
				Code: finding.ForeignFolder, Severity: finding.Error, Field: read.ReferenceField(),
				Message: fmt.Sprintf("folder %q is read by %s and by %s; each component must have a folder of its own",
					key.folder, r.name(namespace), r.name(owner)),
				Counterexample: fmt.Sprintf("%s reads %s, and %s reads %s", describe(read), key.folder,
					describe(theirs),
					key.folder),
				Fix: fmt.Sprintf("move what %s needs into a folder of its own, and read it from there",
					r.name(namespace)),
			})
		}
	}
}

// sameSecret prefers a read of the same secret over the first one.
func sameSecret(reads []*secretflow.Read, as *secretflow.Read) *secretflow.Read {
	for _, read := range reads {
		if read.Remote.Name == as.Remote.Name && read.Remote.Name != "" {
			return read
		}
	}
	return reads[0]
}

// describe is who reads what: ExternalSecret shop-ui/app key DSN from secret dsn.
func describe(read *secretflow.Read) string {
	text := read.By.String()
	if read.Key != "" {
		text += " key " + read.Key
	}
	if read.Remote.Name != "" {
		text += " from secret " + read.Remote.Name
	}
	return text
}

// containingFolders finds folders in which another component's folder is.
func (r *sharing) containingFolders(inner folderKey) {
	for folder := inner.folder; folder != "/"; {
		folder = path.Dir(folder)
		outer := r.folders[inner.in(folder)]
		for _, namespace := range slices.Sorted(maps.Keys(outer)) {
			theirs := otherThan(r.folders[inner], namespace)
			read := outer[namespace][0]
			if theirs == nil || !r.isFirst(read.By, folder) {
				continue
			}
			r.Report(read.By, finding.Finding{
				Code: finding.ForeignFolder, Severity: finding.Warning, Field: read.ReferenceField(),
				Message: fmt.Sprintf("folder %q of %s contains folder %q of %s: an API key that is confined to the "+
					"one may read the other",
					folder, r.name(namespace), inner.folder, r.name(theirs.Target.Namespace)),
				Counterexample: fmt.Sprintf("%s; %s", describe(read), describe(theirs)),
				Fix:            "use folders that do not contain one another",
			})
		}
	}
}

func otherThan(reads folderReads, namespace string) *secretflow.Read {
	for _, name := range slices.Sorted(maps.Keys(reads)) {
		if name != namespace {
			return reads[name][0]
		}
	}
	return nil
}

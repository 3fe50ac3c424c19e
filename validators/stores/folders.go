package stores

import (
	"cmp"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/secretflow"
	"cloison.dev/cloison/internal/verdict"
	"cloison.dev/cloison/validators/stores/explaining"
)

// folderKey is a folder of a project in a region.
type folderKey struct{ project, region, folder string }

func (k folderKey) in(folder string) folderKey { return folderKey{k.project, k.region, folder} }

// folderOf is what a read reads from; not known of other providers, names, ids, and stores that are not in the input.
func folderOf(read *secretflow.Read) (key folderKey, known bool) {
	switch {
	case read.Remote.Folder == "" || read.Remote.Folder[0] != '/' || read.Generates:
		return key, false
	case read.Store == nil:
		return key, false
	}
	return folderKey{strings.ToLower(read.Store.ProjectID), read.Store.Region, read.Remote.Folder}, read.Store.Scaleway
}

// folderReads are the reads of one folder, by namespace.
type folderReads map[string][]*secretflow.Read

// sharedFolders finds folders that two components read, and folders that contain another component's. Where
// Segregations declare the folders, other checks compare the manifests with them.
func (j *judge) sharedFolders() verdict.Result {
	if j.components.Planned {
		return verdict.Result{}
	}
	folders := map[folderKey]folderReads{}
	s := &sharing{
		judge: j, found: explaining.New(explaining.OfRelations), folders: folders, seen: map[reader]bool{},
	}
	for _, read := range j.ownReads() {
		key, known := folderOf(read)
		if !known {
			continue
		}
		if folders[key] == nil {
			folders[key] = folderReads{}
		}
		folders[key][read.Target.Namespace] = append(folders[key][read.Target.Namespace], read)
		s.found.Decide(read.By, read.Field, explaining.Folder)
	}
	keys := slices.SortedFunc(maps.Keys(folders), func(a, b folderKey) int {
		return cmp.Or(cmp.Compare(a.folder, b.folder), cmp.Compare(a.project, b.project),
			cmp.Compare(a.region, b.region))
	})
	for _, key := range keys {
		s.sharedFolder(key, folders[key])
	}
	for _, key := range keys {
		s.containingFolders(key)
	}
	return s.found.Result
}

// sharing collects what is wrong with folders, once for each object and folder.
type sharing struct {
	judge   *judge
	found   *explaining.Findings
	folders map[folderKey]folderReads
	seen    map[reader]bool
}

// reader is an object that reads a folder, or one around it.
type reader struct {
	by     *objects.Object
	folder string
}

// isFirst reports whether nothing was found yet about an object and a folder.
func (s *sharing) isFirst(o *objects.Object, folder string) bool {
	first := !s.seen[reader{o, folder}]
	s.seen[reader{o, folder}] = true
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

func (s *sharing) sharedFolder(key folderKey, reads folderReads) {
	if len(reads) < 2 {
		return
	}
	owner := reads.owner(key.folder)
	for _, namespace := range slices.Sorted(maps.Keys(reads)) {
		if namespace == owner {
			continue
		}
		for _, read := range reads[namespace] {
			if !s.isFirst(read.By, key.folder) {
				continue
			}
			theirs := sameSecretIn(reads[owner], read)
			s.report(read, theirs, finding.Finding{
				Code: finding.ForeignFolder, Severity: finding.Error, Field: read.ReferenceField(),
				Message: fmt.Sprintf("folder %q is read by %s and by %s; each component must have a folder of its own",
					key.folder, s.judge.name(namespace), s.judge.name(owner)),
				Counterexample: fmt.Sprintf("%s reads %s, and %s reads %s", describe(read), key.folder,
					describe(theirs),
					key.folder),
				Fix: fmt.Sprintf("move what %s needs into a folder of its own, and read it from there",
					s.judge.name(namespace)),
				Lead: finding.NewLead(filled(read), filled(reads[owner]...)),
			})
		}
	}
}

// report adds a finding about two reads. It is not decided where one of them is perhaps not there.
func (s *sharing) report(read, theirs *secretflow.Read, f finding.Finding) {
	for _, one := range []*secretflow.Read{read, theirs} {
		if one.Unsure && !f.Undecided {
			f.Severity, f.Undecided, f.Counterexample, f.Lead = finding.Warning, true, "", nil
			f.Message += unsureIn(one.Target.Namespace)
		}
	}
	s.found.Report(read.By, f)
}

// sameSecretIn prefers a read of the same secret over the first one.
func sameSecretIn(reads []*secretflow.Read, as *secretflow.Read) *secretflow.Read {
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
func (s *sharing) containingFolders(inner folderKey) {
	for folder := inner.folder; folder != "/"; {
		folder = path.Dir(folder)
		outer := s.folders[inner.in(folder)]
		for _, namespace := range slices.Sorted(maps.Keys(outer)) {
			theirs := otherThan(s.folders[inner], namespace)
			read := outer[namespace][0]
			if theirs == nil || !s.isFirst(read.By, folder) {
				continue
			}
			s.report(read, theirs, finding.Finding{
				Code: finding.ForeignFolder, Severity: finding.Warning, Field: read.ReferenceField(),
				Message: fmt.Sprintf("folder %q of %s contains folder %q of %s: an API key that is confined to the "+
					"one may read the other",
					folder, s.judge.name(namespace), inner.folder, s.judge.name(theirs.Target.Namespace)),
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

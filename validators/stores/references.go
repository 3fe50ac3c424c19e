package stores

import (
	"fmt"
	"strings"
	"sync"

	"cloison.dev/cloison/internal/eso"
	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/form"
	"cloison.dev/cloison/internal/secretflow"
	"cloison.dev/cloison/internal/verdict"
)

// What Scaleway can hold.
//
// Source: the API's reference of Secret Manager; FACTS of the project, "Scaleway Secret Manager".
var (
	secretForm  = form.New(`^[_a-zA-Z0-9]([-_.a-zA-Z0-9]*[_a-zA-Z0-9])?$`)
	segmentForm = form.New(`^[-_.a-zA-Z0-9]{1,255}$`)
)

// references judges what ExternalSecrets refer to: can it be, and is it only one thing.
func (c *checker) references() verdict.Result {
	r := newResult(precedenceReferences)
	readers := sync.OnceValue(c.projectReaders)
	seen := map[verdict.Subject]bool{}
	for i := range c.graph.Reads {
		read := &c.graph.Reads[i]
		// A ClusterExternalSecret has the same entry in many namespaces.
		entry := verdict.Subject{Object: read.By, Field: read.Field}
		if seen[entry] {
			continue
		}
		if seen[entry] = true; read.Store != nil && !read.Store.Scaleway {
			continue
		}
		f := fields{c, r, read.By}
		switch read.Kind {
		case eso.ReadValue, eso.ReadExtract:
			f.reference(read)
		case eso.ReadFind:
			f.search(read, readers)
		case eso.ReadGenerator:
			continue
		}
		if read.Remote.Form != eso.FormID {
			r.decide(read.By, read.Field, "reference")
		}
	}
	return r.Result
}

// referenceField is the field that names what is read.
func referenceField(read *secretflow.Read) fieldpath.Path {
	switch read.Kind {
	case eso.ReadExtract:
		return read.Field.Child("extract", "key")
	case eso.ReadFind:
		return read.Field.Child("find", "path")
	case eso.ReadGenerator:
		return read.Field.Child("sourceRef", "generatorRef")
	}
	return read.Field.Child("remoteRef", "key")
}

func (f fields) reference(read *secretflow.Read) {
	field, remote := referenceField(read), read.Remote
	if remote.Name == "" && remote.Form == "" || f.placeholder(field, remote.Folder+"/"+remote.Name) {
		return // there is none at all
	}
	switch remote.Form {
	case eso.FormID:
		f.byID(field, remote.Name)
	case eso.FormName:
		f.byName(field, remote.Name)
	case eso.FormPath:
		f.byPath(field, remote)
	default:
		f.impossible(field,
			fmt.Sprintf("%q is no reference to a secret of Scaleway; it must be path:/folder/name", remote.Name),
			pathOf(remote.Name))
	}
}

// pathOf guesses the reference that was meant.
func pathOf(name string) string {
	name = strings.Trim(name, "/")
	if !strings.Contains(name, "/") {
		return "write path:/folder/" + name
	}
	return "write path:/" + name
}

func (f fields) impossible(field fieldpath.Path, message, fix string) {
	f.unless(finding.Finding{Code: finding.ImpossibleName, Severity: finding.Error, Field: field, Message: message,
		Fix: fix})
}

func (f fields) byID(field fieldpath.Path, id string) {
	if !projectForm().MatchString(id) {
		f.impossible(field, fmt.Sprintf("%q is no id; it must be a UUID", id), "write path:/folder/name")
		return
	}
	f.unless(finding.Finding{
		Code: finding.IDReference, Severity: finding.Warning, Field: field, Undecided: true,
		Message: "a reference by id may mean a secret of any folder; whose it is was not checked", Fix: "write path:/folder/name",
	})
}

func (f fields) byName(field fieldpath.Path, name string) {
	switch {
	case strings.Contains(name, "/"):
		f.impossible(field, fmt.Sprintf("%q can never be found: a secret's name has no slash, its folder is a field of "+
			"its own", "name:"+name), pathOf(name))
	case !secretForm().MatchString(name):
		f.impossible(field, fmt.Sprintf("%q is no name of a secret; it must be letters, digits, dashes, underscores and dots", name), "")
	default:
		f.unless(finding.Finding{
			Code: finding.NameReference, Severity: f.severity(), Field: field,
			Message: fmt.Sprintf("%q means the first secret of that name in any folder of the project", "name:"+name),
			Fix:     "write path:/folder/" + name,
		})
	}
}

func (f fields) byPath(field fieldpath.Path, remote secretflow.Remote) {
	switch {
	case remote.Folder == "":
		f.impossible(field, fmt.Sprintf("%q is no path; it must start with a slash", "path:"+remote.Name),
			pathOf(remote.Name))
	case remote.Name == "":
		f.impossible(field, fmt.Sprintf("%q names no secret: it ends in a slash", namedFolder(remote.Folder)),
			"write path:/folder/name")
	case !secretForm().MatchString(remote.Name):
		f.impossible(field, fmt.Sprintf("%q is no name of a secret; it must be letters, digits, dashes, underscores and dots", remote.Name), "")
	default:
		f.folder(field, remote.Folder)
	}
}

// namedFolder is a path without a name.
func namedFolder(folder string) string {
	if folder == "/" {
		return "path:/"
	}
	return "path:" + folder + "/"
}

// folder judges a path that starts with a slash.
func (f fields) folder(field fieldpath.Path, folder string) bool {
	if folder == "/" {
		return true
	}
	for segment := range strings.SplitSeq(folder[1:], "/") {
		if !segmentForm().MatchString(segment) {
			f.impossible(field, fmt.Sprintf("%q is no folder; between slashes must be letters, digits, dashes, underscores "+
				"and dots", folder), "")
			return false
		}
	}
	return true
}

func (f fields) search(read *secretflow.Read, readers func() map[string][]*secretflow.Read) {
	field, folder := referenceField(read), read.Remote.Folder
	switch {
	case folder == "":
		f.searchEverywhere(read, otherReader(readers(), read))
	case f.placeholder(field, folder):
	case folder[0] != '/':
		f.impossible(field, fmt.Sprintf("%q is no folder; it must start with a slash", folder), "write path: /"+folder)
	case f.folder(field, folder) && read.DataFrom.Find.HasTrailingSlash():
		f.unless(finding.Finding{
			Code: finding.ImpossibleName, Severity: finding.Warning, Field: field, Undecided: true,
			Message: fmt.Sprintf("the folder %q ends in a slash; whether Scaleway finds it like that is not documented",
				folder+"/"),
			Fix: "write path: " + folder,
		})
	}
}

// searchEverywhere reports a search without a folder: an error where another component's secrets are in the project, as
// other, if there is one, shows.
func (f fields) searchEverywhere(read, other *secretflow.Read) {
	severity, example := finding.Warning, ""
	if other != nil {
		severity = finding.Error
		example = fmt.Sprintf("%s reads %s in the same project, so the search finds what is there", other.By,
			other.Remote.Folder)
	}
	f.reportUnless(f.o, []fieldpath.Path{referenceField(read)}, finding.Finding{
		Code: finding.FindWithoutPath, Severity: severity, Field: read.Field.Child("find"),
		Message:        "the search has no path, so it looks into every folder of the project that the API key may list",
		Counterexample: example, Fix: "set path to the component's folder",
	})
}

// otherReader is a read of another component from a folder of the same project; nil where there is none.
func otherReader(readers map[string][]*secretflow.Read, of *secretflow.Read) *secretflow.Read {
	for _, read := range readers[strings.ToLower(of.Remote.ProjectID)] {
		if read.Target.Namespace != of.Target.Namespace {
			return read
		}
	}
	return nil
}

// projectReaders has, for each project, reads of folders by two components at most: that is enough to find another one.
func (c *checker) projectReaders() map[string][]*secretflow.Read {
	readers := map[string][]*secretflow.Read{}
	for i := range c.graph.Reads {
		read := &c.graph.Reads[i]
		project := strings.ToLower(read.Remote.ProjectID)
		if project == "" || read.Remote.Folder == "" || c.scope.Of(read.Target.Namespace) == nil {
			continue
		}
		known := readers[project]
		if len(known) == 0 || len(known) == 1 && known[0].Target.Namespace != read.Target.Namespace {
			readers[project] = append(known, read)
		}
	}
	return readers
}

package api

import (
	"fmt"
	"strings"

	"cloison.dev/cloison/internal/eso"
	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/secretflow"
	"cloison.dev/cloison/internal/syntax"
	"cloison.dev/cloison/internal/verdict"
	"cloison.dev/cloison/validators/stores/explaining"
)

// References judges what ExternalSecrets refer to: can it be, and is it only one thing. ambiguous is the severity of a
// reference by name, which may mean secrets of several folders. A search without a folder is not judged, and neither is
// a read that does not come from Scaleway as far as isScaleway knows.
func References(
	reads []secretflow.Read, isScaleway func(*secretflow.Read) bool, ambiguous finding.Severity,
) verdict.Result {
	r := explaining.New(explaining.OfReferences)
	type entry struct {
		by    *objects.Object
		field fieldpath.Path
	}
	seen := map[entry]bool{}
	for i := range reads {
		read := &reads[i]
		// A ClusterExternalSecret has the same entry in many namespaces.
		at := entry{read.By, read.Field}
		if seen[at] {
			continue
		}
		if seen[at] = true; read.Generates || !isScaleway(read) {
			continue
		}
		f := fields{Findings: r, o: read.By}
		f.revision(read)
		switch read.Kind {
		case eso.ReadValue, eso.ReadExtract:
			f.reference(read, ambiguous)
		case eso.ReadFind:
			f.search(read)
		case eso.ReadGenerator:
		}
		if read.Remote.Form != eso.FormID {
			r.Decide(read.By, read.Field, explaining.Reference)
		}
	}
	return r.Result
}

// revision judges the version that is read.
func (f fields) revision(read *secretflow.Read) {
	if read.Version == "" || variableForm.Matches(read.Version) || IsPlaceholder(read.Version) ||
		syntax.RevisionSelector.Matches(read.Version) {
		return
	}
	f.invalid(read.ReferenceField().Parent().Child("version"),
		fmt.Sprintf("%q is no revision; it must be a number, latest or latest_enabled", read.Version), "")
}

func (f fields) reference(read *secretflow.Read, ambiguous finding.Severity) {
	field, remote := read.ReferenceField(), read.Remote
	if remote.Name == "" && remote.Form == "" || f.placeholder(field, remote.Folder+"/"+remote.Name) {
		return // what is missing, or a placeholder, is a finding of its own
	}
	switch remote.Form {
	case eso.FormID:
		f.byID(field, remote.Name)
	case eso.FormName:
		f.byName(field, remote.Name, ambiguous)
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

// noSecretName reports what is no name of a secret.
func (f fields) noSecretName(field fieldpath.Path, name string) {
	f.impossible(field,
		fmt.Sprintf("%q is no name of a secret; it must be letters, digits, dashes, underscores and dots", name), "")
}

func (f fields) byID(field fieldpath.Path, id string) {
	if !syntax.UUID.Matches(id) {
		f.impossible(field, fmt.Sprintf("%q is no id; it must be a UUID", id), "write path:/folder/name")
		return
	}
	f.unless(finding.Finding{
		Code: finding.IDReference, Severity: finding.Warning, Field: field, Undecided: true,
		Message: "a reference by id may mean a secret of any folder; whose it is was not checked",
		Fix:     "write path:/folder/name",
	})
}

func (f fields) byName(field fieldpath.Path, name string, ambiguous finding.Severity) {
	switch {
	case strings.Contains(name, "/"):
		f.impossible(field, fmt.Sprintf("%q can never be found: a secret's name has no slash, its folder is a field "+
			"of its own", "name:"+name), pathOf(name))
	case !syntax.SecretName.Matches(name):
		f.noSecretName(field, name)
	default:
		f.unless(finding.Finding{
			Code: finding.NameReference, Severity: ambiguous, Field: field,
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
	case !syntax.SecretName.Matches(remote.Name):
		f.noSecretName(field, remote.Name)
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
		if !syntax.PathSegment.Matches(segment) {
			f.impossible(field, fmt.Sprintf("%q is no folder; between slashes must be letters, digits, dashes, "+
				"underscores and dots", folder), "")
			return false
		}
	}
	return true
}

// search judges the folder of a search.
func (f fields) search(read *secretflow.Read) {
	field, folder := read.ReferenceField(), read.Remote.Folder
	switch {
	case folder == "":
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

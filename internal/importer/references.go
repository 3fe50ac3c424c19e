package importer

import (
	"path"
	"regexp"
	"strings"

	"cloison.dev/cloison/internal/form"
	"cloison.dev/cloison/internal/spec"
)

// reference is the place of a value in Scaleway. folder is empty where it is not known.
type reference struct {
	folder, name string
	// doubt says what had to be guessed; empty where nothing was.
	doubt string
}

// What had to be guessed of references. Each is a plural sentence: many keys share a mistake.
const (
	doubtSlash  = "references of the form name:FOLDER/NAME find nothing, as names hold no slash: they are understood as folder and name"
	doubtName   = "references of the form name: do not say the folder, and the first secret of that name in any folder is taken: they are understood as secrets of the group's own folder"
	doubtForm   = "references need a form (path:/FOLDER/NAME) and find nothing without it: they are understood as folder and name"
	doubtRooted = "references of the form path: start with a slash: it is added"
)

// secretNameForm is the form of a Scaleway secret's name (Scaleway's API documentation).
var secretNameForm = form.New(`^[_a-zA-Z0-9]([-_.a-zA-Z0-9]*[_a-zA-Z0-9])?$`)

// parseReference reads what the operator takes as key of a remoteRef. It is false for what says neither folder nor name: an
// id, or something that is no reference.
func parseReference(key string) (reference, bool) {
	kind, value, hasForm := strings.Cut(key, ":")
	if !hasForm {
		kind, value = "", key
	}
	inFolder := strings.Contains(value, "/")
	ref := reference{name: value}
	if inFolder {
		clean := path.Clean("/" + value)
		ref.folder, ref.name = path.Dir(clean), path.Base(clean)
	}
	switch {
	case kind == "path" && !strings.HasPrefix(value, "/"):
		ref.doubt = doubtRooted
	case kind == "path":
	case kind == "name" && inFolder:
		ref.doubt = doubtSlash
	case kind == "name":
		ref.doubt = doubtName
	case kind == "":
		ref.doubt = doubtForm
	default:
		return ref, false
	}
	return ref, secretNameForm.Matches(ref.name)
}

// exactName is the name that a search for exactly one name finds; empty for any other search.
func exactName(expression string) string {
	inner, starts := strings.CutPrefix(expression, "^")
	inner, ends := strings.CutSuffix(inner, "$")
	name := strings.ReplaceAll(inner, `\`, "")
	if !starts || !ends || regexp.QuoteMeta(name) != inner && name != inner || !secretNameForm.Matches(name) {
		return ""
	}
	return name
}

// revision is the revision of a Segregation, and whether it means what the manifest means.
func revision(written string) (spec.Revision, bool) {
	switch written {
	case "", spec.LatestEnabled:
		return "", true
	case "latest":
		return "", false
	}
	return spec.Revision(written), spec.Revision(written).Valid()
}

package importer

import (
	"path"
	"strings"

	"cloison.dev/cloison/internal/eso"
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
	doubtSlash = "references of the form name:FOLDER/NAME find nothing, as names hold no slash: they are understood " +
		"as folder and name"
	doubtName = "references of the form name: do not say the folder, and the first secret of that name in any folder " +
		"is taken: they are understood as secrets of the group's own folder"
	doubtForm = "references need a form (path:/FOLDER/NAME) and find nothing without it: they are understood as " +
		"folder and name"
	doubtRooted = "references of the form path: start with a slash: it is added"
)

// secretNameForm is the form of a Scaleway secret's name (Scaleway's API documentation).
var secretNameForm = form.New(`^[_a-zA-Z0-9]([-_.a-zA-Z0-9]*[_a-zA-Z0-9])?$`)

// parseReference reads what the operator takes as key of a remoteRef, and guesses what was meant where that finds
// nothing. It is false for what says neither folder nor name: an id, or something that is no reference.
func parseReference(key string) (reference, bool) {
	parsed := eso.ParseReference(key)
	value := strings.TrimPrefix(key, parsed.Form+":")
	ref := reference{name: value}
	inFolder := strings.Contains(value, "/")
	if inFolder {
		clean := path.Clean("/" + value)
		ref.folder, ref.name = path.Dir(clean), path.Base(clean)
	}
	switch {
	case parsed.Form == eso.FormPath && !strings.HasPrefix(value, "/"):
		ref.doubt = doubtRooted
	case parsed.Form == eso.FormPath:
	case parsed.Form == eso.FormName && inFolder:
		ref.doubt = doubtSlash
	case parsed.Form == eso.FormName:
		ref.doubt = doubtName
	case parsed.Form == "" && !strings.Contains(key, ":"):
		ref.doubt = doubtForm
	default:
		return ref, false
	}
	return ref, secretNameForm.Matches(ref.name)
}

// exactName is the name that a search for exactly one name finds; empty for any other search. Dots need not be
// escaped: it is one name that was meant.
func exactName(find *eso.Find) string {
	name := find.OnlyName()
	if name == "" {
		inner, starts := strings.CutPrefix(find.Expression(), "^")
		inner, ends := strings.CutSuffix(inner, "$")
		if starts && ends {
			name = inner
		}
	}
	if !secretNameForm.Matches(name) {
		return ""
	}
	return name
}

// revision is the revision of a Segregation, and whether it means what the manifest means.
func revision(written string) (spec.Revision, bool) {
	switch written {
	case "", eso.LatestEnabled:
		return "", true
	case "latest":
		return "", false
	}
	return spec.Revision(written), spec.Revision(written).Valid()
}

package externalsecrets

import (
	"path"
	"strings"

	"cloison.dev/cloison/internal/eso"
	"cloison.dev/cloison/internal/spec"
	"cloison.dev/cloison/internal/syntax"
)

// reference is where a value is in Scaleway. folder is empty where it is not known.
type reference struct {
	folder, name string
	// doubt tells what had to be guessed; empty where nothing was.
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

// parseReference reads the key of a remoteRef as the operator does, and guesses what was meant where that finds
// nothing. It is false for a key that has neither folder nor name: an id, or no reference at all.
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
	return ref, syntax.SecretName.Matches(ref.name)
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
	if !syntax.SecretName.Matches(name) {
		return ""
	}
	return name
}

// revision is the version of a remoteRef as a Segregation has it. It is false where a Segregation has no revision that
// means the same.
func revision(written string) (spec.Revision, bool) {
	switch written {
	case "", eso.LatestEnabled:
		return "", true
	case "latest":
		return "", false
	}
	return spec.Revision(written), spec.Revision(written).Valid()
}

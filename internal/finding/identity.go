package finding

import (
	"cmp"
	"strconv"
	"strings"

	"cloison.dev/cloison/internal/phrase"
)

// Identity is what stays of a finding from one run to the next while nothing that it is about has changed: files may be
// renamed, lines and items of lists may move, the API version of the object may be another, and so may the hash of
// kustomize at the end of names. Two findings of one identity may be in one run; whoever compares runs counts them.
type Identity struct {
	Code     Code
	Severity Severity
	// Group is the API group of the object.
	Group, Kind, Namespace, Name string
	// Field is the path of the field without the numbers of items. Format: spec.egress[].to.
	Field string
	// Message is that of the finding without the names of files, lines and the numbers of items.
	Message string
}

// Identity of a finding.
func (f Finding) Identity() Identity {
	group, _, hasGroup := strings.Cut(f.Object.APIVersion, "/")
	if !hasGroup {
		group = ""
	}
	name := f.Object.Name
	if f.Object.Kind == "Secret" || f.Object.Kind == "ConfigMap" {
		name = phrase.WithoutHash(name)
	}
	return Identity{
		Code: f.Code, Severity: f.Severity,
		Group: group, Kind: f.Object.Kind, Namespace: f.Object.Namespace, Name: name,
		Field: f.Field.WithoutIndexes(), Message: phrase.ReplaceWords(f.Message, withoutPlace),
	}
}

// Beyond are the findings of the first list beyond those of the second, each as often as its identity is there more.
// There is a list where there are none.
func Beyond(of, but []Finding) []Finding {
	known := map[Identity]int{}
	for i := range but {
		known[but[i].Identity()]++
	}
	rest := []Finding{}
	for i := range of {
		identity := of[i].Identity()
		if known[identity] > 0 {
			known[identity]--
			continue
		}
		rest = append(rest, of[i])
	}
	return rest
}

// withoutPlace leaves out of a message what moves. A name that is quoted, or stands behind a kind, is that of a key or of
// an object, whatever it looks like.
func withoutPlace(before, word string) string {
	switch {
	case phrase.IsManifestName(word):
		if isQuoted(before) || endsWithKind(before) {
			return word
		}
		return "FILE"
	case !isNumber(word):
		return phrase.WithoutHash(word)
	case strings.HasSuffix(before, "["):
		return ""
	case strings.HasSuffix(before, "line "):
		return "N"
	}
	return word
}

// isQuoted reports whether what follows a text is in quotation marks.
func isQuoted(before string) bool {
	quotes := strings.Count(before, `"`) - strings.Count(before, `\"`)
	return quotes%2 == 1
}

// endsWithKind reports whether a text ends with a kind of objects: "the Secret ".
func endsWithKind(before string) bool {
	before, ends := strings.CutSuffix(before, " ")
	last := before[strings.LastIndexByte(before, ' ')+1:]
	return ends && last != "" && 'A' <= last[0] && last[0] <= 'Z'
}

func isNumber(word string) bool {
	_, err := strconv.ParseUint(word, 10, 64)
	return err == nil
}

// Compare orders identities: by severity, code, object, field and message.
func (i Identity) Compare(other Identity) int {
	return cmp.Or(
		cmp.Compare(i.Severity.Rank(), other.Severity.Rank()),
		cmp.Compare(i.Code, other.Code),
		cmp.Compare(i.Namespace, other.Namespace),
		cmp.Compare(i.Kind, other.Kind),
		cmp.Compare(i.Name, other.Name),
		cmp.Compare(i.Group, other.Group),
		cmp.Compare(i.Field, other.Field),
		cmp.Compare(i.Message, other.Message),
	)
}

// Object is what the finding is about, without the version of its API.
func (i Identity) Object() Object {
	return Object{Kind: i.Kind, Namespace: i.Namespace, Name: i.Name}
}

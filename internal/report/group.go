package report

import (
	"cmp"
	"slices"
	"strings"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/phrase"
)

// Grouping says which findings people are shown as one.
type Grouping string

const (
	// GroupSame shows findings once that say the same of several objects.
	GroupSame Grouping = "same"
	// GroupNone shows each on its own.
	GroupNone Grouping = "none"
)

// Groupings lists all there are.
func Groupings() []Grouping { return []Grouping{GroupSame, GroupNone} }

// group is findings that people are shown as one: those that differ only in where they are, and in the names of their
// objects and namespaces.
type group struct {
	// findings are in the order of [finding.Compare], at least one.
	findings []finding.Finding
}

func (g group) first() finding.Finding { return g.findings[0] }

// kind is what findings of one group have in common.
type kind struct {
	code      finding.Code
	severity  finding.Severity
	undecided bool
	field     string
	message   string
}

// groupsOf puts findings into groups, the worst first: by severity, by what is lost, by how often, and then as the
// findings are sorted. The time that it takes grows with the length of the texts.
func groupsOf(findings []finding.Finding, by Grouping) []group {
	findings = slices.Clone(findings)
	slices.SortStableFunc(findings, finding.Compare)
	var groups []group
	at := map[kind]int{}
	names := namespacesOf(findings)
	for _, f := range findings {
		if by == GroupNone {
			groups = append(groups, group{[]finding.Finding{f}})
			continue
		}
		k := kind{f.Code, f.Severity, f.Undecided, f.Field.WithoutIndexes(), withoutNames(f, names)}
		i, known := at[k]
		if !known {
			i = len(groups)
			at[k] = i
			groups = append(groups, group{})
		}
		groups[i].findings = append(groups[i].findings, f)
	}
	slices.SortStableFunc(groups, func(a, b group) int {
		return cmp.Or(compareWorst(a.first(), b.first()), cmp.Compare(len(b.findings), len(a.findings)))
	})
	return groups
}

// compareWorst is the order of what people read first.
func compareWorst(a, b finding.Finding) int {
	return cmp.Or(
		cmp.Compare(a.Severity.Rank(), b.Severity.Rank()),
		cmp.Compare(a.Code.Concern(), b.Code.Concern()),
	)
}

// namespacesOf are the namespaces that findings are about.
func namespacesOf(findings []finding.Finding) map[string]bool {
	names := map[string]bool{}
	for _, f := range findings {
		if namespace := namespaceOf(f); namespace != "" {
			names[namespace] = true
		}
	}
	return names
}

// namespaceOf is the namespace that a finding is about; empty where it is about none.
func namespaceOf(f finding.Finding) string {
	if f.Object.Kind == "Namespace" && f.Object.Namespace == "" {
		return f.Object.Name
	}
	return f.Object.Namespace
}

// withoutNames is the message of a finding without what differs from one place to the next: names of files and
// namespaces, that of its object, and the numbers in names, as those of copies have.
func withoutNames(f finding.Finding, namespaces map[string]bool) string {
	return phrase.ReplaceWords(f.Message, func(_, word string) string {
		switch {
		case phrase.IsManifestName(word):
			return "FILE"
		case f.Root != "" && word == f.Root:
			return "ROOT"
		case namespaces[word]:
			return "NAMESPACE"
		case word == f.Object.Name:
			return "NAME"
		case !strings.ContainsAny(word, "/."):
			return withoutNumbers(word)
		}
		return withoutNamesIn(word, f, namespaces)
	})
}

// withoutNamesIn takes the parts of a path or an address one by one.
func withoutNamesIn(path string, f finding.Finding, namespaces map[string]bool) string {
	var replaced strings.Builder
	for path != "" {
		end := strings.IndexAny(path, "/.")
		part := path
		if end >= 0 {
			part = path[:end]
		}
		switch {
		case namespaces[part]:
			replaced.WriteString("NAMESPACE")
		case part == f.Object.Name:
			replaced.WriteString("NAME")
		default:
			replaced.WriteString(withoutNumbers(part))
		}
		if end < 0 {
			break
		}
		replaced.WriteByte(path[end])
		path = path[end+1:]
	}
	return replaced.String()
}

// withoutNumbers replaces each number in a name by a sign: "app-17" by "app-#". A number that is a word of its own, such
// as a port, stays.
func withoutNumbers(word string) string {
	if !strings.ContainsAny(word, "0123456789") || strings.Trim(word, "0123456789") == "" {
		return word
	}
	var replaced strings.Builder
	inNumber := false
	for i := range len(word) {
		isDigit := '0' <= word[i] && word[i] <= '9'
		switch {
		case !isDigit:
			replaced.WriteByte(word[i])
		case !inNumber:
			replaced.WriteByte('#')
		}
		inNumber = isDigit
	}
	return replaced.String()
}

package probe

import (
	"strconv"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"cloison.dev/cloison/internal/eso"
	"cloison.dev/cloison/internal/phrase"
	"cloison.dev/cloison/internal/wall"
)

// ConditionBreach is the type of the condition that a SecretStore has: True where its API key can read in the folder of
// another component, False where all of them refuse it, and Unknown otherwise.
const ConditionBreach = "SegregationBreach"

// Reasons of the condition.
const (
	ReasonReadable = "FolderReadable"
	ReasonRefused  = "ReadsRefused"
	ReasonUnknown  = "NotDecided"
)

// Condition is what the findings of a store say, without a time. It names all folders of breaches, in quotes, so that
// [Breached] finds them again.
func Condition(findings []Finding) eso.Condition {
	condition := eso.Condition{Type: ConditionBreach}
	breached, unknown := foldersOf(findings, Breach), foldersOf(findings, Unknown)
	switch {
	case len(breached) > 0:
		condition.Status, condition.Reason = metav1.ConditionTrue, ReasonReadable
		condition.Message = Sentence(breached)
		if len(unknown) > 0 {
			condition.Message += "; " + phrase.Count(len(unknown), "more folder") + " not decided"
		}
	case len(unknown) > 0:
		condition.Status, condition.Reason = metav1.ConditionUnknown, ReasonUnknown
		condition.Message = "not decided: " + reasons(findings)
	default:
		condition.Status, condition.Reason = metav1.ConditionFalse, ReasonRefused
		condition.Message = "reads in the folders of all other components are refused"
	}
	return condition
}

// Sentence says that folders can be read, and what to do.
func Sentence(breached []wall.Folder) string {
	return "the API key can read in the " + phrase.Plural(len(breached), "folder") + " of other components: " +
		phrase.And(len(breached), quoted(breached)) +
		"; narrow the policy of its application in Scaleway IAM to its own folder, by the condition of the rule with " +
		"SecretManagerSecretAccess"
}

// Breached are the folders that a condition of before names as breaches, among those that are given.
func Breached(before *eso.Condition, folders []wall.Folder) []wall.Folder {
	if before == nil || before.Status != metav1.ConditionTrue {
		return nil
	}
	var named []wall.Folder
	for _, folder := range folders {
		if strings.Contains(before.Message, strconv.Quote(folder.String())) {
			named = append(named, folder)
		}
	}
	return named
}

func foldersOf(findings []Finding, result Result) []wall.Folder {
	var folders []wall.Folder
	for i := range findings {
		if findings[i].Result == result {
			folders = append(folders, findings[i].Folder)
		}
	}
	return folders
}

// reasons names the folders that are not decided, each reason once, in the order of the folders. One that is the same
// for all folders stands alone.
func reasons(findings []Finding) string {
	about := map[string][]wall.Folder{}
	var order []string
	for i := range findings {
		f := &findings[i]
		if f.Result != Unknown {
			continue
		}
		if about[f.Why] == nil {
			order = append(order, f.Why)
		}
		about[f.Why] = append(about[f.Why], f.Folder)
	}
	if len(order) == 1 && len(about[order[0]]) == len(findings) {
		return order[0]
	}
	for i, why := range order {
		order[i] = phrase.And(len(findings), quoted(about[why])) + ": " + why
	}
	return strings.Join(order, "; ")
}

func quoted(folders []wall.Folder) []string {
	texts := make([]string, len(folders))
	for i, folder := range folders {
		texts[i] = strconv.Quote(folder.String())
	}
	return texts
}

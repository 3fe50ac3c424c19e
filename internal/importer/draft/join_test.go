package draft_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/importer/draft"
)

// notesOf are notes of n components, with the component in the reason of each.
func notesOf(n int, outcome draft.Outcome, reason string) []draft.Note {
	var notes []draft.Note
	for i := range n {
		component := fmt.Sprintf("c%d", i)
		text := reason
		if text == "" {
			text = fmt.Sprintf("its keys go to Secret %q in shop-c%d", component, i)
		}
		notes = append(notes, draft.Note{
			Outcome: outcome, Object: finding.Object{Kind: "SecretStore", Namespace: "shop-" + component, Name: "s"},
			Field: fieldpath.Of("spec", "list").Index(i), Reason: text, At: fieldpath.Of("spec", "components", component, "secrets"),
		})
	}
	return notes
}

func texts(notes []draft.Note) []string {
	var found []string
	for _, n := range notes {
		found = append(found, n.Text()+" @ "+n.At.String())
	}
	return found
}

func TestManyEqualNotesAreJoined(t *testing.T) {
	assert.Equal(t, []string{
		`changed: SecretStore shop-c0/s spec.list[0]: its keys go to Secret "c0" in shop-c0 (5 times: also SecretStore ` +
			`shop-c1/s spec.list[1], SecretStore shop-c2/s spec.list[2], SecretStore shop-c3/s spec.list[3], SecretStore ` +
			`shop-c4/s spec.list[4]) @ spec.components`,
	}, texts(draft.Join(notesOf(5, draft.Changed, ""))))
	joined := draft.Join(notesOf(1000, draft.Changed, "it is so"))
	assert.Equal(t, []string{
		`changed: SecretStore shop-c0/s spec.list[0]: it is so (1000 times: also SecretStore shop-c1/s spec.list[1], ` +
			`SecretStore shop-c2/s spec.list[2], SecretStore shop-c3/s spec.list[3] and 996 more) @ spec.components`,
	}, texts(joined))
}

func TestNotesThatStayApart(t *testing.T) {
	few := notesOf(3, draft.Changed, "")
	assert.Equal(t, few, draft.Join(few), "few stay where they belong")
	missing := notesOf(9, draft.Missing, "")
	assert.Equal(t, missing, draft.Join(missing), "what must be filled in stays at its field")
	different := notesOf(9, draft.Changed, "")
	for i := range different {
		different[i].Reason = fmt.Sprintf("key K%d", i*i+100)
	}
	assert.Equal(t, different, draft.Join(different), "another reason is another note")
	mixed := append(notesOf(4, draft.Changed, "x"), notesOf(4, draft.Suggested, "x")...)
	assert.Len(t, draft.Join(mixed), 2, "and so is another outcome")
}

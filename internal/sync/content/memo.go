package content

import (
	"reflect"

	"cloison.dev/cloison/internal/eso"
)

// Memo makes the content of one ExternalSecret, and makes it anew only where something that it is made of has changed.
// Templates can call functions of chance, such as uuidv4: without a Memo they would make another Secret each time. The
// zero Memo has made nothing yet. It is not safe for concurrent use.
type Memo struct {
	// version of the ExternalSecret, with its UID: one that was made again begins to count anew.
	version  string
	outcomes []Outcome
	made     *Content
	problems []Problem
}

// Make returns what [Make] returned when it was last called for the same.
func (m *Memo) Make(of *eso.ExternalSecret, reads []eso.Read, outcomes []Outcome) (*Content, []Problem) {
	version := string(of.UID) + " " + eso.SyncedVersion(&of.ObjectMeta)
	if m.version != version || !reflect.DeepEqual(m.outcomes, outcomes) {
		m.made, m.problems = Make(of, reads, outcomes)
		m.version, m.outcomes = version, outcomes
	}
	return m.made, m.problems
}

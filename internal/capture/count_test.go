package capture_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"cloison.dev/cloison/internal/capture"
	"cloison.dev/cloison/internal/inventory"
	"cloison.dev/cloison/internal/plan"
)

func TestACountThatAnotherKeyMayMakeIsNoFailure(t *testing.T) {
	may, mayNot := newFake(), newFake()
	may.count = 7
	for _, f := range []*fake{may, mayNot} {
		f.add("/a", "x", canary, 1)
		f.add("/b", "x", canary, 1)
	}
	mayNot.errors["count fr-par "+project] = refused
	reading := capture.Reader{Accounts: accounts{"a": mayNot, "b": may}}.Read(t.Context(), []*plan.Plan{planOf(
		group("/a", plan.Entry{Secret: "x"}), group("/b", plan.Entry{Secret: "x"}))})
	assert.Empty(t, reading.Failures)
	assert.Empty(t, reading.Uncounted)
	assert.Equal(t, []inventory.Project{{Region: "fr-par", ProjectID: project, Secrets: 7}},
		reading.Inventory.Spec.Projects)
}

func TestACountThatNoKeyMayMakeIsNoFailureOfTheFolders(t *testing.T) {
	f := newFake()
	f.add("/a", "x", canary, 1)
	f.errors["count fr-par "+project] = refused
	reading := read(t, f, planOf(group("/a", plan.Entry{Secret: "x"})))
	assert.Empty(t, reading.Failures)
	assert.Len(t, reading.Inventory.Spec.Folders, 1)
	assert.Empty(t, reading.Inventory.Spec.Projects)
	assert.Equal(t, []inventory.Failure{{
		Reason: refused.Reason, Message: refused.Message,
		FolderRef: inventory.FolderRef{Region: "fr-par", ProjectID: project},
	}}, reading.Uncounted)
}

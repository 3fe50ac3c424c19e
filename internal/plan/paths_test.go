package plan_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/internal/spec"
)

func TestPlansSayAgainstWhatTheirPathsAreChecked(t *testing.T) {
	unset, off := &plan.Plan{Segregation: "unset"}, &plan.Plan{Segregation: "off", Paths: spec.PathsOff}
	committed, live := &plan.Plan{Segregation: "committed", Paths: spec.PathsInventory},
		&plan.Plan{Segregation: "live", Paths: spec.PathsLive}
	all := []*plan.Plan{unset, off, committed, live}
	assert.Equal(t, []*plan.Plan{live}, plan.Live(all))
	assert.Equal(t, []*plan.Plan{unset, committed}, plan.ByInventory(all))
	assert.Equal(t, []*plan.Plan{unset, off, committed, live}, all, "the list that is given stays as it is")
	assert.Empty(t, plan.Live(nil))
}

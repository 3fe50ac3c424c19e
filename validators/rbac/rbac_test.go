package rbac_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/cluster"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/secretflow"
	"cloison.dev/cloison/internal/spec"
	"cloison.dev/cloison/internal/testkit/manifests"
	"cloison.dev/cloison/internal/wellknown"
	"cloison.dev/cloison/validators/rbac"
)

// check reads manifests and Segregations and returns the findings, each on a line.
func check(t *testing.T, text string) []string {
	t.Helper()
	all, err := objects.Parse("", []byte(text))
	require.NoError(t, err)
	return texts(findings(t, all, plansOf(t, all)))
}

func findings(t *testing.T, all []*objects.Object, plans []*plan.Plan) []finding.Finding {
	t.Helper()
	set, _ := objects.NewSet(all)
	return rbac.Check(set, scope.New(set, plans), secretflow.New(set), cluster.Kapsule()).Findings
}

// checkIn is check without a Segregation, in a cluster.
func checkIn(t *testing.T, text string, in cluster.Cluster) []finding.Finding {
	t.Helper()
	all, err := objects.Parse("", []byte(text))
	require.NoError(t, err)
	set, _ := objects.NewSet(all)
	return rbac.Check(set, scope.New(set, nil), secretflow.New(set), in).Findings
}

func scopeOf(set *objects.Set) *scope.Scope { return scope.New(set, nil) }

func checkSet(set *objects.Set, components *scope.Scope) []finding.Finding {
	return rbac.Check(set, components, secretflow.New(set), cluster.Kapsule()).Findings
}

func texts(findings []finding.Finding) []string {
	var found []string
	for _, f := range findings {
		undecided := ""
		if f.Undecided {
			undecided = " (undecided)"
		}
		found = append(found,
			strings.TrimSpace(fmt.Sprintf("%s%s %s %s %s", f.Severity, undecided, f.Code, f.Object, f.Field))+
				": "+f.Message)
	}
	slices.Sort(found)
	return found
}

func plansOf(t *testing.T, all []*objects.Object) []*plan.Plan {
	t.Helper()
	var plans []*plan.Plan
	for _, o := range all {
		if o.Kind != wellknown.SegregationKind {
			continue
		}
		node, err := o.Source.Node()
		require.NoError(t, err)
		seg, problems := spec.Load(node, spec.Origin{}, cluster.Kapsule())
		if seg == nil || finding.HasErrors(problems) {
			continue
		}
		resolved, err := plan.Resolve(seg, cluster.Kapsule())
		require.NoError(t, err)
		plans = append(plans, resolved)
	}
	return plans
}

// TestWhatCloisonGeneratesIsClean judges the accepted golden cases and the examples, with their plans and without. Only
// the plan says that service accounts of other namespaces are meant to have access.
func TestWhatCloisonGeneratesIsClean(t *testing.T) {
	manifests.Judge(checkSet).AcceptsWhatIsGenerated(t, "gives-access-by-role")
}

package ways_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/cluster"
	"cloison.dev/cloison/internal/decoded"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/internal/testkit"
	"cloison.dev/cloison/internal/testkit/manifests"
	"cloison.dev/cloison/validators"
	"cloison.dev/cloison/validators/ways"
)

// prove reads manifests, and finds what is wrong with them.
func prove(all []*objects.Object, plans []*plan.Plan) (*decoded.Manifests, []ways.Found) {
	facts, _ := decoded.New(all, plans, cluster.Kapsule())
	var found []ways.Found
	for _, f := range validators.Check(all, plans, cluster.Kapsule()).Findings {
		found = append(found, ways.Found{Finding: f})
	}
	return facts, found
}

func parse(t *testing.T, text string) []*objects.Object {
	t.Helper()
	all, err := objects.Parse("m.yaml", []byte(text))
	require.NoError(t, err)
	return all
}

// text is a way in one line.
func text(steps []ways.Step) string {
	var texts []string
	for _, s := range steps {
		step := s.Text()
		if s.By != nil {
			step += fmt.Sprintf(" (%s %s)", s.By.Codes()[0], s.By.Findings[0].Object)
		}
		texts = append(texts, step)
	}
	return strings.Join(texts, " → ")
}

func texts(sum ways.Sum) []string {
	var lines []string
	for _, w := range sum.Ways {
		lines = append(lines, fmt.Sprintf("%v: %s; %d of %v", w.From, text(w.Steps), w.Secrets, w.Of))
	}
	return lines
}

const (
	// shop has a component whose pod takes over its node, one with a service account that reads the Secrets of a third.
	privileged = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: agent, namespace: web}
spec: {template: {spec: {containers: [{name: a, image: a, securityContext: {privileged: true}}]}}}
---
apiVersion: v1
kind: Secret
metadata: {name: token, namespace: web}
`
	deployer = `
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: deploy, namespace: ci}
spec: {template: {spec: {serviceAccountName: deployer, containers: [{name: a, image: a}]}}}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: read, namespace: db}
rules: [{apiGroups: [""], resources: [secrets], verbs: [get]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: read, namespace: db}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: read}
subjects: [{kind: ServiceAccount, name: deployer, namespace: ci}]
---
apiVersion: v1
kind: Secret
metadata: {name: dsn, namespace: db}
---
apiVersion: v1
kind: Secret
metadata: {name: tls, namespace: db}
`
)

func TestFindingsThatLeadOnAreOneWay(t *testing.T) {
	facts, found := prove(parse(t, privileged+deployer), nil)
	sum := ways.New(facts, found).Sum()
	assert.Equal(t, []string{
		"[web]: pods of Deployment web/agent → a node (CLS-P011 Deployment web/agent) → pods of Deployment ci/deploy → " +
			"token of service account ci/deployer → Secret db/dsn (CLS-R001 RoleBinding db/read); 2 of [db]",
	}, texts(sum))
	assert.Equal(t, 4, sum.Count, "web and ci each obtain two Secrets of db")
	require.NotNil(t, sum.Cut)
	assert.Equal(t, []finding.Code{"CLS-R001"}, sum.Cut.Codes())
	assert.Equal(t, 4, sum.Cut.Closes)
	assert.Empty(t, sum.Uncounted)
}

func TestOneFindingIsNoWayOfSeveralSteps(t *testing.T) {
	facts, found := prove(parse(t, deployer), nil)
	sum := ways.New(facts, found).Sum()
	assert.Empty(t, sum.Ways)
	assert.Equal(t, 2, sum.Count)
	assert.Equal(t, 1, sum.Fixes)
	require.NotNil(t, sum.Cut)
	assert.Equal(t, 2, sum.Cut.Closes)
}

func TestTokensThatAreNotMountedLeadNowhere(t *testing.T) {
	closed := strings.Replace(deployer, "serviceAccountName: deployer",
		"serviceAccountName: deployer, automountServiceAccountToken: false", 1)
	facts, found := prove(parse(t, privileged+closed), nil)
	assert.Empty(t, ways.New(facts, found).Sum().Ways)
}

func TestAcceptedFindingsStayWaysAndAreNotTheCut(t *testing.T) {
	facts, found := prove(parse(t, privileged+deployer), nil)
	for i := range found {
		found[i].Accepted = found[i].Code == "CLS-R001"
	}
	sum := ways.New(facts, found).Sum()
	require.Len(t, sum.Ways, 1)
	assert.True(t, sum.Ways[0].Steps[4].By.Accepted)
	assert.Equal(t, 4, sum.Count)
	require.NotNil(t, sum.Cut)
	assert.Equal(t, []finding.Code{"CLS-P011"}, sum.Cut.Codes())
	assert.Equal(t, 2, sum.Cut.Closes)
}

func TestSettingsOfOneObjectAreOneFix(t *testing.T) {
	twice := strings.Replace(privileged, "spec: {containers", "spec: {hostPID: true, containers", 1)
	const pods = `
---
apiVersion: v1
kind: Pod
metadata: {name: app, namespace: db}
spec: {containers: [{name: a, image: a, envFrom: [{secretRef: {name: dsn}}]}]}
`
	facts, found := prove(parse(t, twice+deployer+pods), nil)
	for i := range found {
		found[i].Accepted = found[i].Code == "CLS-R001"
	}
	sum := ways.New(facts, found).Sum()
	require.NotNil(t, sum.Cut)
	assert.Len(t, sum.Cut.Findings, 2)
	assert.Equal(t, 2, sum.Cut.Closes)
	assert.Equal(t, 4, sum.Count)
}

func TestWhatIsReachedFromAWorkload(t *testing.T) {
	facts, found := prove(parse(t, privileged+deployer), nil)
	g := ways.New(facts, found)
	var lines []string
	for _, lost := range g.From(ways.WorkloadEnd("web", "Deployment", "agent")) {
		lines = append(lines, text(lost.Steps))
	}
	const begins, node = "pods of Deployment web/agent", " → a node (CLS-P011 Deployment web/agent)"
	assert.Equal(t, []string{
		begins + " → token of service account web/default",
		begins + node,
		begins + node + " → pods of Deployment ci/deploy",
		begins + node + " → pods of Deployment ci/deploy → token of service account ci/deployer",
		begins + node + " → pods of Deployment ci/deploy → token of service account ci/deployer → Secret db/dsn " +
			"(CLS-R001 RoleBinding db/read)",
		begins + node + " → pods of Deployment ci/deploy → token of service account ci/deployer → Secret db/tls " +
			"(CLS-R001 RoleBinding db/read)",
	}, lines)
	assert.Empty(t, g.From(ways.WorkloadEnd("web", "Deployment", "other")))
}

func TestNothingLeadsAnywhereInWhatIsGenerated(t *testing.T) {
	for _, c := range manifests.Accepted(t) {
		facts, found := prove(c.Objects(t), c.Plans)
		found = slices.DeleteFunc(found, func(f ways.Found) bool { return f.Severity == finding.Error })
		assert.Empty(t, texts(ways.New(facts, found).Sum()), c.Name)
	}
}

// TestTheCutClosesWhatItSays removes the findings of one cut after the other, and counts again.
func TestTheCutClosesWhatItSays(t *testing.T) {
	cuts := 0
	for _, c := range manifests.Broken(t) {
		facts, found := prove(c.Objects(t), c.Plans)
		cuts += cutAll(t, c.Name, facts, found)
	}
	assert.Greater(t, cuts, 10)
}

func TestTheCutClosesWhatItSaysInRandomGraphs(t *testing.T) {
	more := ""
	for _, namespace := range []string{"web", "ci", "db", "a", "b", "c"} {
		for _, name := range []string{"dsn", "deployer"} {
			more += "---\napiVersion: v1\nkind: Secret\nmetadata: {name: " + name + ", namespace: " + namespace + "}\n"
		}
	}
	facts, _ := decoded.New(parse(t, privileged+deployer+more), nil, cluster.Kapsule())
	cuts := 0
	for seed, random := range testkit.Seeds(t, 40) {
		var found []ways.Found
		for i := range 3 + random.IntN(12) {
			object := finding.Object{Kind: "Test", Name: strconv.Itoa(i % 9)}
			found = append(found, ways.Found{Finding: finding.Finding{
				Code: "CLS-R001", Severity: finding.Error, Object: object, Message: strconv.Itoa(i),
				Lead: finding.NewLead(randomEnds(random), randomEnds(random)),
			}})
		}
		cuts += cutAll(t, fmt.Sprint("seed ", seed), facts, found)
	}
	assert.Greater(t, cuts, 80)
}

func randomEnds(random *rand.Rand) []finding.End {
	one := func() finding.End {
		namespace := []string{"web", "ci", "db", "a", "b", "c"}[random.IntN(6)]
		kinds := []finding.EndKind{
			finding.OfComponent, finding.OfPods, finding.OfNewPods, finding.OfAccounts, finding.OfSecrets, finding.OfNode,
			finding.OfMember, finding.OfSecret, finding.OfAccount, finding.OfCluster,
		}
		e := finding.End{Kind: kinds[random.IntN(len(kinds))], Namespace: namespace}
		switch e.Kind {
		case finding.OfNode, finding.OfCluster:
			return finding.End{Kind: e.Kind}
		case finding.OfSecret, finding.OfAccount:
			e.Name = []string{"dsn", "deployer"}[random.IntN(2)]
		case finding.OfSecrets, finding.OfNewPods:
			if random.IntN(6) == 0 {
				e.Namespace = finding.Everywhere
			}
		}
		return e
	}
	ends := []finding.End{one()}
	if random.IntN(3) == 0 {
		ends = append(ends, one())
	}
	return ends
}

// cutAll cuts until nothing is left to cut, and returns how often.
func cutAll(t *testing.T, name string, facts *decoded.Manifests, found []ways.Found) int {
	t.Helper()
	for cuts := 0; ; cuts++ {
		g := ways.New(facts, found)
		sum := g.Sum()
		require.Equal(t, obtained(g), sum.Count, "%s: the count is that of what is obtained", name)
		if sum.Cut == nil {
			return cuts
		}
		rest := slices.DeleteFunc(slices.Clone(found), func(f ways.Found) bool {
			return slices.ContainsFunc(sum.Cut.Findings, func(cut finding.Finding) bool { return cut == f.Finding })
		})
		require.Less(t, len(rest), len(found), name)
		require.Equal(t, sum.Count-sum.Cut.Closes, obtained(ways.New(facts, rest)),
			"%s: without %s", name, sum.Cut.Findings[0])
		found = rest
	}
}

// obtained counts what components obtain, one by one.
func obtained(g *ways.Graph) int {
	count := 0
	for _, namespace := range g.Components() {
		count += len(g.Obtained(namespace))
	}
	return count
}

// apiKey is a store whose API key nothing in the input makes, and an account of another component that reads it.
const apiKey = `
apiVersion: external-secrets.io/v1
kind: SecretStore
metadata: {name: s, namespace: db}
spec: {provider: {scaleway: {accessKey: {secretRef: {name: key, key: a}}, secretKey: {secretRef: {name: key, key: s}}}}}
`

func TestTheAPIKeyOfAStoreIsASecret(t *testing.T) {
	facts, found := prove(parse(t, apiKey+deployer), nil)
	assert.Equal(t, 3, ways.New(facts, found).Sum().Count, "ci obtains the two Secrets of db, and the API key")
}

func TestWhoObtainsASecretInOtherWays(t *testing.T) {
	const own = `
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: db, namespace: db}
spec:
  template:
    spec:
      serviceAccountName: db
      containers: [{name: a, image: a, env: [{name: A, valueFrom: {secretKeyRef: {name: dsn, key: a}}}]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: own, namespace: db}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: read}
subjects: [{kind: ServiceAccount, name: db, namespace: db}, {kind: Group, name: team}]
`
	facts, found := prove(parse(t, privileged+deployer+own), nil)
	graph := ways.New(facts, found)
	var texts []string
	for _, l := range graph.To(finding.End{Kind: finding.OfSecret, Namespace: "db", Name: "dsn"}, "b") {
		texts = append(texts, text(l.Steps))
	}
	assert.Equal(t, []string{
		"ci → token of service account ci/deployer → Secret db/dsn (CLS-R001 RoleBinding db/read)",
		"web → pods of Deployment web/agent → a node (CLS-P011 Deployment web/agent) → pods of Deployment db/db → " +
			"token of service account db/db → Secret db/dsn",
		"pods of Deployment db/db → token of service account db/db → Secret db/dsn",
	}, texts)
	assert.Len(t, graph.To(finding.End{Kind: finding.OfSecret, Namespace: "db", Name: "dsn"}, "a"), 3)
	assert.Empty(t, graph.To(finding.End{Kind: finding.OfSecret, Namespace: "db", Name: "none"}, ""))
}

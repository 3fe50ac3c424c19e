package runtime_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/internal/spec"
	"cloison.dev/cloison/internal/wall"
)

func TestTheArgumentsAreThoseThatFollowFromTheSegregation(t *testing.T) {
	const (
		apiFolder = "--probe-folder=fr-par/" + project + "/shop-api"
		webFolder = "--probe-folder=nl-ams/" + project + "/shop-web"
		ownFolder = "--probe-folder=fr-par/" + project + "/shop-backend"
		many      = "together they may be refused more than 9 times in 5 minutes; Scaleway alerts at 20"
		drifting  = `must hold "--probe-interval=1h": the runtimes only take turns where all have the same interval, ` +
			`and ` + many
		notTried = ": whether the API key can read there is not tried"
		foreign  = ": it is no folder of another component of the Segregation, or is given twice"
	)
	for name, test := range map[string]struct {
		old, changed string
		want         []string
	}{
		"an interval written long": {"interval=1h", "interval=60m0s", nil},
		"in another order": {"--leader-elect,", "--probe-offset=1m20s, --leader-elect,",
			[]string{`must hold "--probe-offset" once: the last of several counts`}},
		"a value of true": {"--leader-elect,", "--leader-elect=true,", nil},
		"no leader":       {"--leader-elect,", "", []string{`must hold "--leader-elect"`}},
		"no leader, in other words": {"--leader-elect,", "--leader-elect=false,",
			[]string{`must hold "--leader-elect"`}},
		"another poll": {"1m30s", "1m", []string{`must hold "--poll-interval=1m30s"`}},
		"a restart": {"--leader-elect,", "--leader-elect, --restart,",
			[]string{`must not hold "--restart"`}},
		"an older runtime": {"version=0.1.0", "version=0.0.9",
			[]string{`must hold "--minimum-version=0.1.0"`}},
		"no minimum":              {"--minimum-version=0.1.0,", "", []string{`must hold "--minimum-version=0.1.0"`}},
		"more restarts at a time": {"--leader-elect,", "--leader-elect, --max-restarts=2,", nil},
		"metrics elsewhere":       {"=:8080", "=:9090", []string{`must hold "--metrics-bind-address=:8080"`}},
		"no answers to the kubelet": {", --health-probe-bind-address=:8081", "",
			[]string{`must hold "--health-probe-bind-address=:8081"`}},
		"reads once, and ends": {"--leader-elect,", "--leader-elect, --once,",
			[]string{`must not hold "--once": the Segregation does not ask for it`}},
		"what is no flag": {"--leader-elect,", "--leader-elect, sync,",
			[]string{"must hold flags only, each written --flag=value"}},
		"a later value counts": {"--leader-elect,", "--leader-elect, --namespace=shop-api,",
			[]string{`must hold "--namespace" once: the last of several counts`}},
		"a folder is left out": {apiFolder + ", ", "", []string{`must hold "` + apiFolder + `"` + notTried}},
		"a folder of another region": {"nl-ams", "fr-par", []string{
			`must hold "` + webFolder + `"` + notTried,
			`must not hold "` + strings.Replace(webFolder, "nl-ams", "fr-par", 1) + `"` + foreign,
		}},
		"its own folder": {apiFolder, ownFolder + ", " + apiFolder,
			[]string{`must not hold "` + ownFolder + `"` + foreign}},
		"a folder twice": {apiFolder, apiFolder + ", " + apiFolder,
			[]string{`must not hold "` + apiFolder + `"` + foreign}},
		"what is no folder is not repeated": {apiFolder, apiFolder + ", --probe-folder=s3cr3t",
			[]string{`must not hold "--probe-folder=..."` + foreign}},
		"more often":  {"interval=1h", "interval=30m", []string{drifting}},
		"less often":  {"interval=1h", "interval=2h", []string{drifting}},
		"no interval": {"--probe-interval=1h,", "", []string{drifting}},
		"the turns of another": {"offset=1m20s", "offset=0s", []string{
			`must hold "--probe-offset=1m20s": the runtime of component "api" probes then, and ` + many,
		}},
		"between the turns of others": {"offset=1m20s", "offset=3m20s", []string{
			`must hold "--probe-offset=1m20s": the runtime of component "web" probes then, and ` + many,
		}},
		"nobody's turns": {"offset=1m20s", "offset=10m", []string{`must hold "--probe-offset=1m20s": ` + many}},
		"no offset":      {"--probe-offset=1m20s,", "", []string{`must hold "--probe-offset=1m20s": ` + many}},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, f := range check(t, changedOnce(t, test.old, test.changed), declared(spec.EngineCloison)) {
				assert.Equal(t, "spec.template.spec.containers[0].args", f.Field.String())
				got = append(got, f.Message)
			}
			assert.ElementsMatch(t, test.want, got)
		})
	}
}

func TestWithoutOtherFoldersThereIsNothingToProbe(t *testing.T) {
	p := declared(spec.EngineCloison)
	p.Components = p.Components[1:2]
	found := check(t, account+deployment+monitor, p)
	require.Len(t, found, 3)
	for _, f := range found {
		assert.Contains(t, f.Message, `must not hold "--probe-`)
	}
}

// TestDeclaredTurnsNeverMeet builds the schedule of all runtimes from what the proof demands of each.
func TestDeclaredTurnsNeverMeet(t *testing.T) {
	p := declared(spec.EngineCloison)
	var offsets []time.Duration
	for i := range p.Components {
		if c := &p.Components[i]; len(c.Groups) > 0 {
			offsets = append(offsets, demanded(t, p, c))
		}
	}
	const probes = 2 * wall.Spacing
	assert.Equal(t, []time.Duration{0, probes, 2 * probes}, offsets)
}

// demanded is the offset that is asked for where there is none.
func demanded(t *testing.T, p *plan.Plan, c *plan.Component) time.Duration {
	t.Helper()
	text := strings.ReplaceAll(account+deployment+monitor, "shop-backend", c.Namespace)
	text = strings.Replace(text, "--probe-offset=1m20s,", "", 1)
	for _, f := range checkOnly(t, text, p, c.Namespace) {
		if rest, is := strings.CutPrefix(f.Message, `must hold "--probe-offset=`); is {
			offset, _, _ := strings.Cut(rest, `"`)
			span, err := time.ParseDuration(offset)
			require.NoError(t, err)
			return span
		}
	}
	require.Fail(t, "no offset is asked for")
	return 0
}

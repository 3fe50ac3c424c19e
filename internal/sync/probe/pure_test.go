package probe_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"cloison.dev/cloison/internal/scaleway"
	"cloison.dev/cloison/internal/sync/probe"
	"cloison.dev/cloison/internal/wall"
)

const project = "3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90"

func folder(path string) wall.Folder {
	return wall.Folder{Region: "fr-par", ProjectID: project, Path: path}
}

func failure(kind scaleway.Failure) error {
	return &scaleway.VaultError{Failure: kind, Message: "the API says " + string(kind)}
}

func TestSlotsComeAgainAfterTheInterval(t *testing.T) {
	turns := probe.Turns{Interval: time.Hour, Offset: 8 * time.Minute}
	noon := time.Date(2026, 7, 3, 12, 0, 0, 0, time.UTC)
	for after, want := range map[string]struct {
		begin  string
		number int
	}{
		"12:00:00": {"12:08:00", 0},
		"12:07:59": {"12:08:00", 0},
		"12:08:00": {"12:08:40", 1}, // one that has begun is left out
		"12:08:39": {"12:08:40", 1},
		"12:08:40": {"12:09:20", 2},
		"12:58:39": {"12:58:40", 76},
		"12:59:19": {"12:59:20", 77}, // the last one before the hour
		"12:59:20": {"13:08:00", 0},  // what is between is another runtime's
		"13:07:00": {"13:08:00", 0},
	} {
		at, err := time.Parse(time.TimeOnly, after)
		assert.NoError(t, err)
		begin, number := turns.Next(noon.Add(at.Sub(at.Truncate(24 * time.Hour))).Add(-12 * time.Hour))
		assert.Equal(t, want.begin, begin.UTC().Format(time.TimeOnly), after)
		assert.Equal(t, want.number, number, after)
	}
	assert.Equal(t, 78, turns.Most())
	days := probe.Turns{Interval: 25 * time.Hour, Offset: 24*time.Hour + 40*time.Second}
	begin, number := days.Next(noon)
	assert.Equal(t, []any{40 * time.Second, 0, 89},
		[]any{time.Duration(begin.Unix()*int64(time.Second)) % time.Hour, number, days.Most()})
	assert.Zero(t, (begin.Unix()-24*3600-40)%(25*3600), "counted from the epoch")
	assert.True(t, begin.After(noon) && begin.Before(noon.Add(days.Interval+time.Second)))
}

func TestWhatAnswersMean(t *testing.T) {
	for name, test := range map[string]struct {
		own, other error
		want       probe.Result
		why        string
		asks       bool
	}{
		"refused":   {failure(scaleway.Absent), failure(scaleway.Denied), probe.Refused, "", true},
		"not found": {failure(scaleway.Absent), failure(scaleway.Absent), probe.Breach, "", true},
		"a value":   {failure(scaleway.Absent), nil, probe.Breach, "", true},
		"500": {failure(scaleway.Failing), nil, probe.Unknown, `a read in its own folder must be answered with ` +
			`"not found", and was not: the API says failing`, false},
		"the own folder refuses": {failure(scaleway.Denied), nil, probe.Unknown,
			`a read in its own folder must be answered with "not found", and was not: the API says denied`, false},
		"the own folder has what cannot exist": {nil, nil, probe.Unknown,
			`a read in its own folder must be answered with "not found", and was not: a value came for a name that ` +
				`cannot exist`, false},
		"throttled": {failure(scaleway.Absent), failure(scaleway.Throttled), probe.Unknown,
			"the API says throttled", true},
		"500 there": {failure(scaleway.Absent), failure(scaleway.Failing), probe.Unknown, "the API says failing",
			true},
		"time is up": {failure(scaleway.Absent), failure(scaleway.Stopped), probe.Unknown, "the API says stopped",
			true},
		"unreachable": {failure(scaleway.Absent), failure(scaleway.Unreachable), probe.Unknown,
			"the API says unreachable", true},
		"the key ended": {failure(scaleway.Absent), failure(scaleway.KeyRefused), probe.Unknown,
			"the API says key refused", true},
		"412": {failure(scaleway.Absent), failure(scaleway.Unusable), probe.Unknown, "the API says unusable",
			true},
		"no API": {failure(scaleway.Absent), failure(scaleway.Malformed), probe.Unknown,
			"the API says malformed", true},
		"another error": {failure(scaleway.Absent), errors.New("canary"), probe.Unknown,
			"the call failed in a way that is not known (*errors.errorString)", true},
	} {
		asked := false
		got := probe.Judge(test.own, func() error {
			asked = true
			return test.other
		})
		assert.Equal(t, probe.Verdict{Result: test.want, Why: test.why}, got, name)
		assert.Equal(t, test.asks, asked, name)
	}
}

func finding(path string, result probe.Result, why string) probe.Finding {
	return probe.Finding{Folder: folder(path), Verdict: probe.Verdict{Result: result, Why: why}}
}

func TestWhatAStoreSays(t *testing.T) {
	const a, b = `"fr-par/3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90/a"`, `"fr-par/3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90/b"`
	const narrow = "; narrow the policy of its application in Scaleway IAM to its own folder, by the condition of the " +
		"rule with SecretManagerSecretAccess"
	for name, test := range map[string]struct {
		findings        []probe.Finding
		status          metav1.ConditionStatus
		reason, message string
	}{
		"the wall": {
			[]probe.Finding{finding("/a", probe.Refused, ""), finding("/b", probe.Refused, "")},
			"False", "ReadsRefused", "reads in the folders of all other components are refused",
		},
		"one breach": {
			[]probe.Finding{finding("/a", probe.Breach, ""), finding("/b", probe.Refused, "")},
			"True", "FolderReadable", "the API key can read in the folder of other components: " + a + narrow,
		},
		"a breach is said whatever is unknown": {
			[]probe.Finding{finding("/a", probe.Unknown, "w"), finding("/b", probe.Breach, "")},
			"True", "FolderReadable", "the API key can read in the folder of other components: " + b + narrow +
				"; 1 more folder not decided",
		},
		"two breaches": {
			[]probe.Finding{finding("/a", probe.Breach, ""), finding("/b", probe.Breach, "")},
			"True", "FolderReadable", "the API key can read in the folders of other components: " + a + " and " + b +
				narrow,
		},
		"unknown is no pass": {
			[]probe.Finding{finding("/a", probe.Refused, ""), finding("/b", probe.Unknown, "w")},
			"Unknown", "NotDecided", "not decided: " + b + ": w",
		},
		"all for one reason": {
			[]probe.Finding{finding("/a", probe.Unknown, "w"), finding("/b", probe.Unknown, "w")},
			"Unknown", "NotDecided", "not decided: w",
		},
		"several reasons": {
			[]probe.Finding{finding("/a", probe.Unknown, "v"), finding("/b", probe.Unknown, "w")},
			"Unknown", "NotDecided", "not decided: " + a + ": v; " + b + ": w",
		},
	} {
		got := probe.Condition(test.findings)
		assert.Equal(t, "SegregationBreach", got.Type)
		assert.Equal(t, []any{test.status, test.reason, test.message}, []any{got.Status, got.Reason, got.Message}, name)
	}
}

func TestBreachesAreFoundAgainInACondition(t *testing.T) {
	all := []wall.Folder{folder("/a"), folder("/a/b"), folder("/b"), folder("/c")}
	condition := probe.Condition([]probe.Finding{
		finding("/a/b", probe.Breach, ""), finding("/b", probe.Breach, ""), finding("/c", probe.Unknown,
			""), finding("/a", probe.Refused, ""),
	})
	assert.Equal(t, []wall.Folder{folder("/a/b"), folder("/b")}, probe.Breached(&condition, all))
	assert.Equal(t, []wall.Folder{folder("/b")}, probe.Breached(&condition, []wall.Folder{folder("/b")}))
	condition.Status = metav1.ConditionUnknown
	assert.Empty(t, probe.Breached(&condition, all))
	assert.Empty(t, probe.Breached(nil, all))
}

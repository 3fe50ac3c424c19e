package fn_test

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/fn"
	"cloison.dev/cloison/internal/inventory"
	"cloison.dev/cloison/internal/plan"
)

// scaleway answers with a reading, and remembers for which Segregations it was asked.
type scaleway struct {
	reading inventory.Reading
	asked   [][]string
	ended   bool
}

func (s *scaleway) Read(ctx context.Context, plans []*plan.Plan) inventory.Reading {
	names := []string{}
	for _, p := range plans {
		names = append(names, p.Segregation)
	}
	s.asked, s.ended = append(s.asked, names), ctx.Err() != nil
	return s.reading
}

const projectOfTests = "3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90"

var folderOfA = inventory.FolderRefOf("fr-par", projectOfTests, "/shop-a")

// holding is a reading of the folder of component a.
func holding(secrets ...inventory.Secret) inventory.Reading {
	read := inventory.New("live")
	read.Spec.Folders = []inventory.Folder{{FolderRef: folderOfA, Secrets: secrets}}
	return inventory.Reading{Inventory: read}
}

// liveList is a list with a Segregation whose component a reads the secret "token", and whose paths are checked as
// told.
func liveList(paths string) string {
	return strings.Replace(withSpec("secrets: {keys: [TOKEN]}"), "  spec:\n", "  spec:\n    validation: {paths: "+paths+
		"}\n", 1)
}

func runLive(input string, s *scaleway) fn.Outcome {
	return fn.Function{Live: s}.Run(context.Background(), []byte(input))
}

func TestScalewayIsAskedOnlyWhereASegregationSaysLive(t *testing.T) {
	second := strings.NewReplacer("name: shop", "name: other", "paths: Live",
		"paths: Inventory").Replace(liveList("Live"))
	_, second, _ = strings.Cut(second, "items:\n")
	validate := strings.Replace(liveList("Live"), "annotations: {", "annotations: {cloison.dev/mode: validate, ", 1)
	for name, test := range map[string]struct {
		input string
		asked [][]string
	}{
		"Live":                           {liveList("Live"), [][]string{{"shop"}}},
		"Live, only validating":          {validate, [][]string{{"shop"}}},
		"Live, and another by Inventory": {liveList("Live") + second, [][]string{{"shop"}}},
		"Live, and both": {liveList("Live") + strings.ReplaceAll(second, "Inventory", "Live"),
			[][]string{{"shop", "other"}}},
		"Live, with an error in the spec": {strings.Replace(liveList("Live"), "keys", "kyes", 1), nil},
		"Live, with an invalid Inventory": {liveList("Live") + "- apiVersion: cloison.dev/v1alpha1\n  kind: " +
			"Inventory\n  metadata: {name: shop}\n", nil},
		"Off":                              {liveList(`"Off"`), nil},
		"Inventory":                        {liveList("Inventory"), nil},
		"nothing said":                     {withSpec("secrets: {keys: [TOKEN]}"), nil},
		"a list that is none, with a Live": {"items: [{paths: Live}]", nil},
	} {
		t.Run(name, func(t *testing.T) {
			s := &scaleway{}
			runLive(test.input, s)
			assert.Equal(t, test.asked, s.asked)
		})
	}
}

func TestTheLegacyPluginAsksToo(t *testing.T) {
	config := strings.Replace(pluginConfig, `"Off"`, "Live", 1)
	s := &scaleway{}
	fn.Function{Live: s}.RunPlugin(context.Background(), []byte(config), nil)
	assert.Equal(t, [][]string{{"shop"}}, s.asked)
}

func TestScalewayIsAskedWithTheContextOfTheRun(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	s := &scaleway{reading: holding(inventory.Secret{Name: "token", Revision: 1})}
	fn.Function{Live: s}.Run(ctx, []byte(liveList("Live")))
	assert.True(t, s.ended)
}

func TestWhatScalewayAnswersIsJudged(t *testing.T) {
	pinned := strings.Replace(liveList("Live"), "  spec:\n", "  spec:\n    sync: {pin: true}\n", 1) + `- apiVersion: cloison.dev/v1alpha1
  kind: Inventory
  metadata: {name: shop, annotations: {config.kubernetes.io/local-config: "true"}}
  spec:
    folders:
    - region: fr-par
      projectID: 3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90
      path: /shop-a
      secrets: [{name: token, revision: 2, enabled: [2], type: opaque}]
`
	unreachable := inventory.Reading{Inventory: inventory.New("live"), Failures: []inventory.Failure{{
		Reason: inventory.Unavailable, FolderRef: folderOfA, Message: "list secrets: connection refused",
	}}}
	token := func(revision int, enabled ...int) inventory.Reading {
		return holding(inventory.Secret{Name: "token", Revision: revision, Enabled: enabled, Type: "opaque"})
	}
	for name, test := range map[string]struct {
		input   string
		reading inventory.Reading
		want    []string
	}{
		"there": {liveList("Live"), token(1, 1), nil},
		"missing": {liveList("Live"), holding(), []string{"error CLS-I002 Segregation shop " +
			"spec.components.a.secrets.keys[0]: ", " (input line 12)"}},
		"not read": {liveList("Live"), unreachable, []string{"error CLS-I010 Segregation shop " +
			"spec.components.a.secrets", "connection refused"}},
		"nothing known": {liveList("Live"), inventory.Reading{}, []string{"error CLS-I010 Segregation shop "}},
		"a pin":         {pinned, token(2, 2), nil},
		"a stale pin": {pinned, token(3, 3), []string{"error CLS-I013 Segregation shop " +
			"spec.components.a.secrets.keys[0]: "}},
		"an older pin": {pinned, token(3, 2, 3), []string{"info CLS-I021 Segregation shop "}},
	} {
		t.Run(name, func(t *testing.T) {
			outcome := runLive(test.input, &scaleway{reading: test.reading})
			lines := strings.Join(messages(outcome), "\n")
			for _, want := range test.want {
				assert.Contains(t, lines, want)
			}
			assert.Equal(t, strings.Contains(lines, "error "), outcome.Failed(), lines)
			assert.Equal(t, len(test.want) > 0, strings.Contains(lines, "CLS-I"), lines)
			if outcome.Failed() {
				require.True(t, strings.HasPrefix(string(outcome.Output), test.input), "after an error the list goes "+
					"out as it came in")
			}
		})
	}
}

func TestWithoutAnybodyToAskLiveIsAnError(t *testing.T) {
	outcome := fn.Run([]byte(liveList("Live")))
	require.True(t, outcome.Failed())
	assert.Contains(t, messages(outcome), "error CLS-I010 Segregation shop spec.validation.paths: the Scaleway paths "+
		"must be checked live, and Scaleway was not read here; "+
		`fix: run this where Scaleway can be reached, or set it to Inventory and commit the output of "cloison `+
		`inventory" (input line 8)`)
}

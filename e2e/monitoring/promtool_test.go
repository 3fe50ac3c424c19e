package monitoring

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"cloison.dev/cloison/e2e/cluster"
)

// shipped is the kustomization that is tested.
const shipped = "../../kustomization/sync/monitoring"

// promtool runs Prometheus' tool in a folder, and returns what it says.
func promtool(t *testing.T, folder string, args ...string) (string, error) {
	t.Helper()
	assets, err := cluster.AssetsDir()
	require.NoError(t, err)
	program := filepath.Join(assets, "promtool")
	_, err = os.Stat(program)
	require.NoError(t, err, "make -C e2e bin/promtool builds it")
	command := exec.CommandContext(t.Context(), program, args...)
	command.Dir = folder
	said, err := command.CombinedOutput()
	return string(said), err
}

// ruleFile is a folder with the rules as Prometheus reads them, and the tests of
// them.
func ruleFile(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	text, err := os.ReadFile(filepath.Join(shipped, "alerts.yaml"))
	require.NoError(t, err)
	var object struct {
		Spec json.RawMessage `json:"spec"`
	}
	require.NoError(t, yaml.Unmarshal(text, &object))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "rules.yaml"), object.Spec, 0o600))
	tests, err := os.ReadFile(filepath.Join("testdata", "alerts.yaml"))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(folder, "tests.yaml"), tests, 0o600))
	return folder
}

// TestAlertsFireOnFaultsOnly evaluates the alerts on the series of
// testdata/alerts.yaml.
func TestAlertsFireOnFaultsOnly(t *testing.T) {
	folder := ruleFile(t)
	said, err := promtool(t, folder, "check", "rules", "--lint=all", "--lint-fatal", "rules.yaml")
	require.NoError(t, err, said)
	said, err = promtool(t, folder, "test", "rules", "tests.yaml")
	require.NoError(t, err, said)
}

// TestEachAlertIsTriedBothWays reads testdata/alerts.yaml: each alert must be
// expected once, and be expected not to fire once, on series of its own metric.
func TestEachAlertIsTriedBothWays(t *testing.T) {
	type expectation struct {
		Alertname string           `json:"alertname"`
		Alerts    []map[string]any `json:"exp_alerts"`
	}
	var tests struct {
		Tests []struct {
			Series []struct {
				Series string `json:"series"`
			} `json:"input_series"`
			Alerts []expectation `json:"alert_rule_test"`
		} `json:"tests"`
	}
	folder := ruleFile(t)
	text, err := os.ReadFile(filepath.Join(folder, "tests.yaml"))
	require.NoError(t, err)
	require.NoError(t, yaml.Unmarshal(text, &tests))
	fires, silent := map[string]bool{}, map[string]bool{}
	for _, test := range tests.Tests {
		require.NotEmpty(t, test.Series)
		for _, expected := range test.Alerts {
			if len(expected.Alerts) > 0 {
				fires[expected.Alertname] = true
			} else {
				silent[expected.Alertname] = true
			}
		}
	}
	var rules struct {
		Groups []struct{ Rules []struct{ Alert string } }
	}
	text, err = os.ReadFile(filepath.Join(folder, "rules.yaml"))
	require.NoError(t, err)
	require.NoError(t, yaml.Unmarshal(text, &rules))
	require.Len(t, rules.Groups, 1)
	require.NotEmpty(t, rules.Groups[0].Rules)
	for _, rule := range rules.Groups[0].Rules {
		assert.True(t, fires[rule.Alert], "no series let %s fire", rule.Alert)
		assert.True(t, silent[rule.Alert], "no series are healthy for %s", rule.Alert)
	}
}

// variables are what Grafana puts into the queries.
var variables = strings.NewReplacer("$__rate_interval", "5m", "$namespace", ".*")

func TestQueriesOfTheDashboardParse(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(shipped, "dashboard.json"))
	require.NoError(t, err)
	var dashboard struct {
		Panels []struct {
			Title   string
			Targets []struct{ Expr string }
		}
	}
	require.NoError(t, json.Unmarshal(text, &dashboard))
	require.NotEmpty(t, dashboard.Panels)
	for _, panel := range dashboard.Panels {
		require.NotEmpty(t, panel.Targets, panel.Title)
		for _, target := range panel.Targets {
			expr := variables.Replace(target.Expr)
			require.NotContains(t, expr, "$", "a variable that is not known")
			said, err := promtool(t, t.TempDir(), "--experimental", "promql", "format", expr)
			assert.NoError(t, err, "%s: %s: %s", panel.Title, expr, said)
		}
	}
	_, err = promtool(t, t.TempDir(), "--experimental", "promql", "format", "sum by (a (b)")
	require.Error(t, err, "the tool refuses what is no expression")
}

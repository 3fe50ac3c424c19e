package kustomization_test

import (
	"encoding/json"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"cloison.dev/cloison/internal/sync/controller"
	"cloison.dev/cloison/internal/testkit"
)

// foreign are the metrics of others that the alerts use.
var foreign = []string{"kube_deployment_status_replicas_available", "up"}

// registry collects what the runtime registers.
type registry struct {
	prometheus.Registerer
	// labels of each metric, by its name.
	labels map[string][]string
}

// describedForm is how a prometheus.Desc prints itself; the library has no other way to read one.
var describedForm = regexp.MustCompile(`fqName: "([^"]+)".*variableLabels: \{([^}]*)\}`)

// MustRegister implements prometheus.Registerer.
func (r *registry) MustRegister(collectors ...prometheus.Collector) {
	for _, c := range collectors {
		described := make(chan *prometheus.Desc, 10)
		c.Describe(described)
		close(described)
		for d := range described {
			parts := describedForm.FindStringSubmatch(d.String())
			r.labels[parts[1]] = strings.Split(parts[2], ",")
		}
	}
}

// metrics of the runtime, with their labels.
func metrics(t *testing.T) map[string][]string {
	t.Helper()
	r := &registry{labels: map[string][]string{}}
	controller.NewMetrics(r, slog.New(slog.DiscardHandler))
	require.NotEmpty(t, r.labels)
	return r.labels
}

// rule is an alert.
type rule struct {
	Alert       string
	Expr        string
	Labels      map[string]string
	Annotations map[string]string
}

func alerts(t *testing.T) []rule {
	t.Helper()
	var file struct {
		Spec struct{ Groups []struct{ Rules []rule } }
	}
	require.NoError(t, yaml.Unmarshal([]byte(testkit.Read(t, "sync/monitoring/alerts.yaml")), &file))
	require.Len(t, file.Spec.Groups, 1)
	require.NotEmpty(t, file.Spec.Groups[0].Rules)
	return file.Spec.Groups[0].Rules
}

// dashboard is what the tests read of the Grafana dashboard.
type dashboard struct {
	Templating struct{ List []variable }
	Panels     []panel
}

type variable struct {
	Name       string
	Definition string
}

type panel struct {
	ID         int
	Title      string
	Datasource datasource
	GridPos    struct{ X, Y, W, H int }
	Targets    []target
}

type target struct {
	Datasource datasource
	Expr       string
}

type datasource struct{ UID string }

func readDashboard(t *testing.T) dashboard {
	t.Helper()
	var read dashboard
	require.NoError(t, json.Unmarshal([]byte(testkit.Read(t, "sync/monitoring/dashboard.json")), &read))
	require.NotEmpty(t, read.Panels)
	return read
}

// queries are all expressions, by where they are.
func queries(t *testing.T) map[string]string {
	t.Helper()
	found := map[string]string{}
	for _, alert := range alerts(t) {
		found["alert "+alert.Alert] = alert.Expr
	}
	read := readDashboard(t)
	for _, p := range read.Panels {
		for i, from := range p.Targets {
			found["panel "+p.Title+string(rune('A'+i))] = from.Expr
		}
	}
	for _, v := range read.Templating.List {
		if v.Definition != "" {
			found["variable "+v.Name] = v.Definition
		}
	}
	return found
}

var (
	metricForm = regexp.MustCompile(`\b(?:cloison_sync|kube|up)[a-z_]*\b`)
	suffixForm = regexp.MustCompile(`_(bucket|sum|count)$`)
	// groupingForm and matcherForm find the labels that an expression names.
	groupingForm = regexp.MustCompile(`\b(?:by|on) \(([^)]*)\)`)
	matcherForm  = regexp.MustCompile(`([a-z]+)(?:=~|=|!=|!~)"`)
)

// TestQueriesAreOnMetricsThatThereAre also holds that each metric is of use to somebody: it is in the dashboard or in
// an alert.
func TestQueriesAreOnMetricsThatThereAre(t *testing.T) {
	known, used := metrics(t), map[string]bool{}
	for place, expr := range queries(t) {
		labels := []string{"namespace", "le", "job", "deployment"} // of the scrape, of histograms, of others
		named := metricForm.FindAllString(expr, -1)
		require.NotEmpty(t, named, place)
		for _, name := range named {
			if slices.Contains(foreign, name) {
				continue
			}
			if _, is := known[name]; !is {
				name = suffixForm.ReplaceAllString(name, "")
			}
			used[name] = true
			if _, is := known[name]; !is {
				t.Errorf("%s asks for %s, which the runtime does not have", place, name)
			}
			labels = append(labels, known[name]...)
		}
		for _, label := range labelsIn(expr) {
			assert.Contains(t, labels, label, "%s asks for a label that its metrics do not have", place)
		}
	}
	for name := range known {
		assert.True(t, used[name], "%s is in no panel and no alert", name)
	}
}

func labelsIn(expr string) []string {
	var found []string
	for _, match := range groupingForm.FindAllStringSubmatch(expr, -1) {
		found = append(found, strings.Split(match[1], ", ")...)
	}
	for _, match := range matcherForm.FindAllStringSubmatch(expr, -1) {
		found = append(found, match[1])
	}
	return found
}

func TestMetricsAreDocumented(t *testing.T) {
	var want, got []string
	for name, labels := range metrics(t) {
		want = append(want, name+" "+strings.Join(labels, " "))
	}
	row := regexp.MustCompile("(?m)^\\| `(cloison_sync_[a-z_]+)` \\| ([^|]*) \\|")
	for _, match := range row.FindAllStringSubmatch(documentation(t), -1) {
		got = append(got, match[1]+" "+strings.NewReplacer("`", "", ",", "").Replace(match[2]))
	}
	assert.ElementsMatch(t, want, got, "the table of metrics in docs/runtime.md")
}

func documentation(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "docs", "runtime.md"))
	require.NoError(t, err)
	return string(text)
}

func TestAlertsSayWhatIsWrongAndWhereToReadOn(t *testing.T) {
	headings := map[string]bool{}
	for _, match := range regexp.MustCompile(`(?m)^#+ (.+)$`).FindAllStringSubmatch(documentation(t), -1) {
		headings[strings.ToLower(strings.ReplaceAll(match[1], " ", "-"))] = true
	}
	for _, alert := range alerts(t) {
		assert.Contains(t, []string{"warning", "critical"}, alert.Labels["severity"], alert.Alert)
		for _, name := range []string{"summary", "description", "runbook"} {
			assert.NotEmpty(t, alert.Annotations[name], "%s has no %s", alert.Alert, name)
		}
		anchor, found := strings.CutPrefix(alert.Annotations["runbook"], "docs/runtime.md#")
		assert.True(t, found && headings[anchor], "%s: docs/runtime.md has no heading %q", alert.Alert, anchor)
	}
}

func TestPanelsOfTheDashboardStandBesideEachOther(t *testing.T) {
	const width = 24
	taken, ids := map[[2]int]string{}, map[int]bool{}
	for _, p := range readDashboard(t).Panels {
		assert.False(t, ids[p.ID], "panel %q has the id of another", p.Title)
		ids[p.ID] = true
		assert.LessOrEqual(t, p.GridPos.X+p.GridPos.W, width, p.Title)
		for x := p.GridPos.X; x < p.GridPos.X+p.GridPos.W; x++ {
			for y := p.GridPos.Y; y < p.GridPos.Y+p.GridPos.H; y++ {
				assert.Empty(t, taken[[2]int{x, y}], "panel %q covers another", p.Title)
				taken[[2]int{x, y}] = p.Title
			}
		}
		require.NotEmpty(t, p.Targets, p.Title)
		for _, from := range append(p.Targets, target{Datasource: p.Datasource}) {
			assert.Equal(t, "${datasource}", from.Datasource.UID, p.Title)
		}
	}
}

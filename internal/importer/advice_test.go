package importer_test

import (
	"encoding/json"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"cloison.dev/cloison/fn"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/importer"
	"cloison.dev/cloison/internal/importer/draft"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/testkit"
)

// advice is what a note advises, and what somebody does who follows it.
type advice struct {
	// Manifests that are imported.
	Manifests string
	// Note is a part of the text of one note.
	Note string
	// Follow is merged into the Segregation; null takes a field away.
	Follow string
	// Beside are the objects that stay beside the Segregation, as KIND/NAME.
	Beside []string
	// InManifests are pairs of what is replaced in the manifests, before they are imported again.
	InManifests []string
	// Name is chosen for the second import.
	Name string
	// StillSaid is true where the note is also true of the manifests that were changed.
	StillSaid bool
}

// TestAdviceBuilds follows each kind of advice that notes give, and builds the result.
func TestAdviceBuilds(t *testing.T) {
	testkit.Each(t, "testdata/advice/*.yaml", 25, func(t *testing.T, file string) {
		var given advice
		require.NoError(t, yaml.UnmarshalStrict([]byte(testkit.Read(t, file)), &given))
		result := importText(t, given.Manifests, importer.Options{})
		require.True(t, slices.ContainsFunc(result.Notes, func(n draft.Note) bool {
			return strings.Contains(n.Text(), given.Note)
		}), "no note has the advice:\n%s", lines(result.Notes))
		manifests := strings.NewReplacer(given.InManifests...).Replace(given.Manifests)
		if len(given.InManifests)+len(given.Name) > 0 {
			result = importText(t, manifests, importer.Options{Name: given.Name})
			assert.Equal(t, given.StillSaid, strings.Contains(lines(result.Notes), given.Note), lines(result.Notes))
		}
		segregation := merged(t, filled(result.Segregation), given.Follow)
		build(t, segregation, beside(t, manifests, given.Beside))
	})
}

// merged is a Segregation with a patch (RFC 7386).
func merged(t *testing.T, text, patch string) map[string]any {
	t.Helper()
	var value, change map[string]any
	require.NoError(t, yaml.Unmarshal([]byte(text), &value))
	require.NoError(t, yaml.Unmarshal([]byte(patch), &change))
	return merge(value, change)
}

func merge(into, change map[string]any) map[string]any {
	if into == nil {
		into = map[string]any{}
	}
	for name, value := range change {
		inner, isMap := value.(map[string]any)
		switch around, isAround := into[name].(map[string]any); {
		case value == nil:
			delete(into, name)
		case isMap && (isAround || into[name] == nil):
			into[name] = merge(around, inner)
		default:
			into[name] = value
		}
	}
	return into
}

// beside are the manifests that stay: workloads, which no Segregation replaces, and the named ones.
func beside(t *testing.T, manifests string, names []string) []map[string]any {
	t.Helper()
	var found []map[string]any
	for _, o := range parse(t, manifests) {
		isWorkload := slices.Contains([]string{"Deployment", "Pod"}, o.Kind)
		if !isWorkload && !slices.Contains(names, o.Kind+"/"+o.Name) {
			continue
		}
		var value map[string]any
		require.NoError(t, o.DecodePart(&value))
		found = append(found, value)
	}
	require.GreaterOrEqual(t, len(found), len(names))
	return found
}

// build has the function expand and prove a Segregation with objects beside it.
func build(t *testing.T, segregation map[string]any, others []map[string]any) {
	t.Helper()
	list := map[string]any{
		"apiVersion": "config.kubernetes.io/v1", "kind": "ResourceList", "functionConfig": segregation,
		"items": append([]map[string]any{}, others...),
	}
	text, err := json.Marshal(list)
	require.NoError(t, err)
	outcome := fn.Run(text)
	var errors []string
	for _, f := range outcome.Findings {
		if f.Severity == finding.Error {
			errors = append(errors, f.String())
		}
	}
	written, err := yaml.Marshal(segregation)
	require.NoError(t, err)
	assert.Empty(t, errors, "%s", written)
}

// imperatives find what somebody is to do.
var imperatives = regexp.MustCompile(`(: |; |, |\b(or|and|so) )(write|keep|copy|make|give the|set|list|declare|choose|import|` +
	`narrow|add|name|remove|move|store the|find|change) `)

// TestAllAdviceIsFollowed holds that the cases above have every kind of advice that the other cases' notes give.
func TestAllAdviceIsFollowed(t *testing.T) {
	var followed []string
	for _, file := range testkit.Files(t, "testdata/advice/*.yaml", 1) {
		var given advice
		require.NoError(t, yaml.Unmarshal([]byte(testkit.Read(t, file)), &given))
		followed = append(followed, given.Note)
	}
	var all []*objects.Object
	for _, file := range slices.Concat(testkit.Files(t, "testdata/cases/*/*/input.yaml", 36),
		testkit.Files(t, "testdata/colis/*.yaml", 14)) {
		parsed, err := objects.Parse(filepath.Base(file), []byte(testkit.Read(t, file)))
		require.NoError(t, err)
		if strings.Contains(file, "cases") {
			checkFollowed(t, parsed, followed)
			continue
		}
		all = append(all, parsed...)
	}
	checkFollowed(t, all, followed)
}

func checkFollowed(t *testing.T, manifests []*objects.Object, followed []string) {
	t.Helper()
	set, _ := objects.NewSet(manifests)
	for _, n := range importer.Import(set, scope.New(set, nil), importer.Options{}).Notes {
		advises := imperatives.MatchString(n.Reason)
		known := slices.ContainsFunc(followed, func(note string) bool { return strings.Contains(n.Text(), note) })
		assert.True(t, !advises || known, "testdata/advice has no case that follows: %s", n.Text())
	}
}

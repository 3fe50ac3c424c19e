package validators_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"reflect"
	"runtime/debug"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"cloison.dev/cloison/internal/access"
	"cloison.dev/cloison/internal/cluster"
	"cloison.dev/cloison/internal/decoded"
	"cloison.dev/cloison/internal/difference"
	"cloison.dev/cloison/internal/importer"
	"cloison.dev/cloison/internal/incident"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/internal/testkit"
	"cloison.dev/cloison/validators"
	"cloison.dev/cloison/validators/ways"
)

// TestEverySubObjectMayBeAbsent removes each object and list inside of every object, or empties it, alone, two at a
// time and many at a time, and runs everything that reads objects. Nothing may panic: the API server accepts most of
// these objects, and one that it refuses is judged all the same.
func TestEverySubObjectMayBeAbsent(t *testing.T) {
	e := emptier{completeObjects(t)}
	plans := plansOf(e.all)
	require.Len(t, plans, 1)
	var places []inside
	for i, o := range e.all {
		node, err := o.Source.Node()
		require.NoError(t, err)
		places = append(places, insides(i, node)...)
	}
	singles := 0
	for _, at := range places {
		for _, form := range at.ownForms() {
			singles++
			e.requireNoPanic(t, nil, change{at, form})
			if form == nothing {
				e.requireNoPanic(t, plans, change{at, form})
			}
		}
	}
	const pairs = 400
	for _, random := range testkit.Seeds(t, pairs) {
		one, other := anyChange(random, places), anyChange(random, places)
		for other.parent == one.parent { // which may lack the entry after the first change
			other = anyChange(random, places)
		}
		e.requireNoPanic(t, plans, one, other)
	}
	crowds := 0
	for _, form := range emptyForms()[1:] {
		for _, crowd := range oneOfEach(places, form) {
			crowds++
			e.requireNoPanic(t, plans, crowd...)
		}
	}
	t.Logf("%d objects, %d places: %d runs with one emptied, %d with two, %d with one in every object",
		len(e.all), len(places), singles, pairs, crowds)
	assert.Equal(t, 1583, singles, "the changes of one place are part of the test")
}

// completeObjects are one object at least of every kind that is read, with every field that is read.
func completeObjects(t *testing.T) []*objects.Object {
	t.Helper()
	files := testkit.Files(t, "testdata/complete/*.yaml", 5)
	all := readObjects(t, files...)
	set, _ := objects.NewSet(all)
	require.Empty(t, set.Malformed)
	value := reflect.ValueOf(*set)
	for i := range value.NumField() {
		name := value.Type().Field(i).Name
		if name != "Local" && name != "Malformed" && value.Field(i).Kind() == reflect.Slice {
			assert.NotZero(t, value.Field(i).Len(), "testdata/complete needs an object for Set.%s", name)
		}
	}
	return all
}

func readObjects(t *testing.T, files ...string) []*objects.Object {
	t.Helper()
	var all []*objects.Object
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		found, err := objects.Parse("", text)
		require.NoError(t, err)
		for _, o := range found {
			node, err := o.Source.Node()
			require.NoError(t, err)
			all = append(all, objects.FromNode("", 0, node))
		}
	}
	return all
}

// inside is an object or a list inside of an object of the input, with the entry of its parent that holds it.
type inside struct {
	// object is the position of the object.
	object int
	parent *yaml.Node
	index  int
	line   int
}

// insides visits every object and list inside of a node of the object at a position.
func insides(object int, node *yaml.Node) []inside {
	var found []inside
	for i, content := range node.Content {
		if content.Kind == yaml.MappingNode || content.Kind == yaml.SequenceNode {
			found = append(found, inside{object, node, i, content.Line})
			found = append(found, insides(object, content)...)
		}
	}
	return found
}

const nothing = "nothing"

func emptyForms() []string { return []string{nothing, "null", "{}", "[]"} }

// ownForms are the forms that leave the object valid for its Go type.
func (at inside) ownForms() []string {
	forms := []string{nothing}
	if at.parent.Kind == yaml.SequenceNode {
		forms = append(forms, "null")
	}
	if at.parent.Content[at.index].Kind == yaml.SequenceNode {
		return append(forms, "[]")
	}
	return append(forms, "{}")
}

// change puts an empty form in the place of an object or list.
type change struct {
	inside
	form string
}

func (c change) String() string {
	return fmt.Sprintf("%s in the place of line %d of object %d", c.form, c.line, c.object)
}

// apply makes the change, and returns what takes it back.
func (c change) apply() (undo func()) {
	old := c.parent.Content
	switch {
	case c.form != nothing:
		c.parent.Content = append([]*yaml.Node{}, old...)
		c.parent.Content[c.index] = parse(c.form)
	case c.parent.Kind == yaml.MappingNode:
		c.parent.Content = without(old, c.index-1, 2)
	default:
		c.parent.Content = without(old, c.index, 1)
	}
	return func() { c.parent.Content = old }
}

// anyChange is a random change of one that is random too.
func anyChange(random *rand.Rand, places []inside) change {
	return change{places[random.IntN(len(places))], emptyForms()[random.IntN(len(emptyForms()))]}
}

// oneOfEach are sets of changes, each with one in every object that has so many places.
func oneOfEach(places []inside, form string) [][]change {
	var crowds [][]change
	count := map[int]int{}
	for _, at := range places {
		n := count[at.object]
		count[at.object]++
		if n == len(crowds) {
			crowds = append(crowds, nil)
		}
		crowds[n] = append(crowds[n], change{at, form})
	}
	return crowds
}

// emptier runs everything that reads objects on changed ones.
type emptier struct{ all []*objects.Object }

// requireNoPanic runs the whole proof, and the commands explain and import.
func (e emptier) requireNoPanic(t *testing.T, plans []*plan.Plan, changes ...change) {
	t.Helper()
	changed := append([]*objects.Object{}, e.all...)
	undo := make([]func(), len(changes))
	for i, c := range changes {
		undo[i] = c.apply()
	}
	for _, c := range changes {
		node, err := e.all[c.object].Source.Node()
		require.NoError(t, err)
		changed[c.object] = objects.FromNode("", 0, node)
	}
	defer func() {
		if problem := recover(); problem != nil {
			t.Fatalf("%v: %v\n%s", changes, problem, debug.Stack())
		}
		for _, restore := range slices.Backward(undo) {
			restore()
		}
	}()
	validators.Check(changed, plans, cluster.Kapsule())
	manifests, _ := decoded.New(changed, nil, cluster.Kapsule())
	model := access.New(manifests)
	if len(changes) == 1 {
		var ends []access.End
		for _, node := range model.Map.Nodes {
			ends = append(ends, access.End{Node: node})
		}
		incident.New(model, ends, ways.New(manifests, nil), nil)
		difference.Compare(difference.State{Model: model}, difference.State{Model: model})
	}
	importer.Import(manifests.Set, manifests.Scope, importer.Options{})
}

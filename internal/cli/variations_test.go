package cli_test

import (
	"maps"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"cloison.dev/cloison/internal/testkit"
	"cloison.dev/cloison/internal/testkit/manifests"
	"cloison.dev/cloison/internal/wellknown"
)

// namedList is the text of a ResourceList.
type namedList struct{ name, text string }

// goldenLists are the inputs of the golden cases, and what came out of those that are accepted: it holds all that is
// generated, and is there once more to be validated.
func goldenLists(t *testing.T) []namedList {
	t.Helper()
	noLists := []string{ // which cloison check reads as something else, or the function alone explains
		"refuses-a-kubernetes-list", "refuses-a-segregation-without-a-list", "refuses-empty-input",
		"refuses-input-that-is-no-object", "refuses-only-comments",
	}
	var all []namedList
	for _, folder := range testkit.Files(t, filepath.Join(testkit.Root(t), "testdata/cases/*"), manifests.CaseCount) {
		if name := filepath.Base(folder); !slices.Contains(noLists, name) {
			all = append(all, namedList{name, testkit.Read(t, folder, "input.yaml")})
		}
	}
	require.GreaterOrEqual(t, len(all), manifests.CaseCount-len(noLists))
	for _, c := range manifests.Accepted(t)[:manifests.AcceptedCount] {
		all = append(all, namedList{c.Name + ", expanded", c.Text})
		if list := parsed(c.Text); list != nil {
			all = append(all, namedList{c.Name + ", validated", validated(t, list)})
		}
	}
	return all
}

// parsed is a ResourceList as plain values; nil where it has what only one reader takes.
func parsed(text string) (list object) {
	if yaml.Unmarshal([]byte(text), &list) != nil {
		return nil
	}
	return list
}

// validated is the text of a list, with Segregations that ask for no more than validating.
func validated(t *testing.T, list object) string {
	t.Helper()
	validate(list, nil)
	return written(t, list)
}

func validate(list object, _ *rand.Rand) {
	configs := itemsWhere(list, isOfKind("Segregation"))
	if config, has := list["functionConfig"].(object); has {
		configs = append(configs, config)
		if config["kind"] == "ConfigMap" {
			config["data"] = object{"mode": "validate"}
		}
	}
	for _, config := range configs {
		inside(config, "metadata", "annotations")[wellknown.ModeAnnotation] = "validate"
	}
}

func written(t *testing.T, list object) string {
	t.Helper()
	text, err := yaml.Marshal(list)
	require.NoError(t, err)
	return string(text)
}

// object is a mapping: a list, an item, or a part of one.
type object = map[string]any

// vary makes a few random changes to one of the lists: to a validated one, of which all findings must be the same,
// every other time.
func vary(t *testing.T, bases []namedList, random *rand.Rand) namedList {
	t.Helper()
	variations := variations()
	names := slices.Sorted(maps.Keys(variations))
	wantsValidated := random.IntN(2) == 0
	for {
		base := bases[random.IntN(len(bases))]
		if wantsValidated && !strings.HasSuffix(base.name, ", validated") {
			continue
		}
		list := parsed(base.text)
		if len(itemsWhere(list, isAny)) == 0 {
			continue // there is nothing to vary
		}
		if strings.Contains(base.text, "*") && len(written(t, list)) > 1<<16 {
			continue // aliases, written out
		}
		name := base.name
		for range 1 + random.IntN(3) {
			chosen := names[random.IntN(len(names))]
			name += ", " + chosen
			variations[chosen](list, random)
		}
		return namedList{name, written(t, list)}
	}
}

// variation changes a list, where it has something to change.
type variation func(list object, random *rand.Rand)

func variations() map[string]variation {
	const local = "config.kubernetes.io/local-config"
	annotated := func(name, value string) func(object) {
		return func(o object) { inside(o, "metadata", "annotations")[name] = value }
	}
	notLocal := func(o object) { delete(inside(o, "metadata", "annotations"), local) }
	in := func(namespace string) func(object) {
		return func(o object) { inside(o, "metadata")["namespace"] = namespace }
	}
	of := func(apiVersion string) func(object) { return func(o object) { o["apiVersion"] = apiVersion } }
	misspelt := func(o object) { inside(o, "spec")["componets"] = object{} }
	other := func(o object) { inside(o, "spec")["components"] = object{"other": object{}} }
	empty := func(o object) { inside(o, "spec")["folders"] = []any{} }
	isSegregation, isNamespace := isOfKind("Segregation"), isOfKind("Namespace")
	return map[string]variation{
		"an item twice":                    again(isAny, nothing),
		"an item in v2, too":               again(isAny, of("example.com/v2")),
		"an item in another namespace too": again(isAny, in("elsewhere")),
		"an item in no namespace too":      again(isAny, func(o object) { delete(inside(o, "metadata"), "namespace") }),
		"a Namespace in one, too":          again(isNamespace, in("elsewhere")),
		"a ClusterRole in a namespace too": both(clusterRole(nothing), clusterRole(in("elsewhere"))),
		"a local item":                     change(isAny, annotated(local, "true")),
		"an item that is not local":        change(isAny, annotated(local, "false")),
		"an item in a file":                change(isAny, annotated("config.kubernetes.io/path", "a.yaml")),
		"items sent by kustomize":          change(isAny, annotated("kustomize.config.k8s.io/id", "1")),
		"an item without local-config":     change(isAny, notLocal),
		"an item without a kind":           change(isAny, func(o object) { delete(o, "kind") }),
		"an item without metadata":         change(isAny, func(o object) { delete(o, "metadata") }),
		"an item in a list":                change(isAny, wrap),
		"an item of kustomize":             change(isAny, of("kustomize.config.k8s.io/v1")),
		"an item of kpt":                   change(isAny, of("kpt.dev/v1")),
		"a policy that opens all":          besideANamespace(openPolicy()),
		"a binding that gives all":         besideANamespace(adminBinding()),

		"a Segregation twice":                 again(isSegregation, nothing),
		"a Segregation that is applied, too":  again(isSegregation, notLocal),
		"two Segregations of a name":          again(isSegregation, other),
		"Segregations that meet":              again(isSegregation, meet),
		"a misspelt Segregation":              change(isSegregation, misspelt),
		"a misspelt Segregation, too":         again(isSegregation, misspelt),
		"all Segregations misspelt":           all(isSegregation, misspelt),
		"a Segregation of v2":                 change(isSegregation, of("cloison.dev/v2")),
		"a Segregation that moved":            change(isSegregation, in("prod")),
		"a Segregation without local-config":  change(isSegregation, notLocal),
		"validating":                          validate,
		"a Segregation as functionConfig too": asConfig(nothing),
		"a functionConfig that differs":       asConfig(other),
		"a misspelt functionConfig":           asConfig(misspelt),
		"a functionConfig that did not move":  asConfig(func(o object) { delete(inside(o, "metadata"), "namespace") }),

		"an Inventory":                  both(inventory(nothing)),
		"two equal Inventories":         both(inventory(nothing), inventory(nothing)),
		"two Inventories that differ":   both(inventory(nothing), inventory(empty)),
		"an Inventory that is applied":  both(inventory(notLocal)),
		"an Inventory that moved":       both(inventory(in("prod"))),
		"an Inventory of v2":            both(inventory(of("cloison.dev/v2"))),
		"a misspelt Inventory, twice":   both(inventory(misspelt), inventory(misspelt)),
		"an Inventory of another group": both(inventory(of("example.com/v1"))),
	}
}

func nothing(object) {}

func isAny(object) bool { return true }

func isOfKind(kind string) func(object) bool { return func(o object) bool { return o["kind"] == kind } }

// inside is the mapping at a path, which is made where there is none.
func inside(o object, path ...string) object {
	for _, name := range path {
		child, is := o[name].(object)
		if !is {
			child = object{}
			o[name] = child
		}
		o = child
	}
	return o
}

// itemsWhere are the items for which is holds.
func itemsWhere(list object, is func(object) bool) (found []object) {
	items, _ := list["items"].([]any)
	for _, each := range items {
		if item, isObject := each.(object); isObject && is(item) {
			found = append(found, item)
		}
	}
	return found
}

// change edits one of the items for which is holds.
func change(is func(object) bool, edit func(object)) variation {
	return func(list object, random *rand.Rand) {
		if found := itemsWhere(list, is); len(found) > 0 {
			edit(found[random.IntN(len(found))])
		}
	}
}

// all edits every item for which is holds.
func all(is func(object) bool, edit func(object)) variation {
	return func(list object, _ *rand.Rand) {
		for _, item := range itemsWhere(list, is) {
			edit(item)
		}
	}
}

// again adds an edited copy of one of the items for which is holds.
func again(is func(object) bool, edit func(object)) variation {
	return func(list object, random *rand.Rand) {
		if found := itemsWhere(list, is); len(found) > 0 {
			both(edited(found[random.IntN(len(found))], edit))(list, random)
		}
	}
}

// both adds items.
func both(added ...object) variation {
	return func(list object, _ *rand.Rand) {
		items, _ := list["items"].([]any)
		for _, item := range added {
			items = append(items, edited(item, nothing))
		}
		list["items"] = items
	}
}

// asConfig makes an edited copy of a Segregation the functionConfig.
func asConfig(edit func(object)) variation {
	return func(list object, random *rand.Rand) {
		if found := itemsWhere(list, isOfKind("Segregation")); len(found) > 0 {
			list["functionConfig"] = edited(found[random.IntN(len(found))], edit)
		}
	}
}

// edited is a copy with a change.
func edited(o object, edit func(object)) object {
	text, err := yaml.Marshal(o)
	if err != nil {
		panic(err)
	}
	copied := object{}
	if err := yaml.Unmarshal(text, &copied); err != nil {
		panic(err)
	}
	edit(copied)
	return copied
}

// wrap makes a list of an item, without a name.
func wrap(o object) {
	item := maps.Clone(o)
	clear(o)
	o["apiVersion"], o["kind"], o["items"] = "v1", "List", []any{item}
}

// meet gives a Segregation another name, and a namespace of its old one.
func meet(o object) {
	for name := range inside(o, "spec", "components") {
		old, _ := inside(o, "metadata")["name"].(string)
		inside(o, "spec")["components"] = object{"meeting": object{"namespace": old + "-" + name}}
		break
	}
	inside(o, "metadata")["name"] = "meeting"
}

// besideANamespace adds an object to one of the namespaces that are among the items.
func besideANamespace(o object) variation {
	return func(list object, random *rand.Rand) {
		if found := itemsWhere(list, isOfKind("Namespace")); len(found) > 0 {
			namespace := inside(found[random.IntN(len(found))], "metadata")["name"]
			both(edited(o, func(o object) { inside(o, "metadata")["namespace"] = namespace }))(list, random)
		}
	}
}

func openPolicy() object {
	return object{
		"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": object{"name": "open"},
		"spec": object{"podSelector": object{}, "ingress": []any{object{}}, "egress": []any{object{}}},
	}
}

func adminBinding() object {
	return object{
		"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding", "metadata": object{"name": "all"},
		"roleRef":  object{"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "cluster-admin"},
		"subjects": []any{object{"kind": "ServiceAccount", "name": "default", "namespace": "shop-frontend"}},
	}
}

func clusterRole(edit func(object)) object {
	return edited(object{
		"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": object{"name": "reader"},
	}, edit)
}

func inventory(edit func(object)) object {
	return edited(object{
		"apiVersion": "cloison.dev/v1alpha1", "kind": "Inventory",
		"metadata": object{"name": "shop", "annotations": object{"config.kubernetes.io/local-config": "true"}},
		"spec": object{"folders": []any{object{
			"region": "fr-par", "projectID": liveProject, "path": "/shop-backend",
			"secrets": []any{object{"name": "api-token", "revision": 1, "enabled": []any{1}, "type": "opaque"}},
		}}},
	}, edit)
}

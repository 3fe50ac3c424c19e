package paths_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/inventory"
	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/internal/testkit"
	"cloison.dev/cloison/validators/paths"
)

// use is what a plan reads of a secret.
type use struct{ required, property, fixed, extract bool }

// mutation is one step that makes an Inventory untrue to its plan.
type mutation struct {
	change func(s *inventory.Secret)
	// notice is the code with its severity that must be reported; "" where the step changes nothing for the use.
	notice func(u use) string
}

func mutations() map[string]mutation {
	orAbsent := func(required string) func(use) string {
		return func(u use) string { return choose(u.required, required, "info CLS-I018") }
	}
	read := func(u use) bool { return u.property || u.extract }
	return map[string]mutation{
		"rename": {
			func(s *inventory.Secret) { s.Name = "renamed-" + s.Name }, orAbsent("error CLS-I002"),
		},
		"delete": {
			func(s *inventory.Secret) { s.DeletionRequestedAt = "2026-01-31T08:00:00Z" }, orAbsent("error CLS-I005"),
		},
		"disable all revisions": {
			func(s *inventory.Secret) { s.Enabled = []int{} }, orAbsent("error CLS-I003"),
		},
		"remove all revisions": {
			func(s *inventory.Secret) { s.Revision, s.Enabled = 0, nil }, orAbsent("error CLS-I003"),
		},
		"disable the fixed revision": {
			func(s *inventory.Secret) { s.Enabled = []int{3} }, func(u use) string {
				return choose(u.fixed, "error CLS-I013", "")
			},
		},
		"consume by reading": {
			func(s *inventory.Secret) { s.Ephemeral = &inventory.Ephemeral{ExpiresOnceAccessed: true} },
			func(use) string { return "error CLS-I006" },
		},
		"expire": {
			func(s *inventory.Secret) { s.Ephemeral = &inventory.Ephemeral{TimeToLive: "1h0m0s"} },
			func(use) string { return "warning CLS-I006" },
		},
		"remove what a query finds": {
			func(s *inventory.Secret) {
				for _, c := range s.Contents {
					for query := range c.Queries {
						c.Queries[query] = false
					}
				}
			},
			func(u use) string { return choose(u.property, "error CLS-I004", "") },
		},
		"make it no object": {
			func(s *inventory.Secret) {
				for i := range s.Contents {
					s.Contents[i].Properties = nil
				}
			},
			func(u use) string { return choose(u.extract, "error CLS-I004", "") },
		},
		"give it a property that is no key": {
			func(s *inventory.Secret) {
				for i := range s.Contents {
					s.Contents[i].Properties = append(s.Contents[i].Properties, "no key")
				}
			},
			func(u use) string { return choose(u.extract, "error CLS-I019", "") },
		},
		"forget what is in it": {
			func(s *inventory.Secret) { s.Contents = nil }, func(u use) string {
				return choose(read(u), "undecided", "")
			},
		},
		"forget which revisions are enabled": {
			func(s *inventory.Secret) { s.Enabled = nil },
			func(u use) string { return choose(read(u) || u.fixed, "undecided", "info CLS-I014") },
		},
		"add a revision that was not looked at": {
			func(s *inventory.Secret) { s.Revision, s.Enabled = 4, []int{2, 3, 4} },
			func(u use) string { return choose(read(u) && !u.fixed, "undecided", "") },
		},
		"fill it with versions": {
			func(s *inventory.Secret) {
				s.Revision, s.Enabled = 20, []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20}
			},
			func(use) string { return "warning CLS-I008" },
		},
	}
}

func choose(which bool, yes, no string) string {
	if which {
		return yes
	}
	return no
}

// invent makes the components of a Segregation up.
func invent(random *rand.Rand) string {
	var components []string
	for c := range 1 + random.IntN(3) {
		var groups []string
		for g := range 1 + random.IntN(2) {
			groups = append(groups, fmt.Sprintf("g%d: %s", g, inventGroup(random)))
		}
		components = append(components, fmt.Sprintf("c%d: {secretGroups: {%s}}", c, strings.Join(groups, ", ")))
	}
	return strings.Join(components, ", ")
}

func inventGroup(random *rand.Rand) string {
	var keys, optional, mapped, extract []string
	keys = append(keys, "ALWAYS")
	for n := range random.IntN(8) {
		switch random.IntN(6) {
		case 0:
			keys = append(keys, fmt.Sprintf("KEY_%d", n))
		case 1:
			optional = append(optional, fmt.Sprintf("OPTIONAL_%d", n))
		case 2:
			mapped = append(mapped, fmt.Sprintf("MAP_%d: {secret: mapped-%d}", n, n))
		case 3:
			mapped = append(mapped, fmt.Sprintf("MAP_%d: {secret: json-%d, property: a.%d}", n, n, n))
		case 4:
			mapped = append(mapped, fmt.Sprintf("MAP_%d: {secret: fixed-%d, property: '#', version: 2}", n, n))
		case 5:
			extract = append(extract, fmt.Sprintf("extract-%d", n))
		}
	}
	return fmt.Sprintf("{keys: [%s], optionalKeys: [%s], map: {%s}, extract: [%s]}",
		strings.Join(keys, ", "), strings.Join(optional, ", "), strings.Join(mapped, ", "), strings.Join(extract, ", "))
}

// reflect is the Inventory that a plan asks for, and what the plan wants of its secrets.
func reflect(p *plan.Plan) (*inventory.Inventory, map[string]use) {
	i, uses := inventory.New("reflected"), map[string]use{}
	for _, c := range p.Components {
		for _, g := range c.Groups {
			f := inventory.Folder{FolderRef: ref(g.Folder), Secrets: []inventory.Secret{}}
			add := func(name string, u use, contents ...inventory.Content) {
				uses[g.Folder+"/"+name] = u
				f.Secrets = append(f.Secrets, inventory.Secret{Name: name, Type: "opaque", Revision: 3,
					Enabled: []int{2, 3}, Contents: contents})
			}
			for _, e := range g.Entries {
				u := use{required: true, property: e.Property != "", fixed: e.Version != ""}
				if u.property {
					revision := 3
					if u.fixed {
						revision = 2
					}
					add(e.Secret, u, inventory.Content{Revision: revision, Queries: map[string]bool{e.Property: true}})
					continue
				}
				add(e.Secret, u)
			}
			for _, e := range g.Optional {
				add(e.Secret, use{})
			}
			for _, e := range g.Extract {
				add(e.Secret, use{required: true, extract: true},
					inventory.Content{Revision: 3, Properties: []string{"of-" + e.Secret}})
			}
			i.Spec.Folders = append(i.Spec.Folders, f)
		}
	}
	return i, uses
}

// copied is an Inventory that can be changed without changing the other one.
func copied(t *testing.T, i *inventory.Inventory) *inventory.Inventory {
	t.Helper()
	text, err := json.Marshal(i)
	require.NoError(t, err)
	again := &inventory.Inventory{}
	require.NoError(t, json.Unmarshal(text, again))
	return again
}

// both compares a plan with an Inventory, committed and read live, and returns the findings of each.
func both(p *plan.Plan, i *inventory.Inventory) [][]string {
	byInventory, byReading := *p, *p
	byReading.Paths = "Live"
	var found [][]string
	for _, in := range []paths.Input{
		{Plans: []*plan.Plan{&byInventory}, Inventories: []*inventory.Inventory{i}},
		{Plans: []*plan.Plan{&byReading}, Live: &inventory.Reading{Inventory: i}},
	} {
		findings := paths.Check(in).Findings
		all := codes(findings)
		for _, f := range findings {
			if f.Undecided {
				all = append(all, "undecided")
			}
		}
		found = append(found, all)
	}
	return found
}

func TestAPlanIsAtOneWithItsReflectionAndWithNothingElse(t *testing.T) {
	noticed := map[string]int{}
	for seed, random := range testkit.Seeds(t, 30) {
		p := segregation(t, "shop", "", invent(random))
		i, uses := reflect(p)
		assert.Equal(t, [][]string{nil, nil}, both(p, i), "seed %d", seed)
		for f, folder := range i.Spec.Folders {
			for s, secret := range folder.Secrets {
				for name, m := range mutations() {
					want := m.notice(uses[folder.Path+"/"+secret.Name])
					mutant := copied(t, i)
					m.change(&mutant.Spec.Folders[f].Secrets[s])
					for _, found := range both(p, mutant) {
						if want == "" {
							assert.Empty(t, found, "seed %d, %s %s", seed, name, secret.Name)
							continue
						}
						assert.Contains(t, found, want, "seed %d, %s %s", seed, name, secret.Name)
						noticed[name]++
					}
				}
			}
		}
	}
	for name := range mutations() {
		assert.Positive(t, noticed[name], "%s was never tried", name)
	}
}

func TestAFolderThatGoesComesOrChangesIsNoticed(t *testing.T) {
	for seed, random := range testkit.Seeds(t, 30) {
		p := segregation(t, "shop", "", invent(random))
		i, _ := reflect(p)
		for f := range i.Spec.Folders {
			for name, change := range map[string]func(m *inventory.Inventory){
				"remove": func(m *inventory.Inventory) {
					m.Spec.Folders = append(m.Spec.Folders[:f],
						m.Spec.Folders[f+1:]...)
				},
				"repeat": func(m *inventory.Inventory) {
					m.Spec.Folders = append(m.Spec.Folders,
						m.Spec.Folders[f])
				},
				"another region":  func(m *inventory.Inventory) { m.Spec.Folders[f].Region = "nl-ams" },
				"another project": func(m *inventory.Inventory) { m.Spec.Folders[f].ProjectID = "00000000-8d0e-4c0e-9a53-0f2b7c4d1e90" },
				"another path":    func(m *inventory.Inventory) { m.Spec.Folders[f].Path += "-2" },
			} {
				mutant := copied(t, i)
				change(mutant)
				for _, found := range both(p, mutant) {
					assert.Contains(t, found, "undecided", "seed %d, folder %d, %s", seed, f, name)
				}
			}
			mutant := copied(t, i)
			mutant.Spec.Folders[f].Secrets = append(mutant.Spec.Folders[f].Secrets,
				inventory.Secret{Name: "unused", Revision: 1, Enabled: []int{1}})
			assert.Equal(t, [][]string{{"warning CLS-I007"}, {"warning CLS-I007"}}, both(p, mutant),
				"seed %d, folder %d", seed, f)
		}
	}
}

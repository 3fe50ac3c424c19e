package paths_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"cloison.dev/cloison/internal/inventory"
	"cloison.dev/cloison/internal/spec"
	"cloison.dev/cloison/validators/paths"
)

func TestPathsNameWhatTheyAreHeldAgainst(t *testing.T) {
	lacking := []*inventory.Inventory{inventoryOf(t, folder("/shop-backend"))}
	complete := &inventory.Reading{Inventory: inventoryOf(t, folder("/shop-backend", ready("a")))}
	for name, c := range map[string]struct {
		fields      string
		inventories []*inventory.Inventory
		read        *inventory.Reading
		offline     bool
		want        []string
	}{
		"nothing named, and no Inventory": {
			want: []string{
				`info CLS-I001 Segregation shop spec.validation.paths: the Scaleway paths were not checked: there is ` +
					`no Inventory among the inputs; fix: commit the output of "cloison inventory" beside the ` +
					`Segregation, or set it to Live; Off stops this message`,
			},
		},
		"nothing named, and an Inventory": {
			inventories: lacking, read: complete,
			want: []string{
				`error CLS-I002 Segregation shop spec.components.backend.secrets.keys[0]: the Inventory has no ` +
					`secret "/shop-backend/a", and nothing at all in that folder; counterexample: key A of Secret ` +
					`backend-secrets in shop-backend is read from "/shop-backend/a"; fix: correct region (fr-par), ` +
					`projectID (3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90) or path, or create the secret; then write the ` +
					`Inventory again with "cloison inventory"`,
			},
		},
		"Off": {fields: unchecked, inventories: lacking, read: complete, want: []string{}},
		"Inventory, and there is none": {
			fields: "validation: {paths: Inventory},", read: complete,
			want: []string{
				`error CLS-I009 Segregation shop spec.validation.paths: there must be an Inventory among the inputs ` +
					`to check the Scaleway paths against; there is none; fix: commit the output of "cloison ` +
					`inventory" beside the Segregation and list it among the resources [undecided]`,
			},
		},
		"Live decides, whatever an Inventory says": {fields: checkedLive, inventories: lacking, read: complete,
			want: []string{}},
		"Live, and nothing was read": {
			fields: checkedLive, inventories: lacking,
			want: []string{
				`error CLS-I010 Segregation shop spec.validation.paths: the Scaleway paths must be checked live, and ` +
					`Scaleway was not read here; fix: run this where Scaleway can be reached, or set it to Inventory ` +
					`and commit the output of "cloison inventory" [undecided]`,
			},
		},
		"Live, and nobody may be asked": {
			fields: checkedLive, inventories: lacking, offline: true,
			want: []string{
				`warning CLS-I001 Segregation shop spec.validation.paths: the Scaleway paths were not checked: they ` +
					`must be checked live, and this check is offline; fix: check them without --offline [undecided]`,
			},
		},
		"Inventory, and nobody may be asked": {
			fields: "validation: {paths: Inventory},", inventories: []*inventory.Inventory{complete.Inventory},
			offline: true,
			want:    []string{},
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := shop(t, c.fields, "{keys: [A]}")
			in := paths.Input{Inventories: c.inventories, Live: c.read, Offline: c.offline}
			in.Plans = append(in.Plans, p)
			assert.Equal(t, c.want, lines(paths.Check(in).Findings))
		})
	}
}

func TestAModeThatIsNotKnownIsNoPass(t *testing.T) {
	p := shop(t, "", "{keys: [A]}")
	p.Paths = spec.PathCheck("Perhaps")
	assert.Equal(t, []string{"error CLS-I010"}, codes(against([]*inventory.Inventory{inventoryOf(t)}, p)))
}

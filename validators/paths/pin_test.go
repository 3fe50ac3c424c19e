package paths_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/inventory"
	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/validators/paths"
)

// pin returns the plan with its pins, and what is reported.
func pin(p *plan.Plan, inventories ...*inventory.Inventory) (*plan.Plan, []string) {
	pins := paths.Pin([]*plan.Plan{p}, inventories)
	return pins.Plans[0], lines(pins.Findings)
}

// pinAll returns the plan with its pins, all of which there are.
func pinAll(t *testing.T, p *plan.Plan, inventories ...*inventory.Inventory) *plan.Plan {
	t.Helper()
	pinned, found := pin(p, inventories...)
	require.Empty(t, found)
	return pinned
}

func TestPinFixesTheLatestEnabledRevision(t *testing.T) {
	unpinned := shop(t, pinned, "{keys: [A], map: {B: {secret: b, version: 1}, C: {secret: c, version: "+
		"latest_enabled}}, extract: [d]}")
	committed := inventoryOf(t, folder("/shop-backend", secret("a", "revision: 5, enabled: [2, 4]"),
		secret("b", "revision: 2, enabled: [1, 2]"),
		secret("c", "revision: 3, enabled: [3]"), secret("d", "revision: 7, enabled: [6], contents: "+
			"[{revision: 6, properties: [x]}]")))
	p := pinAll(t, unpinned, committed)
	type fixed struct {
		version string
		pinned  bool
	}
	group := p.Components[0].Groups[0]
	var got []fixed
	for _, e := range group.Entries {
		got = append(got, fixed{e.Version, e.Pinned})
	}
	for _, e := range group.Extract {
		got = append(got, fixed{e.Version, e.Pinned})
	}
	assert.Equal(t, []fixed{{"4", true}, {"1", false}, {"3", true}, {"6", true}}, got)
	assert.Empty(t, against([]*inventory.Inventory{committed}, p))
	assert.Equal(t, p, pinAll(t, p, committed), "again")
	for _, e := range unpinned.Components[0].Groups[0].Extract {
		assert.Empty(t, e.Version, "the plan that was given must stay as it is")
	}
	assert.Empty(t, unpinned.Components[0].Groups[0].Entries[0].Version)
}

func TestPinLeavesPlansAloneThatDoNotWantIt(t *testing.T) {
	p := shop(t, "", "{keys: [A]}")
	assert.Same(t, p, pinAll(t, p, inventoryOf(t, folder("/shop-backend", ready("a")))))
	assert.Empty(t, p.Components[0].Groups[0].Entries[0].Version)
}

func TestWhatIsNotPinnedIsReported(t *testing.T) {
	keys := "{keys: [A, B]}"
	for name, c := range map[string]struct {
		fields, secrets string
		inventories     []*inventory.Inventory
		want            []string
	}{
		"there is no Inventory": {
			secrets: keys,
			want: []string{
				`error CLS-I020 Segregation shop spec.sync.pin: there must be an Inventory among the inputs to take ` +
					`the revisions from; there is none, so nothing is pinned; fix: commit the output of "cloison ` +
					`inventory" beside the Segregation: it asks for revisions where sync.pin is set`,
			},
		},
		"there is no Inventory, and nothing to pin": {secrets: "{map: {A: {secret: a, version: 1}}}", want: []string{}},
		"the Inventory lacks the folder": {
			secrets: keys, inventories: []*inventory.Inventory{inventoryOf(t)},
			want: []string{
				`error CLS-I020 Segregation shop spec.components.backend.secrets.path: every secret of component ` +
					`backend must have a revision to pin; the Inventory does not hold folder "/shop-backend" of ` +
					`project 3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90 in fr-par; fix: write the Inventory again with ` +
					`"cloison inventory", which asks for revisions where sync.pin is set`,
			},
		},
		"the Inventory lacks the folder, and nothing to pin": {
			secrets: "{map: {A: {secret: a, version: 1}}}", inventories: []*inventory.Inventory{inventoryOf(t)},
			want: []string{},
		},
		"two Inventories have the folder": {
			secrets: keys,
			inventories: []*inventory.Inventory{inventoryOf(t, folder("/shop-backend", ready("a"), ready("b"))),
				inventoryOf(t, folder("/shop-backend"))},
			want: []string{
				`error CLS-I020 Segregation shop spec.components.backend.secrets.path: every secret of component ` +
					`backend must have a revision to pin; folder "/shop-backend" of project ` +
					`3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90 in fr-par is described more than once; fix: write the ` +
					`Inventory again with "cloison inventory", which asks for revisions where sync.pin is set`,
			},
		},
		"the Inventory lacks the secrets": {
			secrets: keys, inventories: []*inventory.Inventory{inventoryOf(t, folder("/shop-backend"))},
			want: []string{
				`error CLS-I020 Segregation shop spec.components.backend.secrets.path: every secret of component ` +
					`backend must have a revision to pin; the Inventory does not hold a, b; fix: create the secrets, ` +
					`or correct their names; then write the Inventory again with "cloison inventory", which asks for ` +
					`revisions where sync.pin is set`,
			},
		},
		"the Inventory does not know the states": {
			secrets: keys, inventories: []*inventory.Inventory{
				inventoryOf(t, folder("/shop-backend", ready("a"), secret("b", "revision: 1")))},
			want: []string{
				`error CLS-I020 Segregation shop spec.components.backend.secrets.path: every secret of component ` +
					`backend must have a revision to pin; the Inventory does not know which revisions are enabled of ` +
					`b; fix: write the Inventory again with "cloison inventory", which asks for ` +
					`revisions where sync.pin is set`,
			},
		},
		"nothing is enabled, which the check against the Inventory says": {
			secrets: keys, inventories: []*inventory.Inventory{
				inventoryOf(t, folder("/shop-backend", ready("a"), secret("b", "revision: 1, enabled: []")))},
			want: []string{},
		},
		"nothing can be read, and no check says so": {
			fields: unchecked, secrets: keys,
			inventories: []*inventory.Inventory{inventoryOf(t, folder("/shop-backend", secret("a", "revision: 0"),
				secret("b", `revision: 1, enabled: [1], deletionRequestedAt: "2026-01-31T08:00:00Z"`)))},
			want: []string{
				`error CLS-I020 Segregation shop spec.components.backend.secrets.path: every secret of component ` +
					`backend must have a revision to pin; in the Inventory there is no revision that can be read of ` +
					`a, b; fix: add a version to the secrets, enable or restore them; then write the Inventory again ` +
					`with "cloison inventory", which asks for revisions where sync.pin is set`,
			},
		},
		"nothing is enabled, and the live check may see otherwise": {
			fields: checkedLive, secrets: keys,
			inventories: []*inventory.Inventory{
				inventoryOf(t, folder("/shop-backend", ready("a"), secret("b", "revision: 0")))},
			want: []string{
				`error CLS-I020 Segregation shop spec.components.backend.secrets.path: every secret of component ` +
					`backend must have a revision to pin; in the Inventory there is no revision that can be read of ` +
					`b; fix: add a version to the secrets, enable or restore them; then write the Inventory again ` +
					`with "cloison inventory", which asks for revisions where sync.pin is set`,
			},
		},
		"optional keys": {
			secrets:     "{keys: [A], optionalKeys: [B, C]}",
			inventories: []*inventory.Inventory{inventoryOf(t, folder("/shop-backend", ready("a")))},
			want: []string{
				`info CLS-I020 Segregation shop spec.components.backend.secrets.optionalKeys: optional keys are not ` +
					`pinned, since they are searched for, and a search has no revision: B, C; fix: list them under ` +
					`"keys" where they must be pinned`,
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			_, found := pin(shop(t, c.fields+pinned, c.secrets), c.inventories...)
			assert.Equal(t, c.want, found)
		})
	}
}

func TestPinsAreHeldAgainstWhatIsThereNow(t *testing.T) {
	committed := inventoryOf(t, folder("/shop-backend", secret("a", "revision: 2, enabled: [2], contents: "+
		"[{revision: 2, properties: [x]}]")))
	for name, c := range map[string]struct {
		now  string
		want []string
	}{
		"unchanged": {now: "revision: 2, enabled: [2], contents: [{revision: 2, properties: [x]}]", want: []string{}},
		"a newer one": {
			now: "revision: 3, enabled: [2, 3], contents: [{revision: 2, properties: [x]}, " +
				"{revision: 3, properties: []}]",
			want: []string{
				`info CLS-I021 Segregation shop spec.components.backend.secrets.map.A: revision 3 of secret ` +
					`"/shop-backend/a" is enabled, and the Inventory pins 2; fix: write the Inventory again with ` +
					`"cloison inventory" to take the newer one`,
			},
		},
		"disabled": {
			now: "revision: 3, enabled: [3], contents: [{revision: 3, properties: [x]}]",
			want: []string{
				`error CLS-I013 Segregation shop spec.components.backend.secrets.map.A: revision 2 of secret ` +
					`"/shop-backend/a" is not enabled (enabled: 3); it is the pin of the Inventory; counterexample: ` +
					`key A of Secret backend-secrets in shop-backend is read from "/shop-backend/a"; fix: write the ` +
					`Inventory again with "cloison inventory"`,
			},
		},
		"made anew": {
			now: "revision: 1, enabled: [1], contents: [{revision: 1, properties: [x]}]",
			want: []string{
				`error CLS-I013 Segregation shop spec.components.backend.secrets.map.A: revision 2 of secret ` +
					`"/shop-backend/a" was never made (enabled: 1); it is the pin of the Inventory; counterexample: ` +
					`key A of Secret backend-secrets in shop-backend is read from "/shop-backend/a"; fix: write the ` +
					`Inventory again with "cloison inventory"`,
			},
		},
		"nothing is enabled": {
			now: "revision: 2, enabled: []",
			want: []string{
				`error CLS-I003 Segregation shop spec.components.backend.secrets.map.A: secret "/shop-backend/a" has ` +
					`no enabled revision (the newest is 2), so there is no value to read; counterexample: key A of ` +
					`Secret backend-secrets in shop-backend is read from "/shop-backend/a"; fix: add a version ` +
					`to the secret, or enable one`,
			},
		},
		"without the property": {
			now: "revision: 2, enabled: [2], contents: [{revision: 2, properties: [y]}]",
			want: []string{
				`error CLS-I004 Segregation shop spec.components.backend.secrets.map.A: revision 2 of secret ` +
					`"/shop-backend/a" has nothing at "x": its properties are y; counterexample: key A of Secret ` +
					`backend-secrets in shop-backend is read from "/shop-backend/a"; fix: correct the property (in ` +
					`gjson's syntax a dot of a name is written \.), or the value`,
			},
		},
		"of unknown state": {
			now: "revision: 2",
			want: []string{
				`error CLS-I010 Segregation shop spec.components.backend.secrets.map.A: whether revision 2 of secret ` +
					`"/shop-backend/a" is enabled is not known: Scaleway was not asked for the states of its ` +
					`revisions, or did not answer, and nothing says why; fix: run the check again [undecided]`,
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := pinAll(t, shop(t, checkedLive+pinned, "{map: {A: {secret: a, property: x}}}"), committed)
			read := &inventory.Reading{Inventory: inventoryOf(t, folder("/shop-backend", secret("a", c.now)))}
			in := paths.Input{Plans: []*plan.Plan{p}, Inventories: []*inventory.Inventory{committed}, Live: read}
			assert.Equal(t, c.want, lines(paths.Check(in).Findings))
		})
	}
}

package paths_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"cloison.dev/cloison/internal/inventory"
)

func TestSecretsThatNothingUsesAreReported(t *testing.T) {
	many := []string{ready("a")}
	for n := range 12 {
		many = append(many, ready(fmt.Sprintf("old-%02d", n)))
	}
	judgeHeld(t, map[string]held{
		"one": {
			secrets: "{keys: [A], optionalKeys: [B], extract: [c]}",
			folder: []string{ready("a"), ready("b"), secret("c", "revision: 1, enabled: [1], contents: "+
				"[{revision: 1, properties: [x]}]"),
				ready("legacy"), secret("going", `revision: 1, deletionRequestedAt: "2026-01-31T08:00:00Z"`)},
			want: []string{
				`warning CLS-I007 Segregation shop spec.components.backend.secrets.path: folder "/shop-backend" ` +
					`holds 1 secret that no key of component backend uses, and whose values its API key can read all ` +
					`the same: legacy; fix: delete them, move them to another folder, or use them; then write the ` +
					`Inventory again with "cloison inventory"`,
			},
		},
		"many": {
			secrets: "{keys: [A]}", folder: many,
			want: []string{
				`warning CLS-I007 Segregation shop spec.components.backend.secrets.path: folder "/shop-backend" ` +
					`holds 12 secrets that no key of component backend uses, and whose values its API key can read ` +
					`all the same: old-00, old-01, old-02, old-03, old-04, old-05, old-06, old-07, old-08, old-09 ` +
					`and 2 more; fix: delete them, move them to another folder, or use them; then write the ` +
					`Inventory again with "cloison inventory"`,
			},
		},
	})
}

func TestVersionsRunOut(t *testing.T) {
	judgeHeld(t, map[string]held{
		"nearly": {
			secrets: "{keys: [A, B, C]}",
			folder: []string{
				secret("a", "revision: 40, enabled: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18]"),
				secret("b", "revision: 40, enabled: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17]"),
				secret("c", "revision: 19"),
			},
			want: []string{
				`warning CLS-I008 Segregation shop spec.components.backend.secrets.path: secret "/shop-backend/a" ` +
					`has 18 enabled versions; Scaleway allows a secret 20; fix: delete versions that nothing reads; ` +
					`then write the Inventory again with "cloison inventory"`,
				`info CLS-I014 Segregation shop spec.validation.revisions: whether a revision is enabled was not ` +
					`checked for 1 secret; fix: set validation.revisions: true, which takes one ` +
					`call to Scaleway for each secret`,
			},
		},
	})
}

func TestProjectsFillUp(t *testing.T) {
	for secrets, near := range map[int]bool{
		0: false, 89: false, 90: true, 100: true, 101: false, 224: false, 225: true, 250: true, 251: false,
	} {
		t.Run(fmt.Sprintf("%d secrets", secrets), func(t *testing.T) {
			full := inventoryOf(t, folder("/shop-backend", ready("a")), folder("/shop-ui", ready("a")))
			full.Spec.Projects = []inventory.Project{
				{Region: "fr-par", ProjectID: project, Secrets: secrets},
				{Region: "nl-ams", ProjectID: project, Secrets: 99}, // not the Segregation's
			}
			var want []string
			if near {
				want = append(want, fmt.Sprintf("warning CLS-I008 Segregation shop spec.scaleway: project "+
					"3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90 has %d secrets "+
					"in fr-par; Scaleway allows an organisation 100, or 250 once its identity is verified; fix: "+
					"delete secrets that nothing needs, or ask Scaleway for more", secrets))
			}
			both := "backend: {secrets: {keys: [A]}}, ui: {secrets: {keys: [A]}}"
			assert.Equal(t, want,
				nilIfNone(lines(against([]*inventory.Inventory{full}, segregation(t, "shop", "", both)))))
			assert.Equal(t, want, nilIfNone(lines(live(full, nil, segregation(t, "shop", checkedLive, both)))), "live")
		})
	}
}

func TestTheGreatestCountOfAProjectCounts(t *testing.T) {
	low, high := inventoryOf(t, folder("/shop-backend", ready("a"))), inventoryOf(t)
	low.Spec.Projects = []inventory.Project{{Region: "fr-par", ProjectID: project, Secrets: 10}}
	high.Spec.Projects = []inventory.Project{{Region: "fr-par", ProjectID: project, Secrets: 95}}
	for _, inventories := range [][]*inventory.Inventory{{low, high}, {high, low}} {
		assert.Equal(t, []string{"warning CLS-I008"}, codes(against(inventories, shop(t, "", "{keys: [A]}"))))
	}
}

func nilIfNone(lines []string) []string {
	if len(lines) == 0 {
		return nil
	}
	return lines
}

func TestAFolderMustBeInTheInventory(t *testing.T) {
	for name, c := range map[string]struct {
		folders []string
		want    []string
	}{
		"each group of a component has its own": {
			folders: []string{folder("/shop-backend-db", ready("a"))},
			want: []string{
				`error CLS-I009 Segregation shop spec.components.backend.secrets.path: nothing of component backend ` +
					`was checked: the Inventory does not hold folder "/shop-backend" of project ` +
					`3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90 in fr-par; fix: write the Inventory again with ` +
					`"cloison inventory" [undecided]`,
			},
		},
		"the same path of another project is another folder": {
			folders: []string{
				folder("/shop-backend", ready("a")), "{region: fr-par, projectID: " +
					"00000000-8d0e-4c0e-9a53-0f2b7c4d1e90, path: /shop-backend-db, secrets: []}",
			},
			want: []string{
				`error CLS-I009 Segregation shop spec.components.backend.secretGroups.db.path: nothing of secret ` +
					`group db of component backend was checked: the Inventory does not hold folder ` +
					`"/shop-backend-db" of project 3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90 in fr-par; fix: write the ` +
					`Inventory again with "cloison inventory" [undecided]`,
				`warning CLS-I017 Inventory shop spec.folders[1]: no secret group uses folder "/shop-backend-db" of ` +
					`project 00000000-8d0e-4c0e-9a53-0f2b7c4d1e90 in fr-par; fix: write the Inventory ` +
					`again with "cloison inventory"`,
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := segregation(t, "shop", "", "backend: {secrets: {keys: [A]}, secretGroups: {db: {keys: [A]}}}")
			assert.Equal(t, c.want, lines(against([]*inventory.Inventory{inventoryOf(t, c.folders...)}, p)))
		})
	}
}

func TestInventoriesTogetherDescribeEachFolderOnce(t *testing.T) {
	one := inventoryOf(t, folder("/shop-backend", ready("a")), folder("/old"))
	other := inventoryOf(t, folder("/shop-backend"), folder("/shop-ui", ready("a")), folder("/shop-ui", ready("a")))
	other.Metadata.Name = "other"
	components := "backend: {secrets: {keys: [A]}}, ui: {secrets: {keys: [A]}}"
	twice := []string{
		`error CLS-I016 Inventory other spec.folders[0]: folder "/shop-backend" of project ` +
			`3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90 in fr-par must be described once, so nothing of it was checked: ` +
			`Inventory shop has it too, at spec.folders[0]; fix: remove one of the two [undecided]`,
		`error CLS-I016 Inventory other spec.folders[2]: folder "/shop-ui" of project ` +
			`3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90 in fr-par must be described once, so nothing of it was checked: ` +
			`Inventory other has it too, at spec.folders[1]; fix: remove one of the two [undecided]`,
	}
	unused := `warning CLS-I017 Inventory shop spec.folders[1]: no secret group uses folder "/old" of project ` +
		`3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90 in fr-par; fix: write the Inventory again with "cloison inventory"`
	both := []*inventory.Inventory{one, other}

	assert.Equal(t, append(twice, unused), lines(against(both, segregation(t, "shop", "", components))))
	assert.Equal(t, twice, lines(against(both, segregation(t, "shop", unchecked+pinned, components))),
		"pins come from it")
	assert.Empty(t, lines(against(both, segregation(t, "shop", unchecked, components))), "nothing uses it")
}

func TestTheSameInputGivesTheSameFindings(t *testing.T) {
	full := inventoryOf(t, folder("/shop-api"), folder("/shop-db", ready("x")), folder("/gone"), folder("/shop-api"))
	full.Spec.Projects = []inventory.Project{{Region: "fr-par", ProjectID: project, Secrets: 95},
		{Region: "nl-ams", ProjectID: project, Secrets: 95}}
	first := against([]*inventory.Inventory{full}, segregation(t, "shop", "", four))
	assert.NotEmpty(t, first)
	for range 50 {
		assert.Equal(t, first, against([]*inventory.Inventory{full}, segregation(t, "shop", "", four)))
	}
}

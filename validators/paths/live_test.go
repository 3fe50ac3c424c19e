package paths_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"

	"cloison.dev/cloison/internal/inventory"
	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/validators/paths"
)

const four = "api: {secrets: {keys: [A]}}, db: {secrets: {keys: [A]}, secretGroups: {tls: {keys: " +
	"[A]}}}, ui: {secrets: {keys: [A]}}"

func fail(reason inventory.Reason, path, secret, message string) inventory.Failure {
	return inventory.Failure{Reason: reason, FolderRef: ref(path), Secret: secret, Message: message}
}

func TestWhatCouldNotBeReadIsSaidOnceForEachCause(t *testing.T) {
	for name, c := range map[string]struct {
		read     []string
		failures []inventory.Failure
		want     []string
	}{
		"the key of one component is refused": {
			read: []string{folder("/shop-api", ready("a")), folder("/shop-db", ready("a")),
				folder("/shop-db-tls", ready("a"))},
			failures: []inventory.Failure{fail(inventory.KeyRefused, "/shop-ui", "", "list secrets: 401; make a new "+
				"API key")},
			want: []string{
				`error CLS-I011 Segregation shop spec.components.ui.secrets.path: API key refused: list secrets: ` +
					`401; make a new API key; not checked: folder "/shop-ui" of component ui; checked in ` +
					`full: 3 of 4 folders [undecided]`,
			},
		},
		"there is no API key": {
			failures: []inventory.Failure{
				fail(inventory.NoCredentials, "/shop-api", "", "SCW_ACCESS_KEY is not set."),
				fail(inventory.NoCredentials, "/shop-db", "", "SCW_ACCESS_KEY is not set."),
				fail(inventory.NoCredentials, "/shop-db-tls", "", "SCW_ACCESS_KEY is not set."),
				fail(inventory.NoCredentials, "/shop-ui", "", "SCW_ACCESS_KEY is not set."),
			},
			want: []string{
				`error CLS-I011 Segregation shop spec.validation.paths: no credentials: SCW_ACCESS_KEY is not set; ` +
					`not checked: folder "/shop-api" of component api, folder "/shop-db" of component db, folder ` +
					`"/shop-db-tls" of secret group tls of component db, folder "/shop-ui" of component ui; checked ` +
					`in full: 0 of 4 folders [undecided]`,
			},
		},
		"several causes": {
			failures: []inventory.Failure{
				fail(inventory.NotPermitted, "/shop-api", "", "list secrets: 403"),
				fail(inventory.Unavailable, "/shop-db", "", "list secrets: 503 five times"),
				fail(inventory.NoSuchRegion, "/shop-db-tls", "", "fr-par is not known"),
				fail(inventory.TimedOut, "/shop-ui", "", "not read within 30s"),
				fail(inventory.Malformed, "/shop-ui", "", "HTML came"),
			},
			want: []string{
				`error CLS-I012 Segregation shop spec.components.api.secrets.path: not permitted: list secrets: 403; ` +
					`not checked: folder "/shop-api" of component api; checked in full: 0 of 4 folders [undecided]`,
				`error CLS-I010 Segregation shop spec.components.db.secretGroups.tls.path: no such region: fr-par is ` +
					`not known; not checked: folder "/shop-db-tls" of secret group tls of component db; checked in ` +
					`full: 0 of 4 folders [undecided]`,
				`error CLS-I010 Segregation shop spec.components.db.secrets.path: unavailable: list secrets: 503 ` +
					`five times; not checked: folder "/shop-db" of component db; checked in ` +
					`full: 0 of 4 folders [undecided]`,
				`error CLS-I010 Segregation shop spec.components.ui.secrets.path: malformed answer: HTML came; not ` +
					`checked: folder "/shop-ui" of component ui; checked in full: 0 of 4 folders [undecided]`,
				`error CLS-I010 Segregation shop spec.components.ui.secrets.path: timed out: not read within 30s; ` +
					`not checked: folder "/shop-ui" of component ui; checked in full: 0 of 4 folders [undecided]`,
			},
		},
		"one cause, and a message for each folder": {
			read: []string{folder("/shop-ui", ready("a"))},
			failures: []inventory.Failure{
				fail(inventory.NotPermitted, "/shop-api", "", "list folder /shop-api: 403"),
				fail(inventory.NotPermitted, "/shop-db", "", "list folder /shop-db: 403"),
				fail(inventory.Unavailable, "/shop-db-tls", "", "list folder /shop-db-tls: 403"),
			},
			want: []string{
				`error CLS-I010 Segregation shop spec.components.db.secretGroups.tls.path: unavailable: list folder ` +
					`/shop-db-tls: 403; not checked: folder "/shop-db-tls" of secret group tls of component db; ` +
					`checked in full: 1 of 4 folders [undecided]`,
				`error CLS-I012 Segregation shop spec.validation.paths: not permitted: list folder /shop-api: 403; ` +
					`the same for 1 more; not checked: folder "/shop-api" of component api, folder "/shop-db" of ` +
					`component db; checked in full: 1 of 4 folders [undecided]`,
			},
		},
		"no API key of several accounts": {
			read: []string{folder("/shop-db", ready("a")), folder("/shop-db-tls", ready("a"))},
			failures: []inventory.Failure{
				fail(inventory.NoCredentials, "/shop-api", "", `API key of component "api" (SCW_ACCESS_KEY_API): none`),
				fail(inventory.NoCredentials, "/shop-ui", "", `API key of component "ui" (SCW_ACCESS_KEY_UI): none`),
			},
			want: []string{
				`error CLS-I011 Segregation shop spec.validation.paths: no credentials: API key of component "api" ` +
					`(SCW_ACCESS_KEY_API): none; the same for component "ui" (SCW_ACCESS_KEY_UI); not checked: folder ` +
					`"/shop-api" of component api, folder "/shop-ui" of component ui; checked in full: 2 of 4 folders ` +
					`[undecided]`,
			},
		},
		"one secret of a folder": {
			read: []string{
				folder("/shop-api", ready("a")), folder("/shop-db", secret("a", "revision: 1")),
				folder("/shop-db-tls", ready("a")), folder("/shop-ui", ready("a")),
			},
			failures: []inventory.Failure{
				fail(inventory.NotPermitted, "/shop-db", "a", "list versions: 403"),
				fail(inventory.NotPermitted, "/shop-db", "a", "list versions: 403"),
				fail(inventory.NotPermitted, "/shop-db", "b", "list versions: 403"),
			},
			want: []string{
				`error CLS-I012 Segregation shop spec.components.db.secrets.path: not permitted: list versions: 403; ` +
					`not checked: a, b in folder "/shop-db" of component db; checked in ` +
					`full: 3 of 4 folders [undecided]`,
			},
		},
		"one secret and all of its folder": {
			read: []string{folder("/shop-api", ready("a")), folder("/shop-db-tls", ready("a")),
				folder("/shop-ui", ready("a"))},
			failures: []inventory.Failure{
				fail(inventory.Unavailable, "/shop-db", "a", "503"), fail(inventory.Unavailable, "/shop-db", "", "503"),
				fail(inventory.Unavailable, "/shop-db", "b", "503"),
			},
			want: []string{
				`error CLS-I010 Segregation shop spec.components.db.secrets.path: unavailable: 503; not checked: ` +
					`folder "/shop-db" of component db; checked in full: 3 of 4 folders [undecided]`,
			},
		},
		"something that nothing asked for": {
			read: []string{folder("/shop-api", ready("a")), folder("/shop-db", ready("a")),
				folder("/shop-db-tls", ready("a")), folder("/shop-ui", ready("a"))},
			failures: []inventory.Failure{fail(inventory.Reason("new"), "/elsewhere", "", "it broke")},
			want: []string{
				`error CLS-I010 Segregation shop spec.validation.paths: new: it broke; not checked: folder ` +
					`"/elsewhere" of project 3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90 in fr-par; checked in ` +
					`full: 4 of 4 folders [undecided]`,
			},
		},
		"nothing was read, and nothing says why": {
			want: []string{
				`error CLS-I010 Segregation shop spec.components.api.secrets.path: nothing of component api was ` +
					`checked: Scaleway was not asked for folder "/shop-api" of project ` +
					`3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90 in fr-par, or did not answer, and nothing says why; fix: ` +
					`run the check again [undecided]`,
				`error CLS-I010 Segregation shop spec.components.db.secretGroups.tls.path: nothing of secret group ` +
					`tls of component db was checked: Scaleway was not asked for folder "/shop-db-tls" of project ` +
					`3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90 in fr-par, or did not answer, and nothing says why; fix: ` +
					`run the check again [undecided]`,
				`error CLS-I010 Segregation shop spec.components.db.secrets.path: nothing of component db was ` +
					`checked: Scaleway was not asked for folder "/shop-db" of project ` +
					`3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90 in fr-par, or did not answer, and nothing says why; fix: ` +
					`run the check again [undecided]`,
				`error CLS-I010 Segregation shop spec.components.ui.secrets.path: nothing of component ui was ` +
					`checked: Scaleway was not asked for folder "/shop-ui" of project ` +
					`3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90 in fr-par, or did not answer, and nothing says why; fix: ` +
					`run the check again [undecided]`,
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, c.want,
				lines(live(inventoryOf(t, c.read...), c.failures, segregation(t, "shop", checkedLive, four))))
		})
	}
}

func TestAProjectThatCouldNotBeCountedIsNoFailureOfThePaths(t *testing.T) {
	p := shop(t, checkedLive, "{keys: [A]}")
	uncounted := []inventory.Failure{{
		Reason: inventory.NotPermitted, Message: "count secrets: 403.",
		FolderRef: inventory.FolderRef{Region: "fr-par", ProjectID: project},
	}}
	read := inventoryOf(t, folder("/shop-backend", ready("a")))
	reading := &inventory.Reading{Inventory: read, Uncounted: slices.Concat(uncounted, uncounted)}
	found := paths.Check(paths.Input{Plans: []*plan.Plan{p}, Live: reading}).Findings
	assert.Equal(t, []string{
		`info CLS-I022 Segregation shop spec.scaleway: whether project 3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90 is ` +
			`nearly full of secrets in fr-par was not checked: not permitted: count secrets: 403`,
	}, lines(found))

	nothing := &inventory.Reading{Uncounted: uncounted,
		Failures: []inventory.Failure{fail(inventory.NotPermitted, "/shop-backend", "", "list secrets: 403")}}
	found = paths.Check(paths.Input{Plans: []*plan.Plan{p}, Live: nothing}).Findings
	assert.Equal(t, []string{"error CLS-I012"}, codes(found), "the error about the folder says it all")
}

func TestFailuresGoToTheSegregationTheyConcern(t *testing.T) {
	shop, blog := segregation(t, "shop", checkedLive, "ui: {secrets: {keys: [A]}}"),
		segregation(t, "blog", checkedLive, "ui: {secrets: {keys: [A]}}")
	read := inventoryOf(t, folder("/shop-ui", ready("a")))
	found := live(read, []inventory.Failure{fail(inventory.Unavailable, "/blog-ui", "", "503")}, shop, blog)
	assert.Equal(t, []string{
		`error CLS-I010 Segregation blog spec.components.ui.secrets.path: unavailable: 503; not checked: folder ` +
			`"/blog-ui" of component ui; checked in full: 0 of 1 folder [undecided]`,
	}, lines(found))
}

func TestAnEmptyReadingIsNeverAPass(t *testing.T) {
	p := shop(t, checkedLive, "{keys: [A]}")
	again := inventoryOf(t, folder("/shop-backend", ready("a")), folder("/shop-backend", ready("a")))
	for name, reading := range map[string]inventory.Reading{
		"nothing": {}, "an empty Inventory": {Inventory: inventoryOf(t)},
		"another folder":           {Inventory: inventoryOf(t, folder("/other", ready("a")))},
		"a folder that came twice": {Inventory: again},
	} {
		t.Run(name, func(t *testing.T) {
			found := paths.Check(paths.Input{Plans: []*plan.Plan{p}, Live: &reading}).Findings
			assert.Equal(t, []string{"error CLS-I010"}, codes(found))
			assert.True(t, found[0].Undecided)
		})
	}
}

func TestWhatIsNotKnownOfASecretHasAReason(t *testing.T) {
	for name, c := range map[string]struct {
		secrets, secret string
		want            []string
	}{
		"a fixed revision": {
			secrets: "{map: {A: {secret: a, version: 1}}}", secret: secret("a", "revision: 2"),
			want: []string{
				`error CLS-I010 Segregation shop spec.components.backend.secrets.map.A: whether revision 1 of secret ` +
					`"/shop-backend/a" is enabled is not known: Scaleway was not asked for the states of its ` +
					`revisions, or did not answer, and nothing says why; fix: run the check again [undecided]`,
			},
		},
		"a property": {
			secrets: "{map: {A: {secret: a, property: x.y}}}", secret: ready("a"),
			want: []string{
				`error CLS-I010 Segregation shop spec.components.backend.secrets.map.A: whether secret ` +
					`"/shop-backend/a" has something at "x.y" is not known: Scaleway was not asked for the answer ` +
					`for revision 1, or did not answer, and nothing says why; fix: run the check again [undecided]`,
			},
		},
		"the revision with a property": {
			secrets: "{map: {A: {secret: a, property: x}}}", secret: secret("a", "revision: 2"),
			want: []string{
				`error CLS-I010 Segregation shop spec.components.backend.secrets.map.A: which revision of secret ` +
					`"/shop-backend/a" is read is not known, nor what is in it: Scaleway was not asked for the ` +
					`states of its revisions, or did not answer, and nothing says why; fix: ` +
					`run the check again [undecided]`,
			},
		},
		"an extract": {
			secrets: "{extract: [a]}", secret: ready("a"),
			want: []string{
				`error CLS-I010 Segregation shop spec.components.backend.secrets.extract[0]: which properties secret ` +
					`"/shop-backend/a" has is not known: Scaleway was not asked for the content of revision 1, or ` +
					`did not answer, and nothing says why; fix: run the check again [undecided]`,
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			read := inventoryOf(t, folder("/shop-backend", c.secret))
			p := shop(t, checkedLive, c.secrets)
			assert.Equal(t, c.want, lines(live(read, nil, p)))

			because := []inventory.Failure{fail(inventory.Unavailable, "/shop-backend", "a", "503")}
			assert.Equal(t, []string{
				`error CLS-I010 Segregation shop spec.components.backend.secrets.path: unavailable: 503; not ` +
					`checked: a in folder "/shop-backend" of component backend; checked in ` +
					`full: 0 of 1 folder [undecided]`,
			}, lines(live(read, because, p)), "a failure says it all")
		})
	}
}

func TestTheFailureOfOneSecretExcusesNoOther(t *testing.T) {
	read := inventoryOf(t, folder("/shop-backend", secret("a", "revision: 2"), secret("b", "revision: 2")))
	p := shop(t, checkedLive, "{map: {A: {secret: a, version: 1}, B: {secret: b, version: 1}}}")
	because := []inventory.Failure{fail(inventory.NotPermitted, "/shop-backend", "a", "403")}
	assert.Equal(t, []string{"error CLS-I010", "error CLS-I012"}, codes(live(read, because, p)))
}

func TestFixesDoNotSpeakOfAnInventoryWhereThereIsNone(t *testing.T) {
	read := inventoryOf(t, folder("/shop-backend", secret("b", "revision: 0")))
	for _, line := range lines(live(read, nil, shop(t, checkedLive, "{keys: [A, B]}"))) {
		assert.NotContains(t, line, "Inventory")
	}
}

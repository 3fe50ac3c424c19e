package hosts

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// kptfile is a Kptfile with the lines of its pipeline.
func kptfile(pipeline string) string {
	return "apiVersion: kpt.dev/v1\nkind: Kptfile\nmetadata:\n  name: shop\npipeline:\n" + pipeline
}

const (
	expands   = "  mutators:\n    - exec: cloison\n"
	validates = "  validators:\n    - exec: cloison\n      configMap:\n        mode: validate\n"
)

// kptPackage is a package that Cloison was not run on.
func kptPackage() files {
	return files{
		"Kptfile":          kptfile(expands),
		"segregation.yaml": shop(localConfig),
		"apps/web.yaml":    web,
	}
}

// rendered returns a package that Cloison was run on once.
func rendered(t *testing.T, content files) string {
	t.Helper()
	dir := folder(t, content)
	kptRender.succeed(t, dir)
	return dir
}

func TestKptRenderWritesAFilePerComponentAndNothingElse(t *testing.T) {
	dir := rendered(t, kptPackage())
	got := read(t, dir)
	require.ElementsMatch(t, shopObjects, slices.Concat(objectsOf(t, got["shop/frontend.yaml"]),
		objectsOf(t, got["shop/backend.yaml"])))
	require.Equal(t, []string{"Namespace shop-backend", "ServiceAccount shop-backend/default"},
		objectsOf(t, got["shop/backend.yaml"])[:2])
	delete(got, "shop/frontend.yaml")
	delete(got, "shop/backend.yaml")
	requireFiles(t, kptPackage(), got)
}

func TestKptRefusesToRunAProgramThatItIsNotAllowedTo(t *testing.T) {
	withoutExec := host{program: "kpt", args: []string{"fn", "render"}}
	withoutExec.refuse(t, []string{"must run with `--allow-exec`"}, folder(t, kptPackage()))
}

func TestKptRenderAgainChangesNothing(t *testing.T) {
	dir := rendered(t, kptPackage())
	once := read(t, dir)
	kptRender.succeed(t, dir)
	requireFiles(t, once, read(t, dir))
}

// kpt writes every file in its own format, whatever the function does. So what
// stands in another one must be as after a function that does nothing.
func TestKptRenderTreatsAFileAsAFunctionThatDoesNothing(t *testing.T) {
	const irregular = "# A comment.\n\napiVersion:  v1\nkind: ConfigMap\nmetadata: {name: four, " +
		"namespace: shop-frontend} # flow\n" +
		"data:\n    folded: >\n      two\n      lines\n    quoted: 'yes'\n---\n# Another.\napiVersion: " +
		"example.org/v1\nkind: List\nmetadata:\n    name: list\nspec:\n- a\n-   b   # spaces\n"
	content := kptPackage().with(files{"apps/irregular.yaml": irregular})
	nothing := read(t, rendered(t, content.with(files{"Kptfile": kptfile("  mutators:\n    - exec: cat\n")})))
	require.Equal(t, nothing["apps/irregular.yaml"], read(t, rendered(t, content))["apps/irregular.yaml"])
}

func TestKptRenderTakesTheSegregationAsConfigurationToo(t *testing.T) {
	configured := kptPackage().with(files{"Kptfile": kptfile(expands + "      configPath: segregation.yaml\n")})
	want := read(t, rendered(t, kptPackage())).with(files{"Kptfile": configured["Kptfile"]})
	requireFiles(t, want, read(t, rendered(t, configured)))
}

func TestKptRenderPutsTheFilesBesideTheSegregation(t *testing.T) {
	dir := rendered(t, files{"Kptfile": kptfile(expands), "walls/segregation.yaml": shop(localConfig)})
	require.ElementsMatch(t, []string{"Kptfile", "walls/segregation.yaml", "walls/shop/backend.yaml",
		"walls/shop/frontend.yaml"}, read(t, dir).names())
}

func TestKptRenderRemovesTheFileOfAComponentThatTheSpecNoLongerHas(t *testing.T) {
	dir := rendered(t, kptPackage())
	write(t, dir, files{"segregation.yaml": frontendOnly(localConfig)})
	kptRender.succeed(t, dir)
	got := read(t, dir)
	require.ElementsMatch(t, []string{"Kptfile", "segregation.yaml", "apps/web.yaml", "shop/frontend.yaml"},
		got.names())
	require.ElementsMatch(t, frontendObjects, objectsOf(t, got["shop/frontend.yaml"]))
}

func TestKptRenderKeepsTheUsersOwnObjectsInTheFolderOfTheGeneratedOnes(t *testing.T) {
	dir := rendered(t, kptPackage())
	const inFile = "# Mine.\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: inside # " +
		"really\n  namespace: shop-backend\n"
	const beside = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: beside\n  namespace: shop-backend # here\n"
	write(t, dir, files{
		"shop/backend.yaml": read(t, dir)["shop/backend.yaml"] + "---\n" + inFile,
		"shop/own.yaml":     beside,
		"segregation.yaml":  frontendOnly(localConfig),
	})
	kptRender.succeed(t, dir)
	require.Equal(t, inFile, read(t, dir)["shop/backend.yaml"])
	require.Equal(t, beside, read(t, dir)["shop/own.yaml"])
}

func TestKptRenderKeepsCommentsInAnObjectThatItUpdates(t *testing.T) {
	dir := rendered(t, kptPackage())
	edit(t, dir, "shop/frontend.yaml", "kind: SecretStore\nmetadata:",
		"# Asked for by the auditors.\nkind: SecretStore # a store\nmetadata:")
	edit(t, dir, "shop/frontend.yaml", "      region: fr-par\n",
		"      # Near the cluster.\n      region: fr-par # Paris\n")
	before := read(t, dir)
	edit(t, dir, "segregation.yaml", "region: fr-par", "region: nl-ams")
	kptRender.succeed(t, dir)
	require.Equal(t, replaceOnce(t, before["shop/frontend.yaml"], "region: fr-par # Paris", "region: nl-ams # Paris"),
		read(t, dir)["shop/frontend.yaml"])
}

func TestKptLeavesEverythingAsItIsAndShowsErrorsOnce(t *testing.T) {
	tests := []struct {
		name     string
		files    files
		messages []string
	}{
		{name: "every mistake of the spec", files: files{"segregation.yaml": threeMistakes(localConfig)},
			messages: mistakes},
		{name: "an object that is written by hand and generated", files: files{"apps/web.yaml": clashing},
			messages: []string{"CLS-K003"}},
		{name: "an object that is missing, for the validator", files: files{"Kptfile": kptfile(validates)},
			messages: []string{
				"[error] cloison.dev/v1alpha1/Segregation/shop metadata.name: CLS-K006: the manifests hold none of the ",
			}},
		{name: "a mode that there is none of", files: files{"Kptfile": kptfile("  mutators:\n    - exec: cloison\n   " +
			"   configMap:\n        mode: check\n")}, messages: []string{"CLS-K009"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dir := folder(t, kptPackage().with(test.files))
			before := read(t, dir)
			kptRender.refuse(t, test.messages, dir)
			requireFiles(t, before, read(t, dir))
		})
	}
}

func TestKptValidatorHoldsThePackageAgainstTheSpec(t *testing.T) {
	dir := rendered(t, kptPackage().with(files{"Kptfile": kptfile(expands + validates)}))
	require.ElementsMatch(t, []string{"Kptfile", "segregation.yaml", "apps/web.yaml", "shop/backend.yaml",
		"shop/frontend.yaml"}, read(t, dir).names())

	write(t, dir, files{"Kptfile": kptfile(validates)})
	before := read(t, dir)
	kptRender.succeed(t, dir)
	requireFiles(t, before, read(t, dir))

	edit(t, dir, "shop/backend.yaml", "pod-security.kubernetes.io/enforce: baseline",
		"pod-security.kubernetes.io/enforce: privileged")
	edit(t, dir, "shop/backend.yaml", "    pods: \"20\"\n", "    pods: \"2000\"\n")
	before = read(t, dir)
	kptRender.refuse(t, []string{
		"[error] v1/Namespace/shop-backend metadata.labels[pod-security.kubernetes.io/enforce]: CLS-K007: ",
		"[error] v1/ResourceQuota/shop-backend/shop-backend-quota spec.hard.pods: CLS-K007: ",
	}, dir)
	requireFiles(t, before, read(t, dir))
}

// The documentation warns of selectors: kpt hides the earlier output from the
// function, and keeps it beside the new one.
func TestKptSelectorsMakeKptAddTheOutputAgain(t *testing.T) {
	dir := rendered(t, kptPackage().with(files{
		"Kptfile": kptfile(expands + "      selectors:\n        - kind: Segregation\n"),
	}))
	once := objectsOf(t, read(t, dir)["shop/frontend.yaml"])
	kptRender.succeed(t, dir)
	require.ElementsMatch(t, slices.Concat(once, once), objectsOf(t, read(t, dir)["shop/frontend.yaml"]))
}

// TestKptRendersTheProduct makes a package of the base of that example: seven components with defaults, a shared secret
// and templates.
func TestKptRendersTheProduct(t *testing.T) {
	content := files{"Kptfile": kptfile(expands + validates)}
	base := filepath.Join(root, "examples", "product", "base")
	entries, err := os.ReadDir(base)
	require.NoError(t, err)
	for _, entry := range entries {
		if entry.Name() != "kustomization.yaml" {
			text, err := os.ReadFile(filepath.Join(base, entry.Name()))
			require.NoError(t, err)
			content[entry.Name()] = string(text)
		}
	}
	got := read(t, rendered(t, content))
	for _, component := range []string{"web", "api", "worker", "mailer", "database", "search", "cache"} {
		require.Contains(t, objectsOf(t, got["product/"+component+".yaml"]), "Namespace product-"+component)
	}
	require.Contains(t, objectsOf(t, got["product/worker.yaml"]), "ExternalSecret product-worker/worker-database-externalsecret")
}

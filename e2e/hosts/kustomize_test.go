package hosts

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// transformed is a kustomization with shop among its transformers.
func transformed() files {
	return files{
		"kustomization.yaml": "resources: [web.yaml]\ntransformers: [segregation.yaml]\n",
		"segregation.yaml":   shop(runsCloison),
		"web.yaml":           web,
	}
}

func TestKustomizeTransformerAddsTheObjectsToTheResources(t *testing.T) {
	got := kustomize.succeed(t, folder(t, transformed()))
	require.ElementsMatch(t, plus(shopObjects, webObject), objectsOf(t, got.stdout))
	require.Empty(t, got.stderr)
	require.NotContains(t, got.stdout, "config.kubernetes.io",
		"annotations between a host and a function must not be applied")
}

func TestKustomizeGeneratorExpandsAndSaysWhatItCannotSee(t *testing.T) {
	got := kustomize.succeed(t, folder(t, files{
		"kustomization.yaml": "resources: [web.yaml]\ngenerators: [segregation.yaml]\n",
		"segregation.yaml":   shop(runsCloison),
		"web.yaml":           web,
	}))
	require.ElementsMatch(t, plus(shopObjects, webObject), objectsOf(t, got.stdout))
	require.Contains(t, got.stderr, "info CLS-K005: ")
}

func TestKustomizeTransformerAddsWhatAGeneratorAdds(t *testing.T) {
	transformer := kustomize.succeed(t, folder(t, transformed()))
	generator := kustomize.succeed(t, folder(t, transformed().with(files{
		"kustomization.yaml": "resources: [web.yaml]\ngenerators: [segregation.yaml]\n",
	})))
	require.Equal(t, transformer.stdout, generator.stdout)
}

func TestKustomizeShowsWhatIsRefused(t *testing.T) {
	const resources, transformers = "resources: [web.yaml]\n", "transformers: [segregation.yaml]\n"
	tests := []struct {
		name     string
		files    files
		messages []string
	}{
		{
			name: "an object that is written by hand and generated",
			files: files{"kustomization.yaml": resources + transformers, "segregation.yaml": shop(runsCloison),
				"web.yaml": clashing},
			messages: []string{"error CLS-K003 ServiceAccount shop-backend/default: "},
		},
		{
			name: "every mistake of the spec, of a transformer",
			files: files{"kustomization.yaml": resources + transformers,
				"segregation.yaml": threeMistakes(runsCloison), "web.yaml": web},
			messages: mistakes,
		},
		{
			name:     "every mistake of the spec, of a transformer without resources",
			files:    files{"kustomization.yaml": transformers, "segregation.yaml": threeMistakes(runsCloison)},
			messages: mistakes,
		},
		{
			name: "every mistake of the spec, of a generator",
			files: files{"kustomization.yaml": "generators: [segregation.yaml]\n",
				"segregation.yaml": threeMistakes(runsCloison)},
			messages: mistakes,
		},
		{
			name: "every mistake of the spec, of a resource",
			files: files{"kustomization.yaml": "resources: [segregation.yaml]\ntransformers: [cloison.yaml]\n",
				"segregation.yaml": threeMistakes(localConfig), "cloison.yaml": function("{}")},
			messages: mistakes,
		},
		{
			name: "an unknown key of the ConfigMap",
			files: files{"kustomization.yaml": "resources: [segregation.yaml]\ntransformers: [cloison.yaml]\n",
				"segregation.yaml": shop(localConfig), "cloison.yaml": function("{mod: validate}")},
			messages: []string{`error CLS-K009 ConfigMap cloison data.mod: unknown key "mod"; must be mode`},
		},
		{
			name: "a function without a Segregation",
			files: files{"kustomization.yaml": resources + "transformers: [cloison.yaml]\n", "web.yaml": web,
				"cloison.yaml": function("{}")},
			messages: []string{"error CLS-K004: "},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			kustomize.refuse(t, test.messages, folder(t, test.files))
		})
	}
}

func TestKustomizeLeavesItsOutputFileAloneWhenTheFunctionFails(t *testing.T) {
	dir := folder(t, transformed().with(files{"web.yaml": clashing, "output.yaml": "of the last build\n"}))
	before := read(t, dir)
	kustomize.refuse(t, []string{"CLS-K003"}, "--output", filepath.Join(dir, "output.yaml"), dir)
	requireFiles(t, before, read(t, dir))
}

func TestKustomizePrintsTheSameBytesOnEveryRun(t *testing.T) {
	folders := []string{folder(t, transformed())}
	overlays, err := filepath.Glob(filepath.Join(root, "examples", "trackdechets", "overlays", "*"))
	require.NoError(t, err)
	require.NotEmpty(t, overlays)
	for _, dir := range append(folders, overlays...) {
		t.Run(filepath.Base(dir), func(t *testing.T) {
			first := kustomize.succeed(t, dir)
			require.NotEmpty(t, first.stdout)
			require.Equal(t, first, kustomize.succeed(t, dir))
		})
	}
}

func TestKustomizeFindsTheProgramBesideTheKustomizationThatDeclaresIt(t *testing.T) {
	dir := folder(t, files{
		"base/kustomization.yaml":    "transformers: [segregation.yaml]\n",
		"base/segregation.yaml":      shop(`config.kubernetes.io/function: "exec: {path: ./tools/cloison}"`),
		"base/tools/cloison":         "#!/bin/sh\nexec cloison\n",
		"overlay/kustomization.yaml": "resources: [../base]\n",
	})
	executable(t, filepath.Join(dir, "base", "tools", "cloison"))
	got := kustomize.succeed(t, filepath.Join(dir, "overlay"))
	require.ElementsMatch(t, shopObjects, objectsOf(t, got.stdout))
}

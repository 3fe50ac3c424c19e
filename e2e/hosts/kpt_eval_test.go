package hosts

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"
)

func TestKptModeValidateNeverRemovesFiles(t *testing.T) {
	asValidator, asMutator := []string{"--type", "validator", "--", "mode=validate"}, []string{"--", "mode=validate"}
	withKptfile := func(pipeline string) files { return kptPackage().with(files{"Kptfile": kptfile(pipeline)}) }
	tests := []struct {
		name  string
		files files
		host  host
		args  []string
	}{
		{name: "as validator of the Kptfile", files: withKptfile(expands + validates), host: kptRender},
		{name: "as mutator of the Kptfile", files: withKptfile(expands + "    - exec: cloison\n      " +
			"configMap:\n        mode: validate\n"), host: kptRender},
		{name: "as validator on the command line", files: kptPackage(), host: kptEval, args: asValidator},
		{name: "as mutator on the command line", files: kptPackage(), host: kptEval, args: asMutator},
		{name: "as validator on the command line, without a Kptfile", files: plainFolder(), host: kptEval,
			args: asValidator},
		{name: "as mutator on the command line, without a Kptfile", files: plainFolder(), host: kptEval,
			args: asMutator},
	}
	want := read(t, rendered(t, kptPackage()))
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dir := folder(t, want.with(test.files))
			if test.files["Kptfile"] == "" {
				require.NoError(t, os.Remove(filepath.Join(dir, "Kptfile")))
			}
			before := read(t, dir)
			test.host.succeed(t, append([]string{dir}, test.args...)...)
			requireFiles(t, before, read(t, dir))
		})
	}
}

// plainFolder is kptPackage without a Kptfile.
func plainFolder() files {
	content := kptPackage()
	delete(content, "Kptfile")
	return content
}

func TestKptEval(t *testing.T) {
	content := plainFolder()
	want := read(t, rendered(t, kptPackage()))
	delete(want, "Kptfile")

	t.Run("finds the Segregation in the package", func(t *testing.T) {
		dir := folder(t, content)
		kptEval.succeed(t, dir)
		requireFiles(t, want, read(t, dir))
	})
	t.Run("takes a Segregation of the package as functionConfig", func(t *testing.T) {
		dir := folder(t, content)
		kptEval.succeed(t, dir, "--fn-config", filepath.Join(dir, "segregation.yaml"))
		requireFiles(t, want, read(t, dir))
	})
	t.Run("takes a ConfigMap as functionConfig", func(t *testing.T) {
		dir := folder(t, want)
		config := filepath.Join(folder(t, files{"cloison.yaml": function("{mode: validate}")}), "cloison.yaml")
		kptEval.succeed(t, dir, "--fn-config", config)
		requireFiles(t, want, read(t, dir))
		edit(t, dir, "shop/backend.yaml", "    pods: \"20\"\n", "    pods: \"2000\"\n")
		kptEval.refuse(t, []string{"CLS-K007"}, dir, "--fn-config", config)
	})
	t.Run("takes a Segregation from elsewhere as functionConfig", func(t *testing.T) {
		dir := folder(t, content)
		config := filepath.Join(t.TempDir(), "segregation.yaml")
		require.NoError(t, os.Rename(filepath.Join(dir, "segregation.yaml"), config))
		kptEval.succeed(t, dir, "--fn-config", config)
		got := read(t, dir)
		requireFiles(t, want, got.with(files{"segregation.yaml": want["segregation.yaml"]}))
		require.NotContains(t, got, "segregation.yaml")
	})
}

func TestKptEvalShowsEveryMistakeOnce(t *testing.T) {
	elsewhere := filepath.Join(folder(t, files{"segregation.yaml": threeMistakes(localConfig)}), "segregation.yaml")
	withMistakes := files{"web.yaml": web, "segregation.yaml": threeMistakes(localConfig)}
	tests := []struct {
		name   string
		files  files
		config string
	}{
		{name: "of a Segregation in the package", files: withMistakes},
		{name: "of a Segregation in the package that is the functionConfig", files: withMistakes,
			config: "segregation.yaml"},
		{name: "of a Segregation from elsewhere", files: files{"web.yaml": web}, config: elsewhere},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dir := folder(t, test.files)
			h := kptEval
			h.dir = dir
			args := []string{"."}
			if test.config != "" {
				args = append(args, "--fn-config", test.config)
			}
			h.refuse(t, mistakes, args...)
			requireFiles(t, test.files, read(t, dir))
		})
	}
}

// TestKptFilters runs the function between the two filters of kpt, which read a folder and write another.
func TestKptFilters(t *testing.T) {
	want := read(t, rendered(t, kptPackage()))
	delete(want, "Kptfile")
	to := filepath.Join(t.TempDir(), "out")
	const script = "kpt fn source \"$1\" | cloison | kpt fn sink \"$2\""
	host{program: "sh"}.succeed(t, "-euc", script, "sh", folder(t, plainFolder()), to)
	requireFiles(t, want, read(t, to))
}

// TestKptKeepsResultsInAFile looks into the file for tools that kpt writes.
func TestKptKeepsResultsInAFile(t *testing.T) {
	type resultsOf struct {
		ExitCode int `json:"exitCode"`
		Items    []struct {
			Results []struct {
				Message, Severity string
				ResourceRef       map[string]string `json:"resourceRef"`
				Field, File       map[string]any
				Tags              map[string]string
			}
		}
	}
	for name, h := range map[string]host{"render": kptRender, "eval": kptEval} {
		t.Run(name, func(t *testing.T) {
			to := t.TempDir()
			h.refuse(t, mistakes, folder(t, kptPackage().with(files{"segregation.yaml": threeMistakes(localConfig)})),
				"--results-dir", to)
			var got resultsOf
			require.NoError(t, yaml.Unmarshal([]byte(read(t, to)["results.yaml"]), &got))
			require.Equal(t, 1, got.ExitCode)
			require.Len(t, got.Items, 1)
			found := map[string]any{}
			for _, result := range got.Items[0].Results {
				require.Equal(t, "error", result.Severity)
				require.Equal(t, "Segregation", result.ResourceRef["kind"])
				require.Equal(t, "segregation.yaml", result.File["path"])
				require.Contains(t, result.Message, result.Tags["code"]+": ")
				found[result.Tags["code"]] = result.Field["path"]
			}
			require.Equal(t, map[string]any{
				"CLS-S003": "spec.components.frontend.secrets.keyz", "CLS-S007": "spec.components.frontend.quota.pods",
				"CLS-S012": "spec.components.frontend.egress[0].to.component",
			}, found)
		})
	}
}

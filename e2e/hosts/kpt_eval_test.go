package hosts

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
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

package hosts

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"
)

// What docs/ci.md has for CI systems is run here as these would run it.

// ciBlock is the one YAML block of docs/ci.md that has the key at its top.
func ciBlock(t *testing.T, key string, into any) block {
	t.Helper()
	var found []block
	for _, document := range documents(t) {
		if document.name != "docs/ci.md" {
			continue
		}
		for _, b := range document.in("yaml") {
			if strings.HasPrefix(b.text, key+":") || strings.Contains(b.text, "\n"+key+":") {
				found = append(found, b)
			}
		}
	}
	require.Len(t, found, 1, "blocks with the key %s", key)
	require.NoError(t, yaml.Unmarshal([]byte(found[0].text), into))
	return found[0]
}

// deployment is a folder with a shop that is walled off, or not, in the folder deploy.
func deployment(t *testing.T, state string) string {
	t.Helper()
	folder := t.TempDir()
	require.NoError(t, os.CopyFS(filepath.Join(folder, "deploy"),
		os.DirFS(filepath.Join(root, "testdata", "broken", "web-shop", state))))
	return folder
}

// TestTheWorkflowOfTheDocumentationIsRight has actionlint read it, which knows the actions of others, and holds its
// inputs of this action against action.yml.
func TestTheWorkflowOfTheDocumentationIsRight(t *testing.T) {
	var workflow struct {
		Jobs map[string]struct {
			Steps []struct {
				Uses string         `json:"uses"`
				With map[string]any `json:"with"`
			} `json:"steps"`
		} `json:"jobs"`
	}
	text := ciBlock(t, "jobs", &workflow).text
	linter := filepath.Join(root, "bin", "actionlint")
	require.FileExists(t, linter, "make bin/actionlint builds it")
	got := host{program: linter, args: []string{"-"}}.runWithInput(t, text)
	require.Zero(t, got.exitCode, got.stdout+got.stderr)

	var action struct {
		Inputs map[string]any `json:"inputs"`
	}
	content, err := os.ReadFile(filepath.Join(root, "action.yml"))
	require.NoError(t, err)
	require.NoError(t, yaml.Unmarshal(content, &action))
	checked := 0
	for _, step := range workflow.Jobs["check"].Steps {
		if strings.HasPrefix(step.Uses, "YOUR-ORG/cloison@") {
			for input := range step.With {
				checked++
				assert.Contains(t, action.Inputs, input)
			}
		}
	}
	assert.NotZero(t, checked)
	page, err := os.ReadFile(filepath.Join(root, "docs", "ci.md"))
	require.NoError(t, err)
	for input := range action.Inputs {
		assert.Contains(t, string(page), "\n| `"+input+"` | ", "the page explains every input")
	}
}

// TestTheJobForGitLabIsRight runs the script of the job, and looks for the reports that it names.
func TestTheJobForGitLabIsRight(t *testing.T) {
	var pipeline map[string]struct {
		Script    []string `json:"script"`
		Artifacts struct {
			Reports map[string]string `json:"reports"`
		} `json:"artifacts"`
	}
	ciBlock(t, "cloison", &pipeline)
	job := pipeline["cloison"]
	require.Len(t, job.Artifacts.Reports, 2)
	for state, want := range map[string]int{"broken": 1, "fixed": 0} {
		folder := deployment(t, state)
		got := host{program: "sh", dir: folder}.run(t, "-ec", strings.Join(job.Script, "\n"))
		require.Equal(t, want, got.exitCode, got.stderr)
		for _, report := range job.Artifacts.Reports {
			text, err := os.ReadFile(filepath.Join(folder, report))
			require.NoError(t, err)
			assert.NotEmpty(t, text)
		}
	}
}

// TestTheEditorFindsTheSchema follows the line for yaml-language-server, which is resolved from the folder of its file.
func TestTheEditorFindsTheSchema(t *testing.T) {
	const prefix = "# yaml-language-server: $schema="
	followed := 0
	for _, document := range documents(t) {
		for _, b := range document.in("sh") {
			_, line, has := strings.Cut(b.text, prefix)
			if !has {
				continue
			}
			followed++
			folder := t.TempDir()
			host{program: "sh", dir: folder}.succeed(t, "-ec", b.text)
			schema, _, _ := strings.Cut(line, "\n")
			text, err := os.ReadFile(filepath.Join(folder, schema))
			require.NoError(t, err, "%s:%d", document.name, b.line)
			require.Equal(t, host{program: "cloison"}.succeed(t, "schema").stdout, string(text))
		}
	}
	require.NotZero(t, followed, "blocks with the line")
}

// hook is a hook as .pre-commit-hooks.yaml and a configuration have it.
type hook struct {
	ID            string   `json:"id"`
	Entry         string   `json:"entry"`
	Language      string   `json:"language"`
	Args          []string `json:"args"`
	AlwaysRun     bool     `json:"always_run"`
	PassFilenames bool     `json:"pass_filenames"`
}

type hooksConfiguration struct {
	Repos []struct {
		Repo  string `json:"repo"`
		Rev   string `json:"rev"`
		Hooks []hook `json:"hooks"`
	} `json:"repos"`
}

// hooked is a folder with manifests and what was rendered of them, as the configuration of the documentation names
// them.
func hooked(t *testing.T, state string) string {
	t.Helper()
	folder := deployment(t, state)
	require.NoError(t, os.CopyFS(filepath.Join(folder, "overlays", "production"),
		os.DirFS(filepath.Join(root, "examples", "secret-groups"))))
	host{program: "cloison", dir: folder}.succeed(t, "render", "overlays/production", "-o", "rendered")
	return folder
}

// TestTheHooksDoWhatTheySay runs the entries of the hooks as pre-commit does: with the arguments of the configuration
// in the place of the hook's own, without a shell, without input.
//
// Facts: docs/facts.md, "Hooks of pre-commit".
func TestTheHooksDoWhatTheySay(t *testing.T) {
	content, err := os.ReadFile(filepath.Join(root, ".pre-commit-hooks.yaml"))
	require.NoError(t, err)
	var hooks []hook
	require.NoError(t, yaml.Unmarshal(content, &hooks))
	var configuration hooksConfiguration
	ciBlock(t, "repos", &configuration)
	args := map[string][]string{}
	for _, used := range configuration.Repos[0].Hooks {
		args[used.ID] = used.Args
	}
	require.Len(t, hooks, 4)
	for _, h := range hooks {
		require.True(t, h.AlwaysRun && !h.PassFilenames, "%s: what is deleted counts, and all files", h.ID)
		id, onPath := strings.CutSuffix(h.ID, "-system")
		require.Equal(t, map[bool]string{true: "system", false: "golang"}[onPath], h.Language)
		run := func(folder string) result {
			words := append(strings.Fields(h.Entry), args[id+"-system"]...)
			return host{program: words[0], dir: folder}.run(t, words[1:]...)
		}
		require.Zero(t, run(hooked(t, "fixed")).exitCode, h.ID)
		broken := hooked(t, "broken")
		require.NoError(t, os.Remove(filepath.Join(broken, "rendered", "boutique.shop.yaml")))
		require.Equal(t, 1, run(broken).exitCode, h.ID)
		require.Contains(t, args, id+"-system", "the documentation shows the hook")
	}
}

// TestPreCommitRunsTheHooks needs pre-commit, which no Go module has.
func TestPreCommitRunsTheHooks(t *testing.T) {
	if _, err := exec.LookPath("pre-commit"); err != nil {
		t.Skip("NOT RUN: pre-commit is not on the PATH; TestTheHooksDoWhatTheySay runs the entries of the hooks without it")
	}
	content, err := os.ReadFile(filepath.Join(root, ".pre-commit-hooks.yaml"))
	require.NoError(t, err)
	hooks := folder(t, files{".pre-commit-hooks.yaml": string(content)})
	commit := committed(t, hooks)
	var configuration hooksConfiguration
	text := ciBlock(t, "repos", &configuration).text
	text = strings.NewReplacer(configuration.Repos[0].Repo, hooks, configuration.Repos[0].Rev, commit).Replace(text)
	preCommit := func(dir string) result {
		return host{program: "pre-commit", dir: dir, env: []string{"PRE_COMMIT_HOME=" + t.TempDir()}}.run(t, "run")
	}

	shop := hooked(t, "fixed")
	write(t, shop, files{".pre-commit-config.yaml": text})
	committed(t, shop)
	got := preCommit(shop)
	require.Zero(t, got.exitCode, got.stdout+got.stderr)
	require.Equal(t, 2, strings.Count(got.stdout, "Passed"), got.stdout)

	policy := filepath.Join("deploy", "web-policies.yaml")
	host{program: "git", dir: shop}.succeed(t, "rm", "--quiet", policy)
	got = preCommit(shop)
	require.Equal(t, 1, got.exitCode, "a policy that is deleted: %s%s", got.stdout, got.stderr)
	require.Contains(t, got.stdout, "CLS-N001")
	require.Contains(t, got.stdout, "- exit code: 1")
}

// committed makes a folder a git repository, with everything in it committed, and returns the commit.
func committed(t *testing.T, dir string) string {
	t.Helper()
	git := host{program: "git", dir: dir, args: []string{"-c", "user.name=shop", "-c", "user.email=shop@example.com",
		"-c", "init.defaultBranch=main", "-c", "commit.gpgsign=false"}}
	git.succeed(t, "init", "--quiet")
	git.succeed(t, "add", "--all")
	git.succeed(t, "commit", "--quiet", "--message", "all")
	return strings.TrimSpace(git.succeed(t, "rev-parse", "HEAD").stdout)
}

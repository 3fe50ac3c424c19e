package action

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"
)

// root is the folder of the repository, which is that of the action.
var root = filepath.Join("..", "..")

// action is what action.yml says. What it does not have is refused, because a runner would act on it.
type action struct {
	Name        string            `json:"name"`
	Description string            `json:"description"`
	Author      string            `json:"author"`
	Branding    map[string]string `json:"branding"`
	Inputs      map[string]struct {
		Description string `json:"description"`
		Required    bool   `json:"required"`
		Default     string `json:"default"`
	} `json:"inputs"`
	Outputs map[string]struct {
		Description string `json:"description"`
		Value       string `json:"value"`
	} `json:"outputs"`
	Runs struct {
		Using string `json:"using"`
		Steps []step `json:"steps"`
	} `json:"runs"`
}

type step struct {
	Name  string            `json:"name"`
	ID    string            `json:"id"`
	If    string            `json:"if"`
	Shell string            `json:"shell"`
	Run   string            `json:"run"`
	Uses  string            `json:"uses"`
	With  map[string]string `json:"with"`
	Env   map[string]string `json:"env"`
}

func read(t *testing.T) action {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "action.yml"))
	require.NoError(t, err)
	var read action
	require.NoError(t, yaml.UnmarshalStrict(text, &read))
	return read
}

// job runs the action as a runner of GitHub Actions does, on Linux: each step with files of its own for outputs, for
// the PATH and for the summary, of which the next step sees what the runner makes of them.
//
// Facts: docs/facts.md, "Runners of GitHub Actions".
type job struct {
	action    action
	workspace string
	inputs    map[string]string
	// env are variables of the machine, NAME=value.
	env []string

	temp  string
	path  []string
	steps map[string]map[string]string
	got   outcome
}

// outcome is what a workflow sees of the action.
type outcome struct {
	exitCode int
	outputs  map[string]string
	summary  string
	log      string
	// commands are the lines of the log that the runner takes for commands.
	commands []string
	// used are the actions of others that would have run, with their inputs.
	used map[string]map[string]string
}

// run runs the action with inputs, in a workspace.
func run(t *testing.T, workspace string, inputs map[string]string, env ...string) outcome {
	t.Helper()
	j := &job{
		action: read(t), workspace: workspace, inputs: map[string]string{}, env: env, temp: t.TempDir(),
		steps: map[string]map[string]string{},
		got:   outcome{outputs: map[string]string{}, used: map[string]map[string]string{}},
	}
	for name, input := range j.action.Inputs {
		j.inputs[name] = input.Default
	}
	for name, value := range inputs {
		require.Contains(t, j.inputs, name, "the inputs of the action")
		j.inputs[name] = value
	}
	for _, s := range j.action.Runs.Steps {
		if j.got.exitCode == 0 {
			j.step(t, s)
		}
	}
	for name, output := range j.action.Outputs {
		j.got.outputs[name] = j.expand(t, output.Value)
	}
	return j.got
}

func (j *job) step(t *testing.T, s step) {
	t.Helper()
	if s.If != "" && !j.condition(t, s.If) {
		return
	}
	if s.Uses != "" {
		with := map[string]string{}
		for name, value := range s.With {
			with[name] = j.expand(t, value)
		}
		j.got.used[s.Uses] = with
		return
	}
	require.Equal(t, "bash", s.Shell)
	files := t.TempDir()
	file := func(name string) string { return filepath.Join(files, name) }
	for _, name := range []string{"output", "path", "summary"} {
		require.NoError(t, os.WriteFile(file(name), nil, 0o600))
	}
	require.NoError(t, os.WriteFile(file("script.sh"), []byte(s.Run), 0o600))
	folder, err := filepath.Abs(root)
	require.NoError(t, err)
	cmd := exec.CommandContext(t.Context(), "bash", "--noprofile", "--norc", "-e", "-o", "pipefail", file("script.sh"))
	cmd.Dir = j.workspace
	path := strings.Join(append(j.path, os.Getenv("PATH")), string(os.PathListSeparator))
	cmd.Env = append(os.Environ(), "PATH="+path, "GITHUB_ACTION_PATH="+folder, "GITHUB_WORKSPACE="+j.workspace,
		"GITHUB_OUTPUT="+file("output"), "GITHUB_PATH="+file("path"), "GITHUB_STEP_SUMMARY="+file("summary"),
		"RUNNER_TEMP="+j.temp, "RUNNER_OS=Linux", "RUNNER_ARCH="+architecture(t))
	for name, value := range s.Env {
		cmd.Env = append(cmd.Env, name+"="+j.expand(t, value))
	}
	cmd.Env = append(cmd.Env, j.env...)
	var log bytes.Buffer
	cmd.Stdout, cmd.Stderr = &log, &log
	if err := cmd.Run(); err != nil {
		var exit *exec.ExitError
		require.ErrorAs(t, err, &exit, "start %s", s.Name)
		j.got.exitCode = exit.ExitCode()
	}
	j.got.log += log.String()
	j.got.commands = append(j.got.commands, commands(log.String())...)
	j.steps[s.ID] = outputs(t, file("output"))
	j.path = append(lines(t, file("path")), j.path...)
	summary, err := os.ReadFile(file("summary"))
	require.NoError(t, err)
	j.got.summary += string(summary)
}

// architecture is the name that runners have for the one of this machine.
func architecture(t *testing.T) string {
	t.Helper()
	names := map[string]string{"amd64": "X64", "arm64": "ARM64"}
	require.Contains(t, names, runtime.GOARCH)
	return names[runtime.GOARCH]
}

func lines(t *testing.T, file string) []string {
	t.Helper()
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	return strings.FieldsFunc(string(text), func(r rune) bool { return r == '\n' })
}

// outputs reads NAME=VALUE lines, of which the last of a name counts.
func outputs(t *testing.T, file string) map[string]string {
	t.Helper()
	found := map[string]string{}
	for _, line := range lines(t, file) {
		name, value, isOutput := strings.Cut(line, "=")
		require.True(t, isOutput, line)
		found[name] = value
	}
	return found
}

// commands finds the lines that a runner takes for commands: they begin with "::", white space aside, and not between
// ::stop-commands::TOKEN and ::TOKEN::.
func commands(log string) []string {
	var found []string
	token := ""
	for line := range strings.Lines(log) {
		command := strings.TrimSpace(line)
		stop, isStop := strings.CutPrefix(command, "::stop-commands::")
		switch {
		case token != "" && command == "::"+token+"::":
			token = ""
		case token != "" || !strings.HasPrefix(command, "::"):
		case isStop:
			token = stop
		default:
			found = append(found, command)
		}
	}
	return found
}

var expression = regexp.MustCompile(`\$\{\{ ([^}]+) \}\}`)

// expand evaluates the expressions of a value: inputs, and outputs of steps.
func (j *job) expand(t *testing.T, value string) string {
	t.Helper()
	return expression.ReplaceAllStringFunc(value, func(found string) string {
		name := expression.FindStringSubmatch(found)[1]
		if input, isInput := strings.CutPrefix(name, "inputs."); isInput {
			require.Contains(t, j.inputs, input)
			return j.inputs[input]
		}
		parts := strings.Split(name, ".")
		require.Len(t, parts, 4, name)
		require.Equal(t, []string{"steps", "outputs"}, []string{parts[0], parts[2]})
		return j.steps[parts[1]][parts[3]]
	})
}

// condition evaluates comparisons with texts in single quotes, which are joined by "&&".
func (j *job) condition(t *testing.T, text string) bool {
	t.Helper()
	inner := expression.FindStringSubmatch(text)
	require.NotNil(t, inner, text)
	for part := range strings.SplitSeq(inner[1], " && ") {
		words := strings.Fields(part)
		require.Len(t, words, 3, part)
		equal := j.expand(t, "${{ "+words[0]+" }}") == strings.Trim(words[2], "'")
		require.Contains(t, []string{"==", "!="}, words[1])
		if equal != (words[1] == "==") {
			return false
		}
	}
	return true
}

func TestNoInputIsWrittenIntoAScript(t *testing.T) {
	read := read(t)
	require.Equal(t, "composite", read.Runs.Using)
	used := ""
	for _, s := range read.Runs.Steps {
		assert.NotContains(t, s.Run, "${{", "step %q: what an input holds would be run", s.Name)
		if s.Uses != "" {
			assert.Regexp(t, `^[\w-]+/[\w/-]+@[0-9a-f]{40}$`, s.Uses, "an action of others is pinned")
		}
		for _, value := range s.Env {
			used += value
		}
		used += s.If
	}
	for name := range read.Inputs {
		assert.Contains(t, used, "inputs."+name, "the input is used")
	}
}

func TestCommandsToTheRunnerStop(t *testing.T) {
	assert.Equal(t, []string{"::error::a", "::debug::d"},
		commands("::error::a\n::stop-commands::t\n::error::b\n  ::error::c\n\n::t::\n  ::debug::d\ntext ::error::\n"))
}

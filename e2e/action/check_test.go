package action

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// shop is a workspace with the web shop of testdata/broken, as it is and as it should be, under the given names.
func shop(t *testing.T, broken, fixed string) string {
	t.Helper()
	workspace := t.TempDir()
	for of, name := range map[string]string{"broken": broken, "fixed": fixed} {
		require.NoError(t, os.CopyFS(filepath.Join(workspace, name),
			os.DirFS(filepath.Join(root, "testdata", "broken", "web-shop", of))))
	}
	return workspace
}

// onPath has the action use the cloison that "make build" built.
func onPath(t *testing.T) string {
	t.Helper()
	bin, err := filepath.Abs(filepath.Join(root, "bin"))
	require.NoError(t, err)
	require.FileExists(t, filepath.Join(bin, "cloison"), "make build builds it")
	t.Setenv("PATH", bin+string(os.PathListSeparator)+os.Getenv("PATH"))
	return "path"
}

// counts are the numbers of findings in what "cloison check" says of a folder as JSON.
type counts struct{ Errors, Warnings, Infos, Undecided int }

func (c counts) all() int { return c.Errors + c.Warnings + c.Infos }

func checked(t *testing.T, folder string) counts {
	t.Helper()
	text, err := exec.CommandContext(t.Context(), filepath.Join(root, "bin", "cloison"), "check", "-o", "json", folder).Output()
	var failed *exec.ExitError
	require.True(t, err == nil || errors.As(err, &failed), "%v", err)
	var report struct{ Summary counts }
	require.NoError(t, json.Unmarshal(text, &report))
	require.Positive(t, report.Summary.Errors)
	return report.Summary
}

// located are the files of the results of a SARIF report, each with a line.
func located(t *testing.T, file string) []string {
	t.Helper()
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	var log struct {
		Runs []struct {
			Results []struct {
				Locations []struct {
					PhysicalLocation struct {
						ArtifactLocation struct{ URI string }
						Region           struct{ StartLine int }
					}
				}
			}
		}
	}
	require.NoError(t, json.Unmarshal(text, &log))
	require.Len(t, log.Runs, 1)
	files := []string{}
	for _, result := range log.Runs[0].Results {
		require.Len(t, result.Locations, 1)
		at := result.Locations[0].PhysicalLocation
		require.Positive(t, at.Region.StartLine)
		reference, err := url.Parse(at.ArtifactLocation.URI)
		require.NoError(t, err)
		files = append(files, reference.Path)
	}
	return files
}

func TestFindingsFailTheJobAndReachEveryReport(t *testing.T) {
	workspace := shop(t, "deploy", "other")
	got := run(t, workspace, map[string]string{"program": onPath(t), "paths": "deploy", "upload-sarif": "true"})
	require.Equal(t, 1, got.exitCode, got.log)
	want := checked(t, filepath.Join(workspace, "deploy"))
	files := located(t, got.outputs["sarif"])
	require.Len(t, files, want.all())
	for _, file := range files {
		assert.FileExists(t, filepath.Join(workspace, file), "a code host finds the file")
	}
	rows, _, _ := strings.Cut(got.summary, "<details>") // tables by code and by namespace follow
	assert.Equal(t, want.all(), strings.Count(rows, "| CLS-"))
	assert.Contains(t, got.log, "CLS-N005")
	numbers := map[string]string{"exit-code": "1", "diff-exit-code": "", "errors": strconv.Itoa(want.Errors),
		"warnings": strconv.Itoa(want.Warnings), "infos": strconv.Itoa(want.Infos),
		"undecided": strconv.Itoa(want.Undecided), "suppressed": "0", "sarif": got.outputs["sarif"]}
	assert.Equal(t, numbers, got.outputs)
	assert.Contains(t, got.summary, fmt.Sprintf("### Cloison: broken: %d errors, %d warnings (", want.Errors, want.Warnings))
	require.Len(t, got.used, 1, "the actions of others that run")
	for name, with := range got.used {
		assert.True(t, strings.HasPrefix(name, "github/codeql-action/upload-sarif@"))
		assert.Equal(t, got.outputs["sarif"], with["sarif_file"])
	}
}

func TestACleanShopPasses(t *testing.T) {
	got := run(t, shop(t, "other", "deploy"), map[string]string{"program": onPath(t), "paths": "deploy"})
	require.Equal(t, 0, got.exitCode, got.log)
	assert.Empty(t, located(t, got.outputs["sarif"]))
	assert.Equal(t, []string{"0", "0"}, []string{got.outputs["exit-code"], got.outputs["errors"]})
	assert.Contains(t, got.summary, "### Cloison: proven: no findings; ")
	assert.Empty(t, got.used, "nothing is uploaded unless that is asked for")
	assert.Empty(t, got.commands)
}

// TestExitCodesStay: 3 is no pass and no finding, with a report or without one.
func TestExitCodesStay(t *testing.T) {
	program := onPath(t)
	examples, err := filepath.Abs(filepath.Join(root, "examples"))
	require.NoError(t, err)
	for name, test := range map[string]struct {
		inputs   map[string]string
		exitCode int
		report   bool
	}{
		"findings that shall not fail": {map[string]string{"paths": "fixed", "fail-on": "never"}, 0, true},
		"warnings that shall fail":     {map[string]string{"paths": "broken/web.yaml", "fail-on": "info"}, 1, true},
		"a function that was not run": {map[string]string{"paths": filepath.Join(examples,
			"trackdechets", "overlays", "production")}, 3, true},
		"a function that was run": {map[string]string{"args": "--enable-exec\n", "paths": filepath.Join(examples,
			"trackdechets", "overlays", "production")}, 0, true},
		"a file that is missing": {map[string]string{"paths": "fixed\nnowhere.yaml\n"}, 3, false},
		"no path":                {map[string]string{"paths": "\n"}, 2, false},
		"a flag that is none":    {map[string]string{"paths": "fixed", "args": "--colour"}, 2, false},
		"a flag among the paths": {map[string]string{"paths": "fixed\n--enable-exec"}, 3, false},
		"a severity that is none": {map[string]string{"paths": "fixed", "fail-on": "fatal --output=json"}, 2,
			false},
	} {
		t.Run(name, func(t *testing.T) {
			test.inputs["program"], test.inputs["upload-sarif"] = program, "true"
			got := run(t, shop(t, "broken", "fixed"), test.inputs)
			require.Equal(t, test.exitCode, got.exitCode, got.log)
			assert.Equal(t, string(rune('0'+test.exitCode)), got.outputs["exit-code"])
			assert.Equal(t, test.report, got.outputs["sarif"] != "")
			assert.Equal(t, test.report, got.outputs["errors"] != "")
			assert.Equal(t, test.report, len(got.used) == 1, "the upload")
		})
	}
}

// TestNothingInAnInputIsRun: what shells take for commands and variables is part of a name.
func TestNothingInAnInputIsRun(t *testing.T) {
	const broken, fixed = `a shop's "$(touch ran)"; touch ran & | > ran`, "`touch ran` $HOME *"
	workspace := shop(t, broken, fixed)
	program := onPath(t)
	got := run(t, workspace, map[string]string{"program": program, "paths": broken + "\n"})
	require.Equal(t, 1, got.exitCode, got.log)
	assert.Len(t, located(t, got.outputs["sarif"]), checked(t, filepath.Join(workspace, broken)).all())
	for _, file := range located(t, got.outputs["sarif"]) {
		assert.Equal(t, broken, filepath.Dir(file))
	}
	got = run(t, workspace, map[string]string{"program": program, "paths": fixed})
	require.Equal(t, 0, got.exitCode, got.log)

	const bad = "$(touch ran)`touch ran`; touch ran\n::set-output name=exit-code::0"
	for _, inputs := range []map[string]string{
		{"program": program, "paths": fixed, "args": "--load-restrictor=" + bad},
		{"program": program, "paths": fixed, "fail-on": bad}, {"program": program, "paths": bad}, {"program": bad},
		{"version": bad, "download-url": "https://127.0.0.1:1"}, {"version": "0.1.0", "download-url": bad},
		{"version": "0.1.0", "download-url": "https://127.0.0.1:1", "sha256": bad},
	} {
		got := run(t, workspace, inputs)
		assert.NotEqual(t, 0, got.exitCode, "%q", inputs)
		for _, command := range got.commands {
			assert.True(t, strings.HasPrefix(command, "::error title=cloison::"), command)
		}
	}
	assert.NoFileExists(t, filepath.Join(workspace, "ran"))
}

// TestNoNameOfAFileCommandsTheRunner: the report has names of files at the start of lines.
func TestNoNameOfAFileCommandsTheRunner(t *testing.T) {
	const hostile = "::set-output name=exit-code::0"
	got := run(t, shop(t, hostile, "fixed"), map[string]string{"program": onPath(t), "paths": hostile})
	require.Equal(t, 1, got.exitCode, got.log)
	require.Contains(t, got.log, "\n"+hostile, "or this test shows nothing")
	assert.Empty(t, got.commands)
	assert.Equal(t, "1", got.outputs["exit-code"])
}

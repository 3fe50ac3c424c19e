package fn_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/cli"
	"cloison.dev/cloison/internal/testkit"
	"cloison.dev/cloison/internal/testkit/manifests"
)

// update rewrites the expected files with what the function does now, and fails, so that nobody takes it for a test.

const casesFolder = "../testdata/cases"

// golden is one folder of testdata/cases. input.yaml goes to standard input. expected.yaml is standard output,
// stderr.txt standard error where there is any. errors.txt instead of stderr.txt says that the function refuses:
// standard error is exactly that, standard output the input with results, or, where the input cannot be read, nothing.
type golden struct {
	folder string
	input  []byte
	// expected is nil where there is no expected.yaml.
	expected []byte
	stderr   string
	refused  bool
}

// reply is what the program answers.
type reply struct {
	stdout []byte
	stderr string
	code   int
}

func run(input []byte) reply {
	var stdout, stderr bytes.Buffer
	code := cli.Run([]string{"cloison"}, bytes.NewReader(input), &stdout, &stderr)
	return reply{stdout: stdout.Bytes(), stderr: stderr.String(), code: code}
}

func TestEveryGoldenCaseAnswersAsExpected(t *testing.T) {
	for _, c := range readCases(t) {
		t.Run(filepath.Base(c.folder), func(t *testing.T) {
			got := run(c.input)
			if testkit.Updating(t) {
				c.rewrite(t, got)
				return
			}
			c.check(t, got)
			again := run(c.input)
			assert.Equal(t, string(got.stdout), string(again.stdout), "a second run must give the same bytes")
			assert.Equal(t, got.stderr, again.stderr)
		})
	}
}

func TestEveryGoldenCaseIsAFixedPoint(t *testing.T) {
	for _, c := range readCases(t) {
		t.Run(filepath.Base(c.folder), func(t *testing.T) {
			first := run(c.input)
			if len(first.stdout) == 0 || emptied(t, c.input, first.stdout) {
				return // unreadable input, or a validator's answer: there is nothing to run again
			}
			second := run(first.stdout)
			assert.Equal(t, string(first.stdout), string(second.stdout),
				"run on its own output, it must change nothing")
			assert.Equal(t, first.code, second.code)
		})
	}
}

func TestTheOrderOfFieldsInASegregationChangesNothing(t *testing.T) {
	shuffled := 0
	for _, c := range readCases(t) {
		t.Run(filepath.Base(c.folder), func(t *testing.T) {
			want := summarize(t, run(c.input))
			for seed, random := range testkit.Seeds(t, 5) {
				input, ok := shuffleSegregations(c.input, random)
				if !ok {
					return
				}
				shuffled++
				assert.Equal(t, want, summarize(t, run(input)), "seed %d", seed)
			}
		})
	}
	assert.GreaterOrEqual(t, shuffled, 830)
}

func TestGoldenCasesThatAreRefusedAreCounted(t *testing.T) {
	refused := 0
	for _, c := range readCases(t) {
		if c.refused {
			refused++
		}
	}
	assert.GreaterOrEqual(t, refused, manifests.CaseCount-manifests.AcceptedCount)
}

func (c golden) check(t *testing.T, got reply) {
	t.Helper()
	assert.Equal(t, c.stderr, got.stderr, "standard error")
	if c.expected != nil {
		assert.Equal(t, string(c.expected), string(got.stdout), "standard output")
	}
	if !c.refused {
		require.NotNil(t, c.expected, "a case needs expected.yaml or errors.txt")
		assert.Equal(t, 0, got.code)
		return
	}
	assert.Equal(t, 1, got.code)
	if len(got.stdout) > 0 {
		checkUnchanged(t, c.input, got.stdout)
	} else {
		assert.Contains(t, got.stderr, "CLS-K001", "only an input that cannot be read leaves standard output empty")
	}
}

// checkUnchanged holds the output of a run that failed against its input: the same list, with results.
func checkUnchanged(t *testing.T, input, output []byte) {
	t.Helper()
	in, out := parse(t, input), parse(t, output)
	assert.NotEmpty(t, out["results"], "an error must be among the results")
	hadResults := in["results"] != nil
	delete(in, "results")
	delete(out, "results")
	assert.Equal(t, in, out, "after an error the list must go out as it came in")
	if !hadResults && !bytes.HasPrefix(bytes.TrimSpace(input), []byte("{")) {
		rest, isPrefix := bytes.CutPrefix(output, input)
		assert.True(t, isPrefix && bytes.HasPrefix(rest, []byte("results:\n")), "the input's bytes must stay as they "+
			"are")
	}
}

func readCases(t testing.TB) []golden {
	t.Helper()
	folders := testkit.Files(t, casesFolder+"/*", manifests.CaseCount)
	cases := make([]golden, len(folders))
	for i, folder := range folders {
		cases[i] = readCase(t, folder)
	}
	return cases
}

func readCase(t testing.TB, folder string) golden {
	t.Helper()
	c := golden{folder: folder}
	files, err := os.ReadDir(folder)
	require.NoError(t, err)
	for _, file := range files {
		content, err := os.ReadFile(filepath.Join(folder, file.Name()))
		require.NoError(t, err)
		switch file.Name() {
		case "input.yaml":
			c.input = content
		case "expected.yaml":
			c.expected = content
		case "stderr.txt":
			c.stderr = string(content)
		case "errors.txt":
			c.stderr, c.refused = string(content), true
		default:
			require.Fail(t, "unknown file", file.Name())
		}
	}
	require.NotNil(t, c.input, "%s must have input.yaml", folder)
	return c
}

// rewrite writes what the function answers now.
func (c golden) rewrite(t *testing.T, got reply) {
	t.Helper()
	var stderr, errorLines, expected string
	if got.code == 0 {
		stderr, expected = got.stderr, string(got.stdout)
	} else {
		errorLines = got.stderr
	}
	if got.code != 0 && (c.expected != nil || errorLines == "") {
		expected = string(got.stdout)
	}
	c.write(t, "expected.yaml", expected, expected != "")
	c.write(t, "stderr.txt", stderr, stderr != "")
	c.write(t, "errors.txt", errorLines, got.code != 0)
}

func (c golden) write(t *testing.T, name, content string, wanted bool) {
	t.Helper()
	file := filepath.Join(c.folder, name)
	if !wanted {
		if err := os.Remove(file); !errors.Is(err, fs.ErrNotExist) {
			require.NoError(t, err)
		}
		return
	}
	require.NoError(t, os.WriteFile(file, []byte(content), 0o600))
}

// emptied reports whether a list with items came back without any.
func emptied(t *testing.T, input, output []byte) bool {
	t.Helper()
	in, isList := parse(t, input)["items"].([]any)
	out, stillList := parse(t, output)["items"].([]any)
	return isList && stillList && len(in) > 0 && len(out) == 0
}

// summary is what must not depend on the order of fields.
type summary struct {
	code   int
	others []any
	lines  []string
}

func summarize(t *testing.T, got reply) summary {
	t.Helper()
	s := summary{code: got.code}
	for line := range strings.Lines(got.stderr) {
		s.lines = append(s.lines, withoutLineNumbers(line))
	}
	slices.Sort(s.lines) // they come in the order of the fields
	if len(got.stdout) > 0 {
		items, isList := parse(t, got.stdout)["items"].([]any)
		require.True(t, isList)
		for _, item := range items {
			if !isSegregation(item) {
				s.others = append(s.others, item)
			}
		}
	}
	return s
}

package validators_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/load"
	"cloison.dev/cloison/internal/testkit"
	"cloison.dev/cloison/internal/testkit/manifests"
	"cloison.dev/cloison/validators"
)

const brokenFolder = "../testdata/broken"

// notInManifests are the codes of the proof that no manifests can have, with the reason.
func notInManifests() map[finding.Code]string {
	return map[finding.Code]string{
		finding.FunctionsNotRun:  "the command line reports it of a kustomization that it does not build",
		finding.NodeTrusted:      "it is about namespaces that belong to no service; testdata/verdicts has it",
		finding.ClusterInvalid:   "nothing else is judged beside it; testdata/cases has it",
		finding.UnknownRight:     "testdata/verdicts has it",
		finding.TrustedRights:    "an assumption and no mistake; testdata/verdicts has it",
		finding.ReadsAPIKey:      "testdata/verdicts has it",
		finding.BindingVariable:  "testdata/verdicts has it",
		finding.UndecidedRefused: "only a build reports it; testdata/cases has it",
		finding.ObjectRemoved:    "only a build reports it; testdata/cases has it",
		finding.PatchDropped:     "it is about kustomizations; testdata/verdicts has it",
		finding.ComponentEmpty:   "testdata/verdicts has it",
	}
}

// service is one folder of testdata/broken: a segregation written by hand as teams write them, and the same one done
// right.
type service struct {
	name     string
	mistakes []mistake
}

// mistake is one row of the table in the service's README.md.
type mistake struct {
	number int
	file   string
	code   finding.Code
	// object as findings print it.
	object string
}

func TestEveryMistakeOfABrokenServiceIsFoundOnce(t *testing.T) {
	for _, s := range brokenServices(t) {
		t.Run(s.name, func(t *testing.T) {
			found := checkFolder(t, s.folder("broken")).Findings
			lines := make([]string, len(found))
			for i, f := range found {
				lines[i] = f.String()
			}
			text := strings.Join(lines, "\n") + "\n"
			testkit.Golden(t, s.folder("findings.txt"), text)
			assert.Equal(t, s.expected(), codesAndObjects(found),
				"README.md says which mistakes there are, and each is one finding")
			s.checkFiles(t, found)
		})
	}
}

func TestNothingIsFoundInAServiceDoneRight(t *testing.T) {
	for _, s := range brokenServices(t) {
		t.Run(s.name, func(t *testing.T) {
			result := checkFolder(t, s.folder("fixed"))
			if s.isOpen() {
				s.checkOpen(t, result.Findings)
				return
			}
			for _, f := range result.Findings {
				t.Errorf("false alarm: %s", f)
			}
			for _, accepted := range result.Suppressed {
				assert.NotEmpty(t, accepted.Reason, "%s", accepted.Finding)
			}
		})
	}
}

// isOpen reports whether the service installs what is not in its manifests: its open.txt says so.
func (s service) isOpen() bool {
	_, err := os.Stat(s.folder("open.txt"))
	return err == nil
}

// checkOpen holds that nothing is wrong in a service that installs more, and that open.txt has what is not decided.
func (s service) checkOpen(t *testing.T, found []finding.Finding) {
	lines := make([]string, len(found))
	for i, f := range found {
		lines[i] = f.String()
		assert.Equal(t, finding.NotFinal, f.Code, "false alarm: %s", f)
	}
	testkit.Golden(t, s.folder("open.txt"), strings.Join(lines, "\n")+"\n")
}

// TestAFolderThatKnowsOnlyItsPartRaisesNoAlarm checks each folder of a GitOps repository that is right by itself: what
// the others have is assumed, or not decided.
func TestAFolderThatKnowsOnlyItsPartRaisesNoAlarm(t *testing.T) {
	folders := testkit.Files(t, brokenFolder+"/gitops/fixed/[a-z]*", 2)
	for _, folder := range folders {
		t.Run(filepath.Base(folder), func(t *testing.T) {
			for _, f := range checkFolder(t, folder).Findings {
				isOpen := f.Undecided && slices.Contains([]finding.Code{finding.NotFinal, finding.StoreMissing}, f.Code)
				assert.True(t, isOpen || f.Severity == finding.Info, "false alarm: %s", f)
			}
		})
	}
}

func TestMistakesAreNumberedWithoutGaps(t *testing.T) {
	for _, s := range brokenServices(t) {
		for i, m := range s.mistakes {
			assert.Equal(t, i+1, m.number, "%s: mistake %d", s.name, m.number)
		}
	}
}

func TestBrokenServicesHaveEveryKindOfMistake(t *testing.T) {
	services, exceptions := brokenServices(t), notInManifests()
	total, seen := 0, map[finding.Code]int{}
	for _, s := range services {
		total += len(s.mistakes)
		for _, m := range s.mistakes {
			seen[m.code]++
		}
	}
	for _, code := range codesOfTheProof() {
		if _, excepted := exceptions[code]; excepted {
			assert.Zero(t, seen[code], "%s is found after all: it needs no exception", code)
			continue
		}
		assert.NotZero(t, seen[code], "%s must be made by a service of %s", code, brokenFolder)
	}
	assert.GreaterOrEqual(t, total, 190, "every README.md is read")
	t.Logf("%d mistakes with %d codes in %d services", total, len(seen), len(services))
}

// codesOfTheProof are those of all families that judge manifests, without what is said of reading and writing them.
func codesOfTheProof() []finding.Code {
	var codes []finding.Code
	for _, family := range finding.Families() {
		for _, rule := range family.Rules {
			if slices.Contains([]string{"N", "R", "E", "P", "Q"}, family.Letter) || family.Letter == "K" &&
				rule.Code >= finding.OutsideComponents {
				codes = append(codes, rule.Code)
			}
		}
	}
	return codes
}

func (s service) folder(name string) string { return filepath.Join(brokenFolder, s.name, name) }

// expected are the findings that README.md says, each as its code and object.
func (s service) expected() []string {
	expected := make([]string, len(s.mistakes))
	for i, m := range s.mistakes {
		expected[i] = fmt.Sprintf("%s %s", m.code, m.object)
	}
	slices.Sort(expected)
	return expected
}

func codesAndObjects(findings []finding.Finding) []string {
	found := make([]string, len(findings))
	for i, f := range findings {
		found[i] = fmt.Sprintf("%s %s", f.Code, f.Object)
	}
	slices.Sort(found)
	return found
}

// checkFiles compares the files of findings with README.md. A finding about an object that is missing has none.
func (s service) checkFiles(t *testing.T, findings []finding.Finding) {
	t.Helper()
	for _, f := range findings {
		assert.True(t, f.File == "" || slices.ContainsFunc(s.mistakes, func(m mistake) bool {
			return m.file == f.File && m.code == f.Code && m.object == f.Object.String()
		}), "README.md has no such mistake in this file: %s", f)
	}
}

func brokenServices(t *testing.T) []service {
	t.Helper()
	folders := testkit.Files(t, brokenFolder+"/*/README.md", manifests.BrokenCount)
	services := make([]service, len(folders))
	for i, readme := range folders {
		text, err := os.ReadFile(readme)
		require.NoError(t, err)
		services[i] = service{name: filepath.Base(filepath.Dir(readme)), mistakes: mistakesOf(t, string(text))}
		require.NotEmpty(t, services[i].mistakes, "%s must have a table of mistakes", readme)
	}
	return services
}

// rowForm is a row of the table: number, file, what was thought, what happens, code and object.
var rowForm = regexp.MustCompile(`^\| (\d+) \| (\S*) \| .+ \| .+ \| (CLS-[A-Z]\d{3}) (.+) \|$`)

func mistakesOf(t *testing.T, readme string) []mistake {
	t.Helper()
	var mistakes []mistake
	for line := range strings.Lines(readme) {
		line = strings.TrimSpace(line)
		if !strings.HasPrefix(line, "|") || strings.HasPrefix(line, "| #") || strings.HasPrefix(line, "|--") {
			continue
		}
		parts := rowForm.FindStringSubmatch(line)
		require.NotNil(t, parts, "no row of a table of mistakes: %s", line)
		number, err := strconv.Atoi(parts[1])
		require.NoError(t, err)
		mistakes = append(mistakes, mistake{number: number, file: parts[2], code: finding.Code(parts[3]),
			object: parts[4]})
	}
	return mistakes
}

// checkFolder checks all manifests of a folder, and the Segregations among them, as the command line does. Files are
// named relative to the folder.
func checkFolder(t *testing.T, folder string) validators.Result {
	t.Helper()
	input, err := load.Paths([]string{folder}, nil, load.Options{})
	require.NoError(t, err)
	require.Empty(t, input.Findings)
	for _, skipped := range input.Skipped { // values of charts, and what says how files are encrypted
		require.Equal(t, "not a Kubernetes object", skipped.Reason, skipped.File)
	}
	require.NotEmpty(t, input.Objects, "%s must have manifests", folder)
	for _, o := range input.Objects {
		o.File, err = filepath.Rel(folder, o.File)
		require.NoError(t, err)
	}
	return validators.Check(input.Objects, input.Plans, input.Cluster)
}

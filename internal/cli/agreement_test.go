package cli_test

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/report"
	"cloison.dev/cloison/internal/resourcelist"
	"cloison.dev/cloison/internal/testkit"
	"cloison.dev/cloison/internal/wellknown"
	"cloison.dev/cloison/validators"
)

// said is a finding without its place: the function names the line of an item, and cloison check that of the field.
type said struct {
	severity, code string
	object         finding.Object
	field, text    string
}

// answers are what the function and cloison check say of the same input.
type answers struct {
	function, check []said
	// refused is why the input could not be read, for each of them; empty where it could.
	functionRefused, checkRefused string
	// generates reports that what the function judged has objects that the input does not have.
	generates bool
}

// difference is a reason for which a finding may be there on one side only.
type difference struct {
	why      string
	concerns func(a answers, s said) bool
}

// mayDiffer has all of them. Nothing else may differ.
func mayDiffer() []difference {
	return []difference{
		{"the function needs a Segregation and a mode, and cloison check neither", func(_ answers, s said) bool {
			return is(s, finding.NoSegregation, finding.FunctionConfig)
		}},
		{"without them the function stops after the intake", func(a answers, s said) bool {
			return a.has(finding.NoSegregation, finding.FunctionConfig) && !isOfTheIntake(s)
		}},
		{"the function holds the items against what it generates", func(_ answers, s said) bool {
			return is(s, finding.IdentityClash, finding.OwnOutputOnly, finding.ObjectMissing, finding.ObjectDiffers,
				finding.NamespacesCollapsed, finding.ObjectLeftOver)
		}},
		{"the function says that an object is missing, and not what follows from it", func(a answers, s said) bool {
			isMissing := func(other said) bool { return is(other, finding.ObjectMissing) && other.object == s.object }
			return slices.ContainsFunc(a.function, isMissing)
		}},
		{"the function says that a label was added to all selectors, and not what follows from it",
			func(a answers, s said) bool {
				return isOfTheProof(s) && slices.ContainsFunc(a.function, func(other said) bool {
					return is(other, finding.ObjectDiffers) && strings.Contains(other.text, "added to the selectors")
				})
			}},
		{"the function says that a Segregation was renamed, or nothing was generated, and not what follows from it",
			func(a answers, s said) bool {
				return isOfTheProof(s) && slices.ContainsFunc(a.function, func(other said) bool {
					return is(other, finding.ObjectMissing) && other.object.Kind == wellknown.SegregationKind
				})
			}},
		{"the function proves what it generates, and not what comes in", func(a answers, s said) bool {
			return a.generates && isOfTheProof(s)
		}},
		{"what the function finds in what it generates is accepted there alone", func(a answers, s said) bool {
			return a.generates && is(s, finding.SuppressionUnused)
		}},
		{"only a build fails for what is not decided, and removes objects", func(_ answers, s said) bool {
			return is(s, finding.UndecidedRefused, finding.ObjectRemoved)
		}},
		{"the function proves nothing where it cannot generate", func(a answers, s said) bool {
			return (slices.ContainsFunc(a.function, isRefusedTwice) || a.has(finding.NotPinned)) && isOfTheProof(s)
		}},
		{"the function writes an object in one place", func(_ answers, s said) bool {
			return isRefusedTwice(s) && strings.Contains(s.text, "which Cloison generates once")
		}},
	}
}

// isRefusedTwice reports whether a finding is about an object that is there twice, of which nobody knows which one stands.
func isRefusedTwice(s said) bool { return is(s, finding.InputDuplicate) && s.severity == "error" }

func is(s said, codes ...finding.Code) bool { return slices.Contains(codes, finding.Code(s.code)) }

// has reports whether the function says one of the codes.
func (a answers) has(codes ...finding.Code) bool {
	return slices.ContainsFunc(a.function, func(s said) bool { return is(s, codes...) })
}

// isOfTheIntake reports whether a finding is about the input as a whole.
func isOfTheIntake(s said) bool {
	return strings.HasPrefix(s.code, "CLS-S") ||
		is(s, finding.InputDuplicate, finding.WouldBeApplied, finding.NamespaceSet, finding.InventoryInvalid)
}

// isOfTheProof reports whether a finding is about objects that would be applied.
func isOfTheProof(s said) bool {
	isInstruction := wellknown.IsInstruction(s.object.APIVersion, s.object.Kind)
	return !isOfTheIntake(s) && !isInstruction && !strings.HasPrefix(s.code, "CLS-I")
}

// TestTheFunctionAndCheckAgree feeds the same ResourceLists to both: the golden cases, what came out of them, and
// variations of these in what an intake decides.
func TestTheFunctionAndCheckAgree(t *testing.T) {
	testkit.SkipWithRaceDetector(t)
	t.Setenv("SCW_CONFIG_PATH", filepath.Join(t.TempDir(), "none.yaml"))
	agreed, inputs := map[string]int{}, 0
	compare := func(name, input string) {
		inputs++
		t.Run(name, func(t *testing.T) {
			for _, code := range requireAgreement(t, input) {
				agreed[code]++
			}
		})
	}
	bases := goldenLists(t)
	for _, base := range bases {
		compare(base.name, base.text)
	}
	const variations = 300
	for _, random := range testkit.Seeds(t, variations) {
		varied := vary(t, bases, random)
		compare(varied.name, varied.text)
	}
	assert.GreaterOrEqual(t, inputs, 573)
	t.Logf("%d inputs; what both said, by code: %v", inputs, agreed)
	for _, code := range []finding.Code{
		finding.SpecUnknownField, finding.SpecSharedNamespace, finding.InputUnreadable, finding.InputDuplicate,
		finding.WouldBeApplied, finding.NamespaceSet, finding.InventoryInvalid, finding.PathMissing,
		finding.PathsNotChecked, finding.OutsideComponents, finding.UndeclaredEgress,
	} {
		assert.Positive(t, agreed[string(code)], "both must say %s, or nothing is compared", code)
	}
}

// requireAgreement compares what both say of an input, and returns the codes.
func requireAgreement(t *testing.T, input string) (codes []string) {
	t.Helper()
	a := ask(t, input)
	switch {
	case a.checkRefused != "" && a.has(finding.NoSegregation, finding.FunctionConfig):
		return nil // cloison check needs something to judge, and the function a Segregation
	case a.functionRefused != "" || a.checkRefused != "":
		require.Equal(t, a.functionRefused, a.checkRefused, "why the input cannot be read")
		return []string{string(finding.InputUnreadable)}
	}
	function, check := a.comparable(a.function), a.comparable(a.check)
	require.Equal(t, lines(function), lines(check), "what the function and what cloison check says of\n%s", input)
	for _, s := range function {
		codes = append(codes, s.code)
	}
	return codes
}

// comparable are the findings that must be the same.
func (a answers) comparable(all []said) []said {
	return slices.DeleteFunc(slices.Clone(all), func(s said) bool {
		return slices.ContainsFunc(mayDiffer(), func(d difference) bool { return d.concerns(a, s) })
	})
}

func lines(all []said) []string {
	found := make([]string, len(all))
	for i, s := range all {
		found[i] = fmt.Sprintf("%s %s %s %s %s: %s", s.severity, s.code, s.object.APIVersion, s.object, s.field, s.text)
	}
	slices.Sort(found)
	return found
}

// ask runs both.
func ask(t *testing.T, input string) answers {
	t.Helper()
	var a answers
	function, check := runWith(input), runWith(input, "check", "--output", "json", "-")
	if function.stdout == "" {
		a.functionRefused = strings.TrimPrefix(strings.TrimSpace(function.stderr), "error CLS-K001: ")
	} else {
		a.function = ofResults(t, function.stdout)
		a.generates = !strings.Contains(input, "cloison.dev/mode: validate") &&
			(function.code != 0 || !slices.Equal(itemsOf(t, input), itemsOf(t, function.stdout)))
	}
	if check.stdout == "" {
		a.checkRefused = strings.TrimPrefix(strings.TrimSpace(check.stderr), "cloison: standard input: ")
	} else {
		a.check = ofReport(t, check.stdout)
	}
	return a
}

func readList(t *testing.T, text string) *resourcelist.List {
	t.Helper()
	list, err := resourcelist.Read([]byte(text))
	require.NoError(t, err)
	return list
}

// itemsOf are the texts of the items.
func itemsOf(t *testing.T, text string) (texts []string) {
	t.Helper()
	for _, item := range readList(t, text).Items {
		texts = append(texts, string(item.YAML()))
	}
	return texts
}

// ofResults are the findings in the results of the function.
func ofResults(t *testing.T, text string) (all []said) {
	t.Helper()
	for _, item := range readList(t, text).Results {
		var result struct {
			Message, Severity string
			ResourceRef       finding.Object `json:"resourceRef"`
			Field             struct{ Path string }
			Tags              map[string]string
		}
		require.NoError(t, yaml.Unmarshal(item.YAML(), &result))
		if code := result.Tags["code"]; strings.HasPrefix(code, "CLS-") {
			text := strings.TrimPrefix(result.Message, code+": ")
			all = append(all, said{result.Severity, code, result.ResourceRef, result.Field.Path, text})
		}
	}
	return all
}

// ofReport are the findings of a report, those that somebody accepts as the function lists them.
func ofReport(t *testing.T, text string) (all []said) {
	t.Helper()
	var found report.Report
	require.NoError(t, json.Unmarshal([]byte(text), &found))
	for _, s := range found.Suppressed {
		found.Findings = append(found.Findings, validators.Suppressed(s).Listed())
	}
	for _, f := range found.Findings {
		all = append(all, said{string(f.Severity), string(f.Code), f.Object, f.Field.String(), f.Text()})
	}
	return all
}

package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/phrase"
	"cloison.dev/cloison/internal/report"
	"cloison.dev/cloison/internal/syntax"
	"cloison.dev/cloison/internal/usage"
)

// view has the flags that say what people are shown of a report.
type view struct {
	codes      []string
	namespaces []string
	group      string
	most       int
}

func (v *view) addFlags(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringSliceVar(&v.codes, "code", nil,
		"show only findings of these `CODES`, or of a family such as N; the exit code stays that of all")
	flags.StringSliceVar(&v.namespaces, "namespace", nil,
		"show only findings on these `NAMESPACES`; the exit code stays that of all")
	flags.StringVar(&v.group, "group", string(report.GroupSame),
		"same: findings that say the same of several objects are shown once; none: each on its own, and all of them")
	flags.IntVar(&v.most, "max", 0, "show at most `N` findings in a text or Markdown (default: as many as fit on two screens)")
}

// validate refuses wrong values, and puts codes into the form that findings have.
func (v *view) validate() error {
	for i, code := range v.codes {
		meant, err := codeOrFamily(code)
		if err != nil {
			return err
		}
		v.codes[i] = meant
	}
	for _, name := range v.namespaces {
		if !syntax.DNSLabel.Matches(name) {
			return fmt.Errorf("--namespace %q must be the name of a namespace", name)
		}
	}
	if v.most < 0 {
		return fmt.Errorf("--max %d must be 1 or more, or left out", v.most)
	}
	return usage.OneOf("--group", report.Grouping(v.group), report.Groupings()...)
}

// codeOrFamily reads a code, which may be written in short, or the letter of a family.
func codeOrFamily(text string) (string, error) {
	upper := strings.ToUpper(text)
	isLetter := func(f finding.Family) bool { return f.Letter == upper }
	if slices.ContainsFunc(finding.Families(), isLetter) {
		return upper, nil
	}
	if code := finding.MeantCode(text); code != "" {
		return string(code), nil
	}
	var letters []string
	for _, f := range finding.Families() {
		letters = append(letters, f.Letter)
	}
	return "", fmt.Errorf("--code %q must be a code such as CLS-N001, or a family: %s", text, phrase.Or(letters))
}

func (v *view) narrowing() report.Narrowing {
	return report.Narrowing{Codes: v.codes, Namespaces: v.namespaces}
}

func (v *view) options(color bool) report.View {
	return report.View{Color: color, Group: report.Grouping(v.group), Most: v.most}
}

// isNarrow reports whether a format shows what people want to see of a report; the others always have all of it.
func (f format) isNarrow() bool { return f == formatText || f == formatMarkdown || f == formatJSON }

// validateForms refuses to narrow the forms from which programs conclude what is no more.
func (v *view) validateForms(output string, files []reportFile) error {
	if v.narrowing().IsZero() {
		return nil
	}
	all := []format{format(output)}
	for _, file := range files {
		all = append(all, file.format)
	}
	for _, f := range all {
		if f == formatSARIF || f == formatJUnit {
			return fmt.Errorf("--code and --namespace narrow what people read: %s has every finding, so that none passes "+
				"for mended; leave them out", f)
		}
	}
	return nil
}

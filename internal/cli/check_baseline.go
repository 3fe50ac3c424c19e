package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"cloison.dev/cloison/internal/baseline"
	"cloison.dev/cloison/internal/exit"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/phrase"
	"cloison.dev/cloison/internal/report"
	"cloison.dev/cloison/internal/wholefile"
)

// baselines has the flags of what is known.
type baselines struct {
	baseline, writeBaseline string
}

func (b *baselines) addFlags(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&b.baseline, "baseline", "", "`FILE` with findings that are known: they are counted apart, and do not fail")
	flags.StringVar(&b.writeBaseline, "write-baseline", "",
		"write the findings to `FILE`, to be known from then on; the exit code stays that of this run")
}

func (b *baselines) hasBaseline() bool { return b.baseline != "" || b.writeBaseline != "" }

// validate refuses a file that must not be replaced.
func (b *baselines) validate() error {
	if b.writeBaseline == "" {
		return nil
	}
	if err := wholefile.Check(b.writeBaseline); err != nil {
		return fmt.Errorf("--write-baseline: %w", err)
	}
	text, err := os.ReadFile(b.writeBaseline)
	switch {
	case errors.Is(err, fs.ErrNotExist), err == nil && len(text) == 0:
		return nil
	case err != nil:
		return fmt.Errorf("--write-baseline: %w", err)
	case !baseline.IsDocument(text):
		return fmt.Errorf("--write-baseline %q must name a new file, or one that holds a Baseline", b.writeBaseline)
	}
	return nil
}

// known reads the file; nil where none is named.
func (b *baselines) known() (*baseline.Baseline, error) {
	if b.baseline == "" {
		return nil, nil
	}
	text, err := os.ReadFile(b.baseline)
	if err != nil {
		return nil, exit.With(exit.Undecided, fmt.Errorf("--baseline %q: %w", b.baseline, wholefile.Cause(err)))
	}
	known, err := baseline.Read(text)
	if err != nil {
		return nil, exit.With(exit.Undecided, fmt.Errorf("--baseline %q %w", b.baseline, err))
	}
	return known, nil
}

// apply takes what is known out of the findings of a report.
func (b *baselines) apply(known *baseline.Baseline, found *report.Report) {
	if known == nil {
		return
	}
	var gone []finding.Identity
	found.Findings, found.Known, gone = known.Compare(found.Findings, found.RootPaths())
	for _, g := range gone {
		found.Gone = append(found.Gone, report.Gone{
			Code: g.Code, Severity: g.Severity, Object: g.Object(), Field: g.Field, Message: g.Message,
		})
	}
	found.Summary.Baseline = &report.Baseline{File: b.baseline, Known: len(found.Known), Gone: len(gone)}
	found.Count()
}

// save writes the findings of a run, those that were known included, and says which are not in it.
func (b *baselines) save(ctx context.Context, stderr io.Writer, findings []finding.Finding, roots []string) error {
	if b.writeBaseline == "" {
		return nil
	}
	written := baseline.Of(findings, roots)
	text, err := written.YAML()
	if err == nil {
		_, err = wholefile.Write(ctx, b.writeBaseline, text)
	}
	if err != nil {
		return exit.With(exit.Undecided, fmt.Errorf("--write-baseline: %w", err))
	}
	left := ""
	if n := len(findings) - written.Len(); n > 0 {
		left = fmt.Sprintf("; %s not decided, or of what is not what is applied, and never known",
			phrase.Count(n, "more finding")+" "+phrase.Are(n))
	}
	notice(stderr, "%s: %s known%s", b.writeBaseline, phrase.Count(written.Len(), "finding"), left)
	return nil
}

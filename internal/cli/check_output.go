package cli

import (
	"bytes"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"cloison.dev/cloison/internal/exit"
	"cloison.dev/cloison/internal/phrase"
	"cloison.dev/cloison/internal/report"
	"cloison.dev/cloison/internal/version"
	"cloison.dev/cloison/internal/wholefile"
)

// format is how a report is written.
type format string

const (
	formatText     format = "text"
	formatJSON     format = "json"
	formatSARIF    format = "sarif"
	formatJUnit    format = "junit"
	formatMarkdown format = "markdown"
	formatDotenv   format = "dotenv"
)

func formats() []format {
	return []format{formatText, formatJSON, formatSARIF, formatJUnit, formatMarkdown, formatDotenv}
}

// formatsInWords lists them for messages: "text, json or ...".
func formatsInWords() string {
	var names []string
	for _, f := range formats() {
		names = append(names, string(f))
	}
	return phrase.Or(names)
}

// hasSkipped reports whether the format shows the files that were passed over.
func (f format) hasSkipped() bool {
	return !slices.Contains([]format{formatSARIF, formatJUnit, formatDotenv}, f)
}

// reportFile is a file that a report is written to.
type reportFile struct {
	format format
	name   string
}

// reportFiles reads the values of --write: FORMAT=FILE. It refuses a file that cannot be written, or that two of them
// name.
func reportFiles(values []string) ([]reportFile, error) {
	var files []reportFile
	for _, value := range values {
		name, file, _ := strings.Cut(value, "=")
		if !slices.Contains(formats(), format(name)) || file == "" {
			return nil, fmt.Errorf("--write %q must be FORMAT=FILE, where FORMAT is %s", value, formatsInWords())
		}
		if err := wholefile.Check(file); err != nil {
			return nil, fmt.Errorf("--write %s: %w", name, err)
		}
		same := func(other reportFile) bool { return filepath.Clean(other.name) == filepath.Clean(file) }
		if slices.ContainsFunc(files, same) {
			return nil, fmt.Errorf("--write names %q twice: each report must have a file of its own", file)
		}
		files = append(files, reportFile{format: format(name), name: file})
	}
	return files, nil
}

// put writes the report to the files and then to standard output, when it has been made in every format of them.
func (c *check) put(cmd *cobra.Command, found *report.Report, files []reportFile) error {
	reports := make([][]byte, len(files))
	for i, file := range files {
		var text bytes.Buffer
		if err := c.encode(&text, file.format, found, false); err != nil {
			return exit.With(exit.Undecided, fmt.Errorf("write the report as %s: %w", file.format, err))
		}
		reports[i] = text.Bytes()
	}
	for i, file := range files {
		if _, err := wholefile.Write(cmd.Context(), file.name, reports[i]); err != nil {
			return exit.With(exit.Undecided, fmt.Errorf("write the report as %s: %w", file.format, err))
		}
	}
	color := wantsColor(cmd.OutOrStdout())
	return output(cmd, func(w io.Writer) error { return c.encode(w, format(c.output), found, color) })
}

func (c *check) encode(w io.Writer, f format, found *report.Report, color bool) error {
	if f.isNarrow() {
		found = found.Narrow(c.narrowing())
	}
	switch f {
	case formatJSON:
		return report.JSON(w, found)
	case formatSARIF:
		return report.SARIF(w, found, version.Number)
	case formatJUnit:
		return report.JUnit(w, found, report.Threshold(c.failOn))
	case formatMarkdown:
		return report.Markdown(w, found, c.options(false))
	case formatDotenv:
		return report.Dotenv(w, found)
	}
	if c.accepted {
		return report.Accepted(w, found)
	}
	return report.Text(w, found, c.options(color))
}

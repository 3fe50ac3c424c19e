package report

import (
	"fmt"
	"io"
)

// Dotenv writes the numbers of the summary, a NAME=NUMBER a line, for what takes variables from files: GITHUB_OUTPUT,
// or a dotenv report of GitLab CI.
func Dotenv(w io.Writer, r *Report) error {
	s := &r.Summary
	_, err := fmt.Fprintf(w, "errors=%d\nwarnings=%d\ninfos=%d\nundecided=%d\nsuppressed=%d\nobjects=%d\ncomponents=%d\n",
		s.Errors, s.Warnings, s.Infos, s.Undecided, s.Suppressed, s.Objects, len(s.Components))
	if err == nil && s.Baseline != nil {
		_, err = fmt.Fprintf(w, "known=%d\ngone=%d\n", s.Baseline.Known, s.Baseline.Gone)
	}
	return err
}

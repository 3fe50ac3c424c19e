package cli

import (
	"bytes"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"cloison.dev/cloison/internal/exit"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/printable"
)

// output writes standard output at once, when write has made all of it, so that nothing half-done is there.
func output(cmd *cobra.Command, write func(io.Writer) error) error {
	var text bytes.Buffer
	if err := write(&text); err != nil {
		return exit.With(exit.Undecided, err)
	}
	if _, err := cmd.OutOrStdout().Write(text.Bytes()); err != nil {
		return exit.With(exit.Undecided, fmt.Errorf("write standard output: %w", err))
	}
	return nil
}

// outputText writes a text that may repeat the input.
func outputText(cmd *cobra.Command, text []byte) error {
	return output(cmd, func(w io.Writer) error {
		_, err := w.Write(text)
		return err
	})
}

// notice writes a line about what was asked.
func notice(stderr io.Writer, format string, values ...any) {
	fmt.Fprintf(stderr, "cloison: %s\n", printable.Line(fmt.Sprintf(format, values...)))
}

func printFindings(w io.Writer, findings []finding.Finding) {
	for _, f := range findings {
		fmt.Fprintln(w, f)
	}
}

func isTerminal(r io.Reader) bool {
	file, isFile := r.(*os.File)
	return isFile && term.IsTerminal(int(file.Fd()))
}

func isTerminalWriter(w io.Writer) bool {
	file, isFile := printable.Unwrap(w).(*os.File)
	return isFile && term.IsTerminal(int(file.Fd()))
}

// terminalWidth is how many characters a line of the terminal has; 0 where w is none.
func terminalWidth(w io.Writer) int {
	file, isFile := printable.Unwrap(w).(*os.File)
	if !isFile {
		return 0
	}
	width, _, err := term.GetSize(int(file.Fd()))
	if err != nil {
		return 0
	}
	return width
}

// wantsColor reports whether w is a terminal whose user wants color. Facts: docs/facts.md, "Color of terminals".
func wantsColor(w io.Writer) bool {
	return isTerminalWriter(w) && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
}

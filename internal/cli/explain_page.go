package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/spf13/cobra"

	"cloison.dev/cloison/internal/access"
	"cloison.dev/cloison/internal/exit"
	"cloison.dev/cloison/internal/load"
	"cloison.dev/cloison/internal/page"
	"cloison.dev/cloison/internal/page/shown"
	"cloison.dev/cloison/internal/phrase"
	"cloison.dev/cloison/internal/report"
)

// layoutProgram places what the page draws. It is a program of its own because Graphviz, which it has, takes a second at
// each start of a program that it is linked into, and a function starts anew for every build.
const layoutProgram = "cloison-layout"

// writePage writes the page, or its picture, of a model and of what is found in the same input. Nothing is asked of
// Scaleway.
func (e *explainer) writePage(cmd *cobra.Command, args []string, model *access.Model, input *load.Input) error {
	program, err := findBeside(layoutProgram, "cloison explain -o "+e.output)
	if err != nil {
		return exit.With(exit.Undecided, err)
	}
	show := newProgress(cmd.ErrOrStderr())
	defer show.done()
	show.say("checking")
	found := (&check{manifests: e.manifests, offline: true}).judge(cmd.Context(), input, show.say)
	data := shown.Of(pageTitle(args, found), &model.State, found.Findings)
	if n := len(found.Suppressed); n > 0 {
		data.Notes = append(data.Notes, phrase.Count(n, "finding")+" that somebody accepts "+phrase.Are(n)+" not shown.")
	}
	show.say("drawing")
	write := page.Write
	if e.output == "svg" {
		write = page.Picture
	}
	return output(cmd, func(w io.Writer) error {
		return write(w, data, func(graphs []page.Graph) ([]string, error) { return placeWith(cmd.Context(), program, graphs) })
	})
}

// pageTitle says what was read: the Segregations or, without any, the arguments.
func pageTitle(args []string, found *report.Report) string {
	if names := found.Summary.Segregations; len(names) > 0 {
		return phrase.Plural(len(names), "Segregation") + " " + phrase.List(names)
	}
	var titles []string
	for _, arg := range args {
		if arg == load.Stdin {
			arg = "standard input"
		}
		titles = append(titles, filepath.ToSlash(arg))
	}
	return phrase.List(titles)
}

// placeWith has the program place graphs.
func placeWith(ctx context.Context, program string, graphs []page.Graph) ([]string, error) {
	question, err := json.Marshal(graphs)
	if err != nil {
		return nil, err
	}
	var answer, problems bytes.Buffer
	cmd := exec.CommandContext(ctx, program)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(question), &answer, &problems
	cmd.Env = withoutCache(os.Environ())
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("%s: %w: %s", program, err, strings.TrimSpace(problems.String()))
	}
	var placed []string
	if err := json.Unmarshal(answer.Bytes(), &placed); err != nil {
		return nil, fmt.Errorf("%s: its answer must be a JSON array of strings: %w", program, err)
	}
	return placed, nil
}

// withoutCache keeps the library with Graphviz from keeping what it compiled in the folder for temporary files, in a place
// that anybody may have made before: it would run what lies there. The users of Windows have each their own.
func withoutCache(environment []string) []string {
	if runtime.GOOS == "windows" {
		return environment
	}
	return append(environment, "TMPDIR="+os.DevNull)
}

package main

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"
)

// report is what is printed.
type report struct {
	options options
	// mistake has the findings about the path that was wrong on purpose.
	mistake  []string
	messages []string
	spec     specSize
	summary  *summary
	filled   *filled
}

// print writes the report in fixed-width tables.
func (r report) print(out io.Writer) error {
	var text bytes.Buffer
	r.printMistake(&text)
	fmt.Fprintf(&text, "\nAS IT IS, kustomize has built %s and run Cloison: every required path is there.\n",
		r.options.overlayFolder())
	r.printFindings(&text)
	fmt.Fprintf(&text, "\nWHO HAS WHAT, AND WHO REACHES WHOM, as \"cloison explain %s\" begins\n\n%s", r.options.overlayFolder(), r.summary.overview)
	r.summary.printKinds(&text)
	r.printRuntime(&text)
	r.printSize(&text)
	r.printHints(&text)
	_, err := out.Write(text.Bytes())
	return err
}

func (r report) printMistake(out io.Writer) {
	fmt.Fprintf(out, "A MISTAKE made on purpose: %q in %s\nwas written as %q. kustomize has failed, and "+
		"nothing came out but this:\n\n",
		rightName, r.spec.base.path, wrongName)
	for _, message := range r.mistake {
		fmt.Fprintln(out, wrap(message))
	}
}

func (r report) printFindings(out io.Writer) {
	fmt.Fprintln(out, "\nFINDINGS")
	if len(r.messages) == 0 {
		fmt.Fprintln(out, "  none")
	}
	for _, message := range r.messages {
		fmt.Fprintln(out, wrap(message))
	}
}

func (s *summary) printKinds(out io.Writer) {
	fmt.Fprintln(out, "\nOBJECTS")
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(table, "  kind\tby Cloison\tby hand\n")
	for _, k := range s.kinds {
		fmt.Fprintf(table, "  %s\t%s\t%s\n", k.kind, orDash(k.generated), orDash(k.handwritten))
	}
	fmt.Fprintf(table, "  all\t%d\t%d\n", s.generated.objects, s.handwritten.objects)
	flush(table)
}

// printRuntime says what the sync runtime has said, word by word.
func (r report) printRuntime(out io.Writer) {
	fmt.Fprintf(out, `
THE SYNC RUNTIME fills the Secrets where the Segregation says
  %s
Here "cloison-sync --once" does, without a cluster. With the mistake from above, in manifests whose paths nobody has checked:

`, strings.TrimSpace(useRuntime))
	for _, line := range r.filled.incomplete {
		fmt.Fprintln(out, wrap(line))
	}
	fmt.Fprintln(out, "\nThat Secret stays as it is; the others are written. Without the mistake:")
	fmt.Fprintln(out)
	for _, line := range r.filled.complete {
		fmt.Fprintln(out, wrap(line))
	}
	fmt.Fprintln(out, "\nThe Secrets, with made-up values:")
	for _, file := range r.filled.secrets {
		fmt.Fprintln(out, "  "+file)
	}
}

func orDash(n int) string {
	if n == 0 {
		return "-"
	}
	return strconv.Itoa(n)
}

func (r report) printSize(out io.Writer) {
	base, overlay, generated := r.spec.base, r.spec.overlay, r.summary.generated
	fmt.Fprintln(out, "\nSIZE")
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(table, "  by hand\t%s\t%s\n", count(base.lines, "line"), base.path)
	fmt.Fprintf(table, "  \t%s\t%s\n", count(overlay.lines, "line"), overlay.path)
	fmt.Fprintf(table, "  generated\t%s\t%s\n", count(generated.lines, "line"), count(generated.objects, "object"))
	flush(table)
}

func (r report) printHints(out io.Writer) {
	o := r.options
	fmt.Fprintf(out, `
THE FULL OUTPUT is in %s

TRY NEXT
  1. Break something: write "component: backend" as "component: backnd" in
     %s
     and run "make demo" again. Nothing comes out but what is wrong, and how to fix it.
  2. Take the line with "5432" out of that file, run "make demo" again, and see that nobody reaches postgres any more.
  3. Read %s/README.md: how the example is laid out, and how to start your own.
`, o.output, r.spec.base.path, o.example)
}

// flush cannot fail: the tables are written to memory.
func flush(table *tabwriter.Writer) { _ = table.Flush() }

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// wrap breaks a text between words into lines of readable length, each indented.
func wrap(text string) string {
	const longest = 110
	const indent = "  "
	line, lines := indent, []string(nil)
	for word := range strings.FieldsSeq(text) {
		if len(line)+len(word) > longest && line != indent {
			lines, line = append(lines, strings.TrimRight(line, " ")), indent
		}
		line += word + " "
	}
	return strings.Join(append(lines, strings.TrimRight(line, " ")), "\n")
}

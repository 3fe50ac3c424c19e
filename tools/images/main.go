// Command images builds the container images of Cloison as OCI layouts, for several architectures at once and without a
// container engine: the same source gives the same bytes. It also writes the root of each image for this machine's
// architecture, which the Dockerfile copies.
//
// Run it in the module's root: go -C tools/images run . -source ../..
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"text/tabwriter"
)

func main() {
	var b builder
	architectures := flag.String("architectures", "amd64,arm64", "architectures of Linux, separated by commas")
	flag.StringVar(&b.source, "source", ".", "root of the `module` that is built")
	flag.StringVar(&b.version, "version", "", "version that the programs and the labels tell; none without one")
	flag.StringVar(&b.revision, "revision", "", "revision of the source for the labels; none is written without one")
	flag.StringVar(&b.home, "home", "", "`address` of the source for the labels; none is written without one")
	flag.StringVar(&b.files, "files", "", "`folder` whose files every image has too, such as licences; may be empty")
	flag.StringVar(&b.repository, "repository", "",
		"`repository` that the images are pushed to: the function's names the runtime's by digest then")
	out := flag.String("out", "dist", "`folder` for the layouts (oci/PROGRAM) and the roots (image/PROGRAM)")
	rootsOnly := flag.Bool("roots", false, "write the roots for this machine only")
	flag.Parse()
	b.architectures = strings.Split(*architectures, ",")
	if *rootsOnly {
		b.architectures = []string{runtime.GOARCH}
	}
	if err := run(b, *out, *rootsOnly, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "images:", err)
		os.Exit(1)
	}
}

// programs are built in this order, because the function names the image of the runtime.
func programs() []string { return []string{"cloison-sync", "cloison"} }

func run(b builder, out string, rootsOnly bool, stdout io.Writer) error {
	table := tabwriter.NewWriter(stdout, 0, 0, 2, ' ', 0)
	for _, program := range programs() {
		built, err := b.build(program)
		if err != nil {
			return fmt.Errorf("%s: %w", program, err)
		}
		for _, one := range built {
			if one.architecture == runtime.GOARCH {
				if err := one.writeTo(filepath.Join(out, "image", program)); err != nil {
					return fmt.Errorf("%s: %w", program, err)
				}
			}
			fmt.Fprintf(table, "%s\tlinux/%s\t%.1f MB\n", program, one.architecture, float64(one.size())/1e6)
		}
		if rootsOnly {
			continue
		}
		digest, err := b.writeLayout(built, program, filepath.Join(out, "oci", program))
		if err != nil {
			return fmt.Errorf("%s: %w", program, err)
		}
		b.noteDigest(program, digest)
		fmt.Fprintf(table, "%s\tindex\t%s\n", program, digest)
	}
	return table.Flush()
}

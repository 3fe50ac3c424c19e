// Command cloison-layout places the boxes and lines of the page of "cloison explain -o html", which runs it. It is a
// program of its own because Graphviz, which is linked into it, takes a second to start.
package main

import (
	"fmt"
	"os"

	"cloison.dev/cloison/internal/layout"
)

func main() {
	if len(os.Args) > 1 {
		fmt.Fprintln(os.Stderr, `cloison-layout: it takes no arguments, and is run by "cloison explain -o html"`)
		os.Exit(2)
	}
	if err := layout.Run(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "cloison-layout:", err)
		os.Exit(3)
	}
}

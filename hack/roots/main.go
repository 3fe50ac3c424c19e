// Command roots prints the certificates of the authorities that Mozilla trusts, in PEM, for images that have none.
// Importing them into the programs would cost each start 8 ms.
package main

import (
	"bufio"
	"encoding/pem"
	"fmt"
	"io"
	"os"

	"golang.org/x/crypto/x509roots/fallback/bundle"
)

func main() {
	if err := write(os.Stdout); err != nil {
		fmt.Fprintf(os.Stderr, "roots: %v\n", err)
		os.Exit(1)
	}
}

// write leaves out the authorities that are trusted under conditions only: a file cannot say them.
func write(to io.Writer) error {
	out := bufio.NewWriter(to)
	for root := range bundle.Roots() {
		if root.Constraint != nil {
			continue
		}
		if err := pem.Encode(out, &pem.Block{Type: "CERTIFICATE", Bytes: root.Certificate}); err != nil {
			return err
		}
	}
	return out.Flush()
}

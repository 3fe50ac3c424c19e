// Command noop is a KRM function that changes nothing, written the usual way: with the kpt functions SDK. The benchmark
// measures Cloison against it.
package main

import (
	"os"

	"github.com/GoogleContainerTools/kpt-functions-sdk/go/fn"
)

func main() {
	unchanged := fn.ResourceListProcessorFunc(func(*fn.ResourceList) (bool, error) { return true, nil })
	if err := fn.AsMain(unchanged); err != nil {
		os.Exit(1)
	}
}

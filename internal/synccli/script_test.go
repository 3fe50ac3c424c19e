package synccli_test

import (
	"os"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"cloison.dev/cloison/internal/devcli"
	"cloison.dev/cloison/internal/synccli"
	"cloison.dev/cloison/internal/testkit"
)

// TestMain lets the scripts run cloison-sync, and cloison-dev, which has the emulator.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"cloison-sync": func() {
			os.Exit(synccli.Run(os.Args, os.Stdin, os.Stdout, os.Stderr)) //nolint:forbidigo // the program's main function
		},
		"cloison-dev": func() {
			os.Exit(devcli.Run(os.Args, os.Stdin, os.Stdout, os.Stderr)) //nolint:forbidigo // another main function
		},
	})
}

// TestScripts runs what testdata/script says about the program's behaviour.
func TestScripts(t *testing.T) {
	testkit.SkipWithRaceDetector(t)
	testscript.Run(t, testscript.Params{Dir: "testdata/script", RequireExplicitExec: true, RequireUniqueNames: true})
}

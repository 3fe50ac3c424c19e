package synccli_test

import (
	"io"
	"os"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/stretchr/testify/assert"

	"cloison.dev/cloison/internal/devcli"
	"cloison.dev/cloison/internal/exit"
	"cloison.dev/cloison/internal/synccli"
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
	testscript.Run(t, testscript.Params{Dir: "testdata/script", RequireExplicitExec: true, RequireUniqueNames: true})
}

func TestAnOlderProgramEndsWithACodeOfItsOwn(t *testing.T) {
	for minimum, want := range map[string]int{"9.1.0": exit.Undecided, "newest": exit.Usage} {
		code := synccli.Run([]string{"cloison-sync", "--minimum-version", minimum}, strings.NewReader(""), io.Discard,
			io.Discard)
		assert.Equal(t, want, code, minimum)
	}
}

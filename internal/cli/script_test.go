package cli_test

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"cloison.dev/cloison/internal/cli"
	"cloison.dev/cloison/internal/devcli"
	"cloison.dev/cloison/internal/testkit"
)

// TestMain lets the scripts run the program, under its own name and under that of kustomize's legacy plugin, and
// cloison-dev.
func TestMain(m *testing.M) {
	program := func() {
		os.Exit(cli.Run(os.Args, os.Stdin, os.Stdout, os.Stderr)) //nolint:forbidigo // the program's main function
	}
	dev := func() {
		os.Exit(devcli.Run(os.Args, os.Stdin, os.Stdout, os.Stderr)) //nolint:forbidigo // another main function
	}
	testscript.Main(m, map[string]func(){
		"cloison": program, "Segregation": program, "cloison-dev": dev, "scwtry": scwTry, "panics": panics,
	})
}

// panics is the program with a mistake in it, which shows when it reads standard input or, where that is asked for with
// the variable PANICS, when it writes standard output.
func panics() {
	var stdin io.Reader = broken{}
	var stdout io.Writer = os.Stdout
	if os.Getenv("PANICS") == "stdout" {
		stdin, stdout = os.Stdin, broken{}
	}
	os.Exit(cli.Run(os.Args, stdin, stdout, os.Stderr)) //nolint:forbidigo // the main function of a broken one
}

// broken panics with a text of the input, or with an error of Go's runtime.
type broken struct{}

func (broken) Read([]byte) (int, error) {
	count(nil)
	return 0, nil
}

func count(texts map[string]int) { texts["canary"]++ }

func (broken) Write(text []byte) (int, error) { panic(string(text)) }

// TestScripts runs what testdata/script says about the program's behaviour. Beside the commands of testscript there is
// "exit CODE PROGRAM ARGS...", which expects an exact exit code. Each of their hundreds of commands starts the test's
// own binary, which takes a second with the race detector; what runs at the same time has tests of its own.
func TestScripts(t *testing.T) {
	testkit.SkipWithRaceDetector(t)
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Cmds:                map[string]func(*testscript.TestScript, bool, []string){"exit": exit},
		Setup: func(env *testscript.Env) error {
			program, err := exec.LookPath("cloison")
			if err != nil {
				return err
			}
			env.Setenv("CLOISON", program)
			examples, err := filepath.Abs("../../examples")
			env.Setenv("EXAMPLES", examples)
			return err
		},
	})
}

func exit(ts *testscript.TestScript, negated bool, args []string) {
	if negated || len(args) < 2 {
		ts.Fatalf("usage: exit CODE PROGRAM ARGS...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	err = ts.Exec(args[1], args[2:]...)
	var exited *exec.ExitError
	switch {
	case errors.As(err, &exited):
		got = exited.ExitCode()
	case err != nil:
		ts.Fatalf("run %s: %v", args[1], err)
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

package cli

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"cloison.dev/cloison/internal/exit"
)

// devProgram is the program behind the command. It is one of its own because a function starts anew for every build,
// and all that is linked into it makes every start longer.
const devProgram = "cloison-dev"

const devHelp = `Tools to try Cloison without an account.

They are a program of their own, ` + devProgram + `, which is looked for beside cloison
and then on PATH; "make build" builds both. "cloison dev --help" says what it
has.`

const devExample = `  cloison dev scaleway -- cloison inventory -f segregation.yaml   # against a stand-in for Scaleway`

func newDev() *cobra.Command {
	return &cobra.Command{
		Use:                "dev [arguments]",
		Short:              "Tools to try Cloison without an account",
		Long:               devHelp,
		Example:            devExample,
		DisableFlagParsing: true, // they are the program's, --help too
		ValidArgsFunction:  completeDev,
		RunE: func(_ *cobra.Command, args []string) error {
			program, err := findDev()
			if err != nil {
				return exit.With(exit.Undecided, err)
			}
			return become(program, args)
		},
	}
}

// findDev finds the program behind the command.
func findDev() (string, error) { return findBeside(devProgram, "cloison dev") }

// findBeside looks for a program that a command needs beside this one, where builds and installs put all, then on PATH.
func findBeside(name, command string) (string, error) {
	beside, err := folderOfProgram()
	if err != nil {
		return "", err
	}
	if found, err := exec.LookPath(filepath.Join(beside, name)); err == nil {
		return found, nil
	}
	found, err := exec.LookPath(name)
	if errors.Is(err, exec.ErrNotFound) {
		err = fmt.Errorf("%[1]s needs the program %[2]s, which is neither in %[3]s nor on PATH; "+
			`the archive of a release has it, and "make build" in a clone builds it: put it beside cloison`,
			command, name, beside)
	}
	return found, err
}

// folderOfProgram is where this program is, and not where a link to it is.
func folderOfProgram() (string, error) {
	program, err := os.Executable()
	if err == nil {
		program, err = filepath.EvalSymlinks(program)
	}
	if err != nil {
		return "", fmt.Errorf("find the folder of cloison: %w", err)
	}
	return filepath.Dir(program), nil
}

// completeDev asks the program. It answers as cobra does: a line for each word, and last a colon and the directive.
func completeDev(_ *cobra.Command, args []string, toComplete string) ([]cobra.Completion, cobra.ShellCompDirective) {
	program, err := findDev()
	if err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	question := append([]string{cobra.ShellCompRequestCmd}, args...)
	answer, err := exec.Command(program, append(question, toComplete)...).Output()
	words, last, found := strings.Cut("\n"+string(answer), "\n:")
	directive, malformed := strconv.Atoi(strings.TrimSpace(last))
	if err != nil || !found || malformed != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	return strings.FieldsFunc(words, func(r rune) bool { return r == '\n' }), cobra.ShellCompDirective(directive)
}

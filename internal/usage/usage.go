// Package usage says what is wrong with the command line of the programs: the command or flag that was probably meant,
// and how the command is called, not the help of the whole program.
package usage

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"cloison.dev/cloison/internal/phrase"
	"cloison.dev/cloison/internal/syntax"
)

// Explain makes a command and all below it explain wrong flags.
func Explain(root *cobra.Command) { root.SetFlagErrorFunc(explainFlag) }

// Remind writes how a command is called, after an error about that.
func Remind(stderr io.Writer, cmd *cobra.Command) {
	fmt.Fprintf(stderr, "Usage: %s\nRun '%s --help' for usage.\n", cmd.UseLine(), cmd.CommandPath())
}

// NoArguments refuses arguments of a command that has none, but may have commands below it.
func NoArguments(cmd *cobra.Command, args []string) error {
	switch {
	case len(args) == 0:
		return nil
	case cmd.HasAvailableSubCommands():
		return UnknownCommand(cmd, args[0])
	}
	return fmt.Errorf("%q takes no arguments, got %q", cmd.CommandPath(), args[0])
}

// OneOf refuses the value of a flag that is none of some words.
func OneOf[T ~string](flag string, value T, words ...T) error {
	if slices.Contains(words, value) {
		return nil
	}
	names := make([]string, len(words))
	for i, word := range words {
		names[i] = string(word)
	}
	return fmt.Errorf("%s %q must be %s%s", flag, value, phrase.Or(names),
		phrase.DidYouMean(phrase.ClosestWord(string(value), names)))
}

// UnknownCommand is the error for a name that no command below another one has.
func UnknownCommand(cmd *cobra.Command, name string) error {
	of := ""
	if path := cmd.CommandPath(); strings.Contains(path, " ") {
		of = fmt.Sprintf(" for %q", path)
	}
	return fmt.Errorf("unknown command %q%s%s", name, of, phrase.DidYouMean(meantCommand(cmd, name)))
}

// meantCommand is the command that a name was meant to be: its beginning, a misspelling of it, or a word for what it
// does; empty where there is none.
func meantCommand(cmd *cobra.Command, name string) string {
	byWord := map[string]string{}
	var words []string
	for _, child := range cmd.Commands() {
		if !child.IsAvailableCommand() && child.Name() != "help" {
			continue
		}
		for _, word := range append([]string{child.Name()}, child.SuggestFor...) {
			if strings.HasPrefix(word, strings.ToLower(name)) && name != "" {
				return child.Name()
			}
			byWord[word] = child.Name()
			words = append(words, word)
		}
	}
	return byWord[phrase.ClosestWord(name, words)]
}

// explainFlag adds to an error about a flag what was probably meant.
func explainFlag(cmd *cobra.Command, err error) error {
	if invalid, is := errors.AsType[*pflag.InvalidValueError](err); is {
		return explainValue(invalid, err)
	}
	unknown, is := errors.AsType[*pflag.NotExistError](err)
	if !is {
		return err
	}
	name := unknown.GetSpecifiedName()
	isFile := name == "f" || name == "file" || name == "filename"
	if isFile && cmd.Flags().Lookup("file") == nil && strings.Contains(cmd.Use, "FILE|") {
		return fmt.Errorf("%w; files and folders are named without a flag", err)
	}
	if meant := meantFlag(cmd, name); meant != "" {
		return fmt.Errorf("%w (did you mean %q?)", err, meant)
	}
	return err
}

// explainValue says what the value of a flag must be, where the error has the words of Go.
func explainValue(invalid *pflag.InvalidValueError, err error) error {
	flag, value := invalid.GetFlag(), invalid.GetValue()
	switch flag.Value.Type() {
	case "duration":
		fix := syntax.Duration.Fix(value)
		if fix != "" {
			fix = "; " + fix
		}
		return fmt.Errorf("--%s %q must be a span of time such as 30s or 1h30m%s", flag.Name, value, fix)
	case "int":
		return fmt.Errorf("--%s %q must be a whole number", flag.Name, value)
	case "bool":
		return fmt.Errorf("--%s %q must be true or false, or left out", flag.Name, value)
	}
	return err
}

// meantFlag is the flag that a name was meant to be, or how the command does without it; empty where neither is known.
func meantFlag(cmd *cobra.Command, name string) string {
	output := cmd.Flags().Lookup("output")
	switch strings.ToLower(name) {
	case "version", "v":
		return cmd.Root().CommandPath() + " --version"
	case "format", "out":
		if output != nil {
			return "--output"
		}
	}
	if output != nil && len(name) > 1 && strings.Contains(output.Usage, name) {
		return "--output " + name
	}
	var names []string
	cmd.Flags().VisitAll(func(flag *pflag.Flag) {
		if !flag.Hidden {
			names = append(names, flag.Name)
		}
	})
	const shortest = 3 // letters of which one may be wrong
	if meant := phrase.ClosestWord(name, names); meant != "" && len(name) >= shortest {
		return "--" + meant
	}
	return ""
}

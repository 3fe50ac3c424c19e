package cli

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/report"
)

// completion proposes what may follow on a command line.
type completion = cobra.CompletionFunc

// addCompletions adds to each command what its flags and arguments may be. It is called where a shell asks only, so that
// the function does not pay for it.
func addCompletions(root *cobra.Command) {
	flags := flagCompletions()
	for _, cmd := range root.Commands() {
		for name, propose := range flags {
			of, flag, particular := strings.Cut(name, " ")
			if !particular {
				of, flag = cmd.Name(), name
			}
			_, other := flags[cmd.Name()+" "+flag]
			if of == cmd.Name() && (particular || !other) && cmd.Flags().Lookup(flag) != nil {
				_ = cmd.RegisterFlagCompletionFunc(flag, propose) // the flag is there, and has none
			}
		}
		if cmd.ValidArgsFunction == nil && len(cmd.ValidArgs) == 0 && cmd.Name() != "help" {
			cmd.ValidArgsFunction = argumentsOf(cmd)
		}
	}
}

// isCompletion reports whether the words of a command line are those of a shell that asks.
func isCompletion(words []string) bool {
	return len(words) > 0 && (words[0] == cobra.ShellCompRequestCmd || words[0] == cobra.ShellCompNoDescRequestCmd)
}

// argumentsOf are the arguments of a command, by what its first line of usage has.
func argumentsOf(cmd *cobra.Command) completion {
	switch {
	case cmd.Name() == "incident":
		return afterFirst(manifestFiles)
	case strings.Contains(cmd.Use, "FILE"), strings.Contains(cmd.Use, "CONFIG"):
		return manifestFiles
	case cmd.Name() == "diff":
		return anyFile
	}
	return nothing
}

// flagCompletions are those of flags by their names, and of flags that mean another thing for one command.
func flagCompletions() map[string]completion {
	return map[string]completion{
		"check output":      words(names(formats())...),
		"check write":       reportTargets,
		"fail-on":           words(names(report.Thresholds())...),
		"code":              listOf(codes),
		"check namespace":   listOf(namespaces),
		"namespace":         namespaces,
		"group":             words(names(report.Groupings())...),
		"max":               nothing,
		"at":                nothing,
		"exclude":           anyFile,
		"baseline":          manifestFiles,
		"write-baseline":    manifestFiles,
		"cluster":           manifestFiles,
		"inventory":         manifestFiles,
		"file":              manifestFiles,
		"write":             manifestFiles,
		"load-restrictor":   words(rootOnly, unrestricted),
		"explain output":    words("table", "json", "mermaid", "dot", "html", "svg"),
		"diff output":       words("text", "markdown", "json"),
		"incident output":   words("text", "json"),
		"diff fail-on":      words(failOnMore, failOnFindings, failOnNever),
		"render output":     folders,
		"render fail-on":    words(string(finding.Error), string(finding.Warning), string(finding.Info)),
		"default-namespace": namespaces,
		"region":            words("fr-par", "nl-ams", "pl-waw"),
		"name":              nothing,
		"project-id":        nothing,
		"profile":           nothing,
		"timeout":           nothing,
		"concurrency":       nothing,
		"from":              nothing,
		"to":                nothing,
		"who":               nothing,
	}
}

func names[T ~string](all []T) []string {
	texts := make([]string, len(all))
	for i, each := range all {
		texts[i] = string(each)
	}
	return texts
}

// words proposes one of some words.
func words(all ...string) completion {
	return func(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
		return all, cobra.ShellCompDirectiveNoFileComp
	}
}

// afterFirst proposes nothing for the first argument.
func afterFirst(then completion) completion {
	return func(cmd *cobra.Command, args []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
		if len(args) == 0 {
			return nothing(cmd, args, typed)
		}
		return then(cmd, args, typed)
	}
}

func nothing(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
	return nil, cobra.ShellCompDirectiveNoFileComp
}

// manifestFiles proposes files that may hold manifests, and folders.
func manifestFiles(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
	return []string{"yaml", "yml", "json"}, cobra.ShellCompDirectiveFilterFileExt
}

func folders(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
	return nil, cobra.ShellCompDirectiveFilterDirs
}

func anyFile(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
	return nil, cobra.ShellCompDirectiveDefault
}

// listOf proposes the next item of a list with commas.
func listOf(item completion) completion {
	return func(cmd *cobra.Command, args []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
		before := typed[:strings.LastIndex(typed, ",")+1]
		items, directive := item(cmd, args, typed[len(before):])
		var proposed []cobra.Completion
		for _, each := range items {
			if before != "" { // with a description, bash would not find what has a comma
				each, _, _ = strings.Cut(each, "\t")
			}
			if each = before + each; strings.HasPrefix(each, typed) {
				proposed = append(proposed, each)
			}
		}
		return proposed, directive
	}
}

// codes proposes the families and the codes, with their titles.
func codes(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
	var all []cobra.Completion
	for _, family := range finding.Families() {
		all = append(all, cobra.CompletionWithDesc(family.Letter, "all of "+family.Title))
	}
	for _, family := range finding.Families() {
		for _, rule := range family.Rules {
			all = append(all, cobra.CompletionWithDesc(string(rule.Code), rule.Title))
		}
	}
	return all, cobra.ShellCompDirectiveNoFileComp
}

// reportTargets proposes FORMAT=, and then a file.
func reportTargets(_ *cobra.Command, _ []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
	format, file, named := strings.Cut(typed, "=")
	if !named {
		var all []cobra.Completion
		for _, f := range formats() {
			all = append(all, string(f)+"=")
		}
		return all, cobra.ShellCompDirectiveNoSpace | cobra.ShellCompDirectiveNoFileComp
	}
	folder, _ := filepath.Split(file)
	entries, err := os.ReadDir(filepath.Clean("./" + folder))
	if filepath.IsAbs(folder) {
		entries, err = os.ReadDir(folder)
	}
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var all []cobra.Completion
	for _, entry := range entries {
		name := format + "=" + folder + entry.Name()
		if entry.IsDir() {
			name += "/"
		}
		if strings.HasPrefix(name, typed) && !strings.ContainsAny(name, "\t\n") {
			all = append(all, name)
		}
	}
	return all, cobra.ShellCompDirectiveNoSpace | cobra.ShellCompDirectiveNoFileComp
}

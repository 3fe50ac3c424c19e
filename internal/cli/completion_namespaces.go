package cli

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"cloison.dev/cloison/internal/form"
	"cloison.dev/cloison/internal/load"
	"cloison.dev/cloison/internal/syntax"
)

// How long a shell waits for the names of namespaces, and how much of a file is looked at.
const (
	completionTime = 300 * time.Millisecond
	largestFile    = 1 << 20
)

var (
	namespaceField = form.New(`\bnamespace"?:\s*["']?([a-z0-9][-a-z0-9]*)`)
	namespaceKind  = form.New(`(?m)^kind:\s*["']?Namespace["']?\s*$`)
	nameField      = form.New(`\bname:\s*["']?([a-z0-9][-a-z0-9]*)`)
)

// namespaces proposes those that the manifests name that are on the command line before: as far as they are read in the
// time that a shell waits. Nothing is built, and standard input is not read.
func namespaces(_ *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	end := time.Now().Add(completionTime)
	found := map[string]bool{}
	for _, arg := range args {
		if arg == load.Stdin {
			continue
		}
		_ = filepath.WalkDir(arg, func(name string, entry fs.DirEntry, err error) error { // what cannot be read names none
			switch {
			case time.Now().After(end):
				return fs.SkipAll
			case err != nil:
				return nil
			case entry.IsDir() && name != arg && strings.HasPrefix(entry.Name(), "."):
				return fs.SkipDir
			case slices.Contains([]string{".yaml", ".yml", ".json"}, filepath.Ext(name)) && entry.Type().IsRegular():
				namespacesOf(name, entry, found)
			}
			return nil
		})
	}
	var all []cobra.Completion
	for name := range found {
		if syntax.DNSLabel.Matches(name) {
			all = append(all, name)
		}
	}
	slices.Sort(all)
	return all, cobra.ShellCompDirectiveNoFileComp
}

func namespacesOf(file string, entry fs.DirEntry, found map[string]bool) {
	info, err := entry.Info()
	if err != nil || info.Size() > largestFile {
		return
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return
	}
	for _, match := range namespaceField().FindAllStringSubmatch(string(text), -1) {
		found[match[1]] = true
	}
	for document := range strings.SplitSeq(string(text), "\n---") {
		if !namespaceKind().MatchString(document) {
			continue
		}
		if match := nameField().FindStringSubmatch(document); match != nil {
			found[match[1]] = true
		}
	}
}

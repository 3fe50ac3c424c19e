package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"cloison.dev/cloison/internal/exit"
	"cloison.dev/cloison/internal/inventory"
	"cloison.dev/cloison/internal/shell"
	"cloison.dev/cloison/internal/wholefile"
)

// checkReplaceable refuses a file that --write must not replace: one that is no file, or that holds something else than
// Inventories, such as the Segregation. An Inventory that cannot be read any more is one all the same.
func checkReplaceable(name string) error {
	if err := wholefile.Check(name); err != nil {
		return fmt.Errorf("--write %w", err)
	}
	text, err := os.ReadFile(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("--write: %w", err)
	case !holdsInventoriesOnly(string(text)):
		return fmt.Errorf("--write %q must name a new file, or one that holds an Inventory and nothing else", name)
	}
	return nil
}

// holdsInventoriesOnly looks at the lines that say what a document is. Other tools have a kind of that name, too.
func holdsInventoriesOnly(text string) bool {
	if strings.TrimSpace(text) == "" {
		return true
	}
	group, _, _ := strings.Cut(inventory.APIVersion, "/")
	kinds, groups := 0, 0
	for line := range strings.Lines(text) {
		kind, isKind := strings.CutPrefix(line, "kind:")
		version, isVersion := strings.CutPrefix(line, "apiVersion:")
		switch {
		case isKind && strings.TrimSpace(kind) == inventory.Kind:
			kinds++
		case isVersion && strings.HasPrefix(strings.TrimSpace(version), group+"/"):
			groups++
		case isKind, isVersion:
			return false
		}
	}
	return kinds > 0 && kinds == groups
}

// command is the one that was run, as a shell takes it, without the flags that do not change the Inventory.
func (c *capturer) command() string {
	words := []string{"cloison", "inventory"}
	for _, file := range c.files {
		words = append(words, "-f", shell.Word(file))
	}
	if c.profile != "" {
		words = append(words, "--profile", shell.Word(c.profile))
	}
	if c.revisions {
		words = append(words, "--revisions")
	}
	if c.write != "" {
		words = append(words, "--write", shell.Word(c.write))
	}
	return strings.Join(words, " ")
}

// put writes the Inventory to the file, or to standard output.
func (c *capturer) put(ctx context.Context, cmd *cobra.Command, read *inventory.Inventory) error {
	text, err := inventory.Encode(read, c.command())
	if err != nil {
		return exit.With(exit.Undecided, fmt.Errorf("write the Inventory: %w", err))
	}
	if c.write == "" {
		return outputText(cmd, text)
	}
	changed, err := wholefile.Write(ctx, c.write, text)
	if err != nil {
		return exit.With(exit.Undecided, err)
	}
	done := "wrote"
	if !changed {
		done = "unchanged:"
	}
	notice(cmd.ErrOrStderr(), "%s %s", done, c.write)
	return nil
}

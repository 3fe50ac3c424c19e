// Package revision reads the files of a revision from the git repository of the working folder, without touching its
// index, its checkout or its branches.
package revision

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"

	"cloison.dev/cloison/internal/form"
	"cloison.dev/cloison/internal/phrase"
)

// Argument is a revision with a path in it, as git writes them: REV:PATH.
type Argument struct {
	// Revision is a branch, a tag, a commit, or what else git takes for one.
	Revision string
	// Path is relative to the root of the repository or, where it begins with "./" or "../", to the working folder.
	Path string
}

// Parse reads an argument; ok is false for one that is a path: without a colon, of a drive, or of something that exists
// where git has no such revision. The error is for one that is both: who changes files must not choose what they are
// compared with.
func Parse(ctx context.Context, argument string) (a Argument, ok bool, err error) {
	a.Revision, a.Path, ok = strings.Cut(argument, ":")
	if !ok || a.Revision == "" || filepath.VolumeName(argument) != "" {
		return Argument{}, false, nil
	}
	if _, err := os.Lstat(argument); err != nil {
		return a, true, nil
	}
	if _, err := a.tree(ctx); err != nil {
		return Argument{}, false, nil
	}
	return a, false, fmt.Errorf("%s is a path, and %q is a revision of git as well: write ./%s for the path, and for the "+
		"revision its commit instead of its name", phrase.Quote(argument), a.Revision, argument)
}

// tree is the object of git with the files of the revision.
func (a Argument) tree(ctx context.Context) (string, error) {
	return git(ctx, nil, "rev-parse", "--verify", "--end-of-options", a.Revision+"^{tree}")
}

// String is the argument as it was written.
func (a Argument) String() string { return a.Revision + ":" + a.Path }

// fetch is the command that gets the revision: by its name where it is the branch of a remote that is called origin, as in
// a clone, or the history where it may be anything.
func (a Argument) fetch() string {
	if branch, is := strings.CutPrefix(a.Revision, "origin/"); is && plainBranch.Matches(branch) {
		return fmt.Sprintf("git fetch origin %s:refs/remotes/origin/%s", branch, branch)
	}
	return "git fetch --unshallow --tags"
}

// plainBranch is the form of names that a shell takes as they are.
var plainBranch = form.New(`^[a-zA-Z0-9_][-a-zA-Z0-9_./]*$`)

// Files are the files of a revision in a folder of their own.
type Files struct {
	// Path is where what the argument names is.
	Path string

	argument Argument
	// folder holds everything that was made, tree the files of the revision.
	folder, tree string
}

// Read writes the files of a revision to a temporary folder, links and filters as a checkout has them. The caller must
// call Remove. The error says what git says.
func Read(ctx context.Context, a Argument) (*Files, error) {
	if strings.HasPrefix(a.Revision, "-") {
		return nil, fmt.Errorf("%s: a revision must not begin with a dash", a)
	}
	root, err := git(ctx, nil, "rev-parse", "--show-toplevel")
	if err != nil {
		return nil, fmt.Errorf("%s: %w", a, err)
	}
	prefix, err := git(ctx, nil, "rev-parse", "--show-prefix")
	if err != nil {
		return nil, fmt.Errorf("%s: %w", a, err)
	}
	tree, err := a.tree(ctx)
	if err != nil {
		return nil, fmt.Errorf("%s: the repository has no revision %q; in a shallow clone fetch it first, such as by: %s", a,
			a.Revision, a.fetch())
	}
	folder, err := os.MkdirTemp("", "cloison-revision-")
	if err != nil {
		return nil, fmt.Errorf("%s: %w", a, err)
	}
	f := &Files{argument: a, folder: folder, tree: filepath.Join(folder, "tree")}
	if err := f.checkOut(ctx, root, tree, prefix); err != nil {
		_ = f.Remove()
		return nil, fmt.Errorf("%s: %w", a, err)
	}
	return f, nil
}

// checkOut fills the folder by an index of its own.
func (f *Files) checkOut(ctx context.Context, root, tree, prefix string) error {
	if err := os.Mkdir(f.tree, 0o700); err != nil {
		return err
	}
	index := []string{"GIT_INDEX_FILE=" + filepath.Join(f.folder, "index")}
	if _, err := git(ctx, index, "-C", root, "read-tree", tree); err != nil {
		return err
	}
	if _, err := git(ctx, index, "-C", root, "checkout-index", "--all", "--prefix="+filepath.ToSlash(f.tree)+"/"); err != nil {
		return err
	}
	inside := filepath.ToSlash(f.argument.Path)
	if inside == "." || inside == ".." || strings.HasPrefix(inside, "./") || strings.HasPrefix(inside, "../") {
		inside = path.Join(prefix, inside)
	}
	inside = path.Clean(inside)
	if inside == ".." || strings.HasPrefix(inside, "../") || path.IsAbs(inside) {
		return fmt.Errorf("the path %q is outside of the repository", f.argument.Path)
	}
	f.Path = filepath.Join(f.tree, filepath.FromSlash(inside))
	_, err := os.Stat(f.Path)
	if err == nil {
		return f.checkInside(inside)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("the revision has no %q; the path is relative to the root of the repository, and with ./ before "+
			"it to the working folder", inside)
	}
	return err
}

// checkInside refuses a path that leads out of the revision by a link: what is there is no part of it.
func (f *Files) checkInside(inside string) error {
	root, err := filepath.EvalSymlinks(f.tree)
	if err != nil {
		return err
	}
	real, err := filepath.EvalSymlinks(f.Path)
	if err != nil {
		return err
	}
	if real != root && !strings.HasPrefix(real, root+string(filepath.Separator)) {
		return fmt.Errorf("%q leads out of the repository by a link: name what it leads to", inside)
	}
	return nil
}

// Shown replaces names of the temporary folder, which mean nothing to a reader, by those of the revision: REV:PATH.
func (f *Files) Shown(text string) string {
	for _, folder := range f.names() {
		text = strings.ReplaceAll(text, folder+"/", f.argument.Revision+":")
		text = strings.ReplaceAll(text, folder, f.argument.Revision+":")
	}
	return text
}

// names are those that the folder with the files goes by: the whole one, and that from the working folder.
func (f *Files) names() []string {
	names := []string{filepath.ToSlash(f.tree)}
	if real, err := filepath.EvalSymlinks(f.tree); err == nil {
		names = append(names, filepath.ToSlash(real))
	}
	working, err := os.Getwd()
	if err != nil {
		return names
	}
	for _, name := range names {
		if relative, err := filepath.Rel(working, filepath.FromSlash(name)); err == nil {
			names = append(names, filepath.ToSlash(relative))
		}
	}
	return names
}

// Remove removes the files.
func (f *Files) Remove() error { return os.RemoveAll(f.folder) }

// git runs git, and returns what it says in one line.
func git(ctx context.Context, environment []string, args ...string) (string, error) {
	var stdout, stderr bytes.Buffer
	command := exec.CommandContext(ctx, "git", args...)
	command.Env = append(append(os.Environ(), "GIT_TERMINAL_PROMPT=0"), environment...)
	command.Stdout, command.Stderr = &stdout, &stderr
	err := command.Run()
	switch {
	case errors.Is(err, exec.ErrNotFound):
		return "", errors.New("git is not on the PATH: install it, or name folders instead of a revision")
	case err != nil:
		said, _, _ := strings.Cut(strings.TrimSpace(stderr.String()), "\n")
		return "", fmt.Errorf("git: %s", strings.TrimPrefix(said, "fatal: "))
	}
	return strings.TrimSpace(stdout.String()), nil
}

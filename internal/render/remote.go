package render

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"cloison.dev/cloison/internal/kustomization"
)

// check refuses a kustomization that names what is on other machines, unless that is allowed, before kustomize asks
// them.
func (t *tree) check(k kustomization.File) error {
	if err := t.checkOutermost(k); err != nil {
		return err
	}
	if t.options.EnableRemote {
		return nil
	}
	root, err := yaml.Parse(string(k.Text))
	if err != nil {
		return nil //nolint:nilerr // kustomize says what is wrong
	}
	var remote []string
	_ = root.VisitFields(func(field *yaml.MapNode) error { // what is no map names nothing
		if name := field.Key.YNode().Value; !slices.Contains(withTexts(), name) {
			remote = append(remote, remoteNames(filepath.Dir(k.Path), field.Value.YNode())...)
		}
		return nil
	})
	for _, name := range remote {
		t.refuse("%s names %q, which is not on this machine: allow it with --enable-remote",
			kustomization.Shown(k.Path), name)
	}
	if len(remote) > 0 {
		return fmt.Errorf("%d names are not on this machine", len(remote))
	}
	return nil
}

// checkOutermost refuses what only the outermost kustomization can say, and would say of more than the user's files.
func (t *tree) checkOutermost(k kustomization.File) error {
	if t.outermost != "" && t.outermost != k.Path {
		return nil
	}
	t.outermost = k.Path
	root, err := yaml.Parse(string(k.Text))
	if err != nil || root.Field("buildMetadata").IsNilOrEmpty() {
		return nil //nolint:nilerr // kustomize says what is wrong
	}
	t.refuse("%s has buildMetadata, which is not served: remove it, or use kustomize build",
		kustomization.Shown(k.Path))
	return errors.New("buildMetadata is not served")
}

// withTexts are the fields of a kustomization whose texts are no names of files.
func withTexts() []string {
	return []string{
		"apiVersion", "kind", "metadata", "namespace", "namePrefix", "nameSuffix", "labels", "commonLabels",
		"commonAnnotations", "images", "replicas", "vars", "buildMetadata", "sortOptions", "generatorOptions",
	}
}

// remoteNames are the texts at and below node that name a repository or a page of the web.
func remoteNames(folder string, node *yaml.Node) []string {
	if node.Kind == yaml.ScalarNode {
		if isRemote(folder, node.Value) {
			return []string{node.Value}
		}
		return nil
	}
	var found []string
	for i, child := range node.Content {
		if node.Kind == yaml.MappingNode && (i%2 == 0 || isText(node.Content[i-1].Value)) {
			continue // a key, or a text of the user
		}
		found = append(found, remoteNames(folder, child)...)
	}
	return found
}

// isText reports whether a field of an entry holds text, and no name of a file: a patch, or the values of a generator.
func isText(field string) bool {
	return slices.Contains([]string{"patch", "literals", "target", "options", "source", "targets"}, field)
}

// isRemote reports whether kustomize may look for a name elsewhere than in files: it does so with what has a scheme, a
// user, a host that it knows, or a query, and is no file.
func isRemote(folder, name string) bool {
	if strings.ContainsAny(name, "\n{") {
		return false // YAML in the place of a name
	}
	if _, err := os.Lstat(filepath.Join(folder, filepath.FromSlash(name))); err == nil {
		return false
	}
	first, _, _ := strings.Cut(name, "/")
	return strings.Contains(name, "://") || strings.Contains(name, "?ref=") || strings.Contains(name, "//") ||
		strings.HasSuffix(strings.TrimSuffix(name, "/"), ".git") || strings.Contains(first, "@") ||
		strings.Contains(first, ":") || slices.Contains([]string{"github.com", "gh:"}, strings.ToLower(first))
}

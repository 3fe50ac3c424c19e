package flux

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fluxcd/pkg/kustomize"
	"github.com/fluxcd/pkg/oci"
	"github.com/fluxcd/pkg/sourceignore"
	"github.com/fluxcd/pkg/tar"
	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// pull does what source-controller does with an OCIRepository: it pulls the artifact and unpacks its first layer.
// Facts: docs/facts.md, "Artifacts of Flux".
func pull(t *testing.T, reference string) (string, *oci.Metadata) {
	t.Helper()
	dir := t.TempDir()
	about, err := oci.NewClient(oci.DefaultOptions()).Pull(t.Context(), reference, dir)
	require.NoError(t, err)
	return dir, about
}

// fetch does what lies between the two controllers: source-controller archives a source without what it ignores by
// default, and kustomize-controller unpacks that.
func fetch(t *testing.T, source string) string {
	t.Helper()
	var archive bytes.Buffer
	domain := strings.Split(source, string(filepath.Separator))
	ignored := sourceignore.NewDefaultMatcher(nil, domain)
	_, err := tar.Tar(source, &archive, tar.WithFilter(func(path string, info os.FileInfo) bool {
		return ignored.Match(strings.Split(path, string(filepath.Separator)), info.IsDir())
	}))
	require.NoError(t, err)
	dir := t.TempDir()
	require.NoError(t, tar.Untar(&archive, dir))
	return dir
}

// build does what kustomize-controller does with a source: it writes a kustomization.yaml where there is none, and
// builds it. path and spec are those of the Kustomization. Facts: docs/facts.md, "What Flux builds".
func build(t *testing.T, source, path string, spec map[string]any) (string, error) {
	t.Helper()
	dir := filepath.Join(source, path)
	object := unstructured.Unstructured{Object: map[string]any{"spec": spec}}
	if _, err := kustomize.NewGenerator(source, object).WriteFile(dir); err != nil {
		return "", err
	}
	built, err := kustomize.SecureBuild(source, dir, false)
	if err != nil {
		return "", err
	}
	manifests, err := built.AsYaml()
	require.NoError(t, err)
	return string(manifests), nil
}

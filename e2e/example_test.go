package e2e

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"

	"cloison.dev/cloison/e2e/cluster"
	"cloison.dev/cloison/internal/emulator"
)

// example is one of the examples on the real API server, with a Scaleway of its
// own and an External Secrets Operator.
type example struct {
	scaleway *scaleway
	groups   []group
}

// group is a secret group of an example: what the example's Segregation says, as a
// reader of the documentation understands it.
type group struct {
	component, namespace string
	// name is what the SecretStore's and the ExternalSecret's begin with.
	name                              string
	target                            string
	credentials, accessKey, secretKey string
	project                           string
}

// groupOf returns the group of that name with everything by default; the default
// group of a component has the component's name.
func groupOf(segregation, component, name, project string) group {
	return group{
		component: component, namespace: segregation + "-" + component, name: name, target: name + "-secrets",
		credentials: "scw-" + name + "-credentials", accessKey: "access-key", secretKey: "secret-key", project: project,
	}
}

// lab lets the tests of one namespace be used on the group's.
func (e *example) lab(of group) *lab { return &lab{namespace: of.namespace, scaleway: e.scaleway} }

// deploy renders an example with the real kustomize, as it is but for what change
// makes of its Segregation, which reads from a Scaleway of its own, and stores all
// that comes out. Each group gets an API key that may read its project.
func deploy(t *testing.T, folder, segregation string, groups []group, change func(spec map[string]any)) *example {
	t.Helper()
	e := &example{scaleway: newScaleway(t), groups: groups}
	root := t.TempDir()
	require.NoError(t, os.CopyFS(root, os.DirFS(examplesDir)))
	rewrite(t, filepath.Join(root, segregation), func(spec map[string]any) {
		require.NoError(t, unstructured.SetNestedField(spec, e.scaleway.url, "scaleway", "apiURL"))
		change(spec)
	})
	objects, err := cluster.Decode(build(t, filepath.Join(root, folder)))
	require.NoError(t, err)
	require.NoError(t, shared.Submit(t.Context(), objects))
	for _, group := range groups {
		e.giveKey(t, group, mayRead(group.project))
	}
	return e
}

// unchanged is for examples that need no change.
func unchanged(map[string]any) {}

// rewrite changes the spec of the object in a file.
func rewrite(t *testing.T, path string, change func(spec map[string]any)) {
	t.Helper()
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	var object map[string]any
	require.NoError(t, yaml.UnmarshalStrict(content, &object))
	spec, _ := object["spec"].(map[string]any)
	require.NotNil(t, spec, "%s must have a spec", path)
	change(spec)
	content, err = yaml.Marshal(object)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path, content, 0o600))
}

// build runs the kustomize that this repository pins with the cloison that it
// builds.
func build(t *testing.T, folder string) []byte {
	t.Helper()
	bin, err := filepath.Abs("../bin")
	require.NoError(t, err)
	for _, program := range []string{"kustomize", "cloison"} {
		require.FileExists(t, filepath.Join(bin, program),
			`"make build bin/kustomize" at the top of the repository builds it`)
	}
	var stdout, stderr bytes.Buffer
	command := exec.CommandContext(t.Context(), filepath.Join(bin, "kustomize"), "build", "--enable-alpha-plugins",
		"--enable-exec", folder)
	command.Env = append(os.Environ(), "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"))
	command.Stdout, command.Stderr = &stdout, &stderr
	require.NoErrorf(t, command.Run(), "kustomize build %s: %s", folder, &stderr)
	return stdout.Bytes()
}

// mayRead is what the operator needs on a project.
func mayRead(project string) emulator.Grant {
	return emulator.Grant{
		Projects:       []string{project},
		PermissionSets: []emulator.PermissionSet{emulator.SecretManagerReadOnly, emulator.SecretManagerSecretAccess},
	}
}

// giveKey puts a new API key into the credentials of a group.
func (e *example) giveKey(t *testing.T, group group, grants ...emulator.Grant) {
	t.Helper()
	key, err := e.scaleway.AddKey(grants...)
	require.NoError(t, err)
	shared.Apply(t, fmt.Appendf(nil, `
apiVersion: v1
kind: Secret
metadata: {name: %s, namespace: %s}
stringData: {%s: %s, %s: %s}
`, group.credentials, group.namespace, group.accessKey, key.AccessKey, group.secretKey, key.SecretKey))
}

// start runs the operator until the test ends, and looks for canaries then.
func (e *example) start(t *testing.T) {
	t.Helper()
	eso := shared.StartESO(t, "")
	t.Cleanup(func() {
		for _, group := range e.groups {
			e.lab(group).checkForCanaries(t, eso)
		}
	})
}

func (e *example) refresh(t *testing.T, group group) {
	t.Helper()
	e.lab(group).refresh(t, group.name+"-externalsecret")
}

// expect waits until the group's ExternalSecret is ready, or, if it must not be,
// has failed, and requires the data of its Secret.
func (e *example) expect(t *testing.T, group group, ready string, want map[string]string) *corev1.Secret {
	t.Helper()
	name := group.name + "-externalsecret"
	await(t, fmt.Sprintf("ExternalSecret %s to have Ready=%s", name, ready), e.lab(group).readiness(name, ready))
	secret := e.lab(group).secret(t, group.target)
	requireData(t, secret, want)
	return secret
}

// requireOurs requires the labels of the Segregation, and that the Secret goes
// away with its ExternalSecret.
func requireOurs(t *testing.T, secret *corev1.Secret, segregation string, group group) {
	t.Helper()
	for label, want := range map[string]string{
		"app.kubernetes.io/managed-by": "cloison",
		"app.kubernetes.io/part-of":    segregation,
		"cloison.dev/segregation":      segregation,
		"cloison.dev/component":        group.component,
	} {
		require.Equalf(t, want, secret.Labels[label], "label %s of Secret %s", label, secret.Name)
	}
	require.Equal(t, corev1.SecretTypeOpaque, secret.Type)
	owner := metav1.GetControllerOf(secret)
	require.NotNil(t, owner)
	require.Equal(t, "ExternalSecret "+group.name+"-externalsecret", owner.Kind+" "+owner.Name)
}

package hosts

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/e2e/cluster"
)

// host is a program that runs Cloison, with the arguments that every run has.
type host struct {
	program string
	args    []string
	// env is added to the environment of the tests. Format: NAME=value.
	env []string
	// dir is the working folder; empty means that of the tests.
	dir string
}

var (
	kustomize = host{program: "kustomize", args: []string{"build", "--enable-alpha-plugins", "--enable-exec"}}
	kptRender = host{program: "kpt", args: []string{"fn", "render", "--allow-exec"}}
	kptEval   = host{program: "kpt", args: []string{"fn", "eval", "--exec", "cloison"}}
)

// result is what a host gave to its user.
type result struct {
	stdout, stderr string
	exitCode       int
}

// run runs the host with further arguments. It fails the test only when the
// program cannot be started.
func (h host) run(t *testing.T, args ...string) result {
	t.Helper()
	return h.runWithInput(t, "", args...)
}

func (h host) runWithInput(t *testing.T, stdin string, args ...string) result {
	t.Helper()
	var stdout, stderr bytes.Buffer
	cmd := exec.CommandContext(t.Context(), h.program, append(append([]string{}, h.args...), args...)...)
	cmd.Dir, cmd.Env = h.dir, append(os.Environ(), h.env...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(stdin), &stdout, &stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		require.NoError(t, err, "start %s", h.program)
	}
	return result{stdout: stdout.String(), stderr: stderr.String(), exitCode: cmd.ProcessState.ExitCode()}
}

// succeed is run for a host that must exit with 0.
func (h host) succeed(t *testing.T, args ...string) result {
	t.Helper()
	r := h.run(t, args...)
	require.Zerof(t, r.exitCode, "the exit code of %s; its stderr:\n%s", cmdline(h, args), r.stderr)
	return r
}

// refuse is run for a host that must exit with 1, print nothing to stdout and all
// of messages to stderr, each of them once.
func (h host) refuse(t *testing.T, messages []string, args ...string) {
	t.Helper()
	r := h.run(t, args...)
	require.Equalf(t, 1, r.exitCode, "the exit code of %s; its stderr:\n%s", cmdline(h, args), r.stderr)
	require.Empty(t, r.stdout, "a build that failed must not print half of its output")
	require.NotEmpty(t, messages)
	for _, message := range messages {
		require.Equalf(t, 1, strings.Count(r.stderr, message), "times that %q stands in stderr, which is:\n%s",
			message, r.stderr)
	}
}

func cmdline(h host, args []string) string {
	return strings.Join(append(append([]string{h.program}, h.args...), args...), " ")
}

// objectsOf lists the objects of a stream of manifests, in its order, as "Kind name"
// or "Kind namespace/name".
func objectsOf(t *testing.T, manifests string) []string {
	t.Helper()
	objects, err := cluster.Decode([]byte(manifests))
	require.NoErrorf(t, err, "read the manifests:\n%s", manifests)
	var names []string
	for _, object := range objects {
		name := object.GetName()
		if namespace := object.GetNamespace(); namespace != "" {
			name = namespace + "/" + name
		}
		names = append(names, object.GetKind()+" "+name)
	}
	return names
}

package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/watch"

	"cloison.dev/cloison/e2e/cluster"
	"cloison.dev/cloison/internal/emulator"
)

// bundleSpec has all keys of a Secret from one JSON secret, so that all of them
// change at once.
const bundleSpec = `
sync: {engine: Cloison, image: "example.com/cloison-sync:v1"}
components:
  own:
    secrets: {extract: [bundle]}
`

// bundleKeys is how many keys it has.
const bundleKeys = 40

// bundled is a component with such a Secret, and all states that this ever has.
type bundled struct {
	*syncRuntime
	secret     string // its id at Scaleway
	generation int    // of the value there, from 1

	states sync.Mutex
	seen   int // generation that the Secret last had; 0 where there was none
	odd    []string
}

// newBundle deploys one with its API key. A runtime is for the test to start.
func newBundle(t *testing.T, segregation string) *bundled {
	t.Helper()
	from := deployRuntimeOf(t, segregation, bundleSpec, asItIs)
	b := &bundled{syncRuntime: &syncRuntime{lab: &lab{namespace: segregation + "-own", scaleway: from}}, generation: 1}
	b.secret = from.put(t, "/"+b.namespace, "bundle", bundle(1))
	b.giveKey(t)
	go b.follow(t.Context())
	t.Cleanup(func() {
		b.requireWhole(t)
		b.checkRuntimeForCanaries(t, "")
	})
	return b
}

// bundle is a value of 40 KiB that tells its generation in every key.
func bundle(generation int) string {
	values := map[string]string{}
	for i := range bundleKeys {
		values[fmt.Sprintf("K%02d", i)] = fmt.Sprintf("%s%d-%s", canary, generation, strings.Repeat("x", 1000))
	}
	text, _ := json.Marshal(values) // cannot fail
	return string(text)
}

// change adds the next generation. The oldest go, since a secret has at most 20
// versions.
func (b *bundled) change() error {
	b.generation++
	revision, err := b.scaleway.AddVersion(b.secret, emulator.Value(bundle(b.generation)))
	if err != nil || revision <= 3 {
		return err
	}
	return b.scaleway.SetVersionStatus(b.secret, revision-3, "deleted")
}

// follow holds every state of the Secret against the rule that it is whole, is
// never gone and never goes back.
func (b *bundled) follow(ctx context.Context) {
	for ctx.Err() == nil {
		version, err := b.now(ctx)
		for err == nil && version != "" {
			version, err = b.from(ctx, version)
		}
		time.Sleep(100 * time.Millisecond) // The API server may be down.
	}
}

// now judges the Secret as it is, and returns the version to go on from.
func (b *bundled) now(ctx context.Context) (version string, err error) {
	list, err := shared.Clientset.CoreV1().Secrets(b.namespace).List(ctx, onlySynced)
	if err != nil {
		return "", err
	}
	for i := range list.Items {
		b.judge(watch.Modified, &list.Items[i])
	}
	return list.ResourceVersion, nil
}

var onlySynced = metav1.ListOptions{FieldSelector: "metadata.name=" + syncedSecret}

// from judges the states after a version, until the watch ends. It returns the
// version to go on from; empty where the API server does not know it any more, as
// one that was started again.
func (b *bundled) from(ctx context.Context, version string) (string, error) {
	options := onlySynced
	options.ResourceVersion = version
	states, err := shared.Clientset.CoreV1().Secrets(b.namespace).Watch(ctx, options)
	if err != nil {
		return "", err
	}
	defer states.Stop()
	for event := range states.ResultChan() {
		secret, is := event.Object.(*corev1.Secret)
		if !is {
			return "", nil
		}
		version = secret.ResourceVersion
		b.judge(event.Type, secret)
	}
	return version, ctx.Err()
}

func (b *bundled) judge(event watch.EventType, secret *corev1.Secret) {
	b.states.Lock()
	defer b.states.Unlock()
	if event == watch.Deleted {
		b.odd = append(b.odd, "deleted")
		return
	}
	generation, problem := generationOf(secret)
	if problem == "" && generation < b.seen {
		problem = fmt.Sprintf("generation %d after %d", generation, b.seen)
	}
	if problem != "" {
		b.odd = append(b.odd, problem)
	}
	b.seen = max(b.seen, generation)
}

// generationOf is the generation of all keys. A key that is not of the bundle is
// somebody's edit.
func generationOf(secret *corev1.Secret) (generation int, problem string) {
	generations := map[string]int{}
	for i := range bundleKeys {
		number, _, _ := strings.Cut(strings.TrimPrefix(string(secret.Data[fmt.Sprintf("K%02d", i)]), canary), "-")
		generations[number]++
	}
	for number, keys := range generations {
		if keys == bundleKeys {
			generation, _ = strconv.Atoi(number)
		}
	}
	if generation == 0 {
		return 0, fmt.Sprintf("keys by their generation: %v", generations)
	}
	return generation, ""
}

// requireWhole requires that every state so far was whole.
func (b *bundled) requireWhole(t *testing.T) {
	t.Helper()
	b.states.Lock()
	defer b.states.Unlock()
	require.Empty(t, b.odd, "states of the Secret that must not be")
}

// reached waits until the Secret has the generation that Scaleway has.
func (b *bundled) reached(t *testing.T) {
	t.Helper()
	await(t, fmt.Sprintf("generation %d", b.generation), func(context.Context) (bool, string, error) {
		b.states.Lock()
		defer b.states.Unlock()
		return b.seen == b.generation, fmt.Sprintf("generation %d, %v", b.seen, b.odd), nil
	})
}

// start runs cloison-sync itself, with a token of its service account, until it is
// ended or the test is over.
func (r *syncRuntime) start(t *testing.T, flags ...string) *cluster.Program {
	t.Helper()
	dir := t.TempDir()
	config, err := shared.AccountKubeconfig(t.Context(), r.namespace, "cloison-sync")
	require.NoError(t, err)
	path := filepath.Join(dir, "kubeconfig")
	require.NoError(t, os.WriteFile(path, config, 0o600))
	program, err := filepath.Abs("../bin/cloison-sync")
	require.NoError(t, err)
	require.FileExists(t, program, `"make build" at the top of the repository builds it`)
	args := append([]string{"--namespace=" + r.namespace, "--poll-interval=1s"}, flags...)
	started, err := cluster.StartProgram(dir, program, args, []string{"KUBECONFIG=" + path})
	require.NoError(t, err)
	t.Cleanup(func() {
		_ = started.Kill() // Most have been ended by the test.
		_, _ = r.Write([]byte(started.Logs()))
		if t.Failed() {
			t.Log(started.Tail(20))
		}
	})
	return started
}

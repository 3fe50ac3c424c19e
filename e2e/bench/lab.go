package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"

	"cloison.dev/cloison/e2e/cluster"
)

// contestant is one of the two programs.
type contestant struct{ engine string }

var (
	ours = contestant{engineCloison}
	eso  = contestant{engineESO}
)

func (c contestant) String() string {
	if c.engine == engineCloison {
		return "cloison-sync"
	}
	return "ESO"
}

// lab is one of the programs in a namespace of its own, with a Scaleway of its own and the objects that are generated
// for it. The ExternalSecrets are kept back until they are created.
type lab struct {
	*bench
	segregation
	who      contestant
	scaleway *scaleway
	secrets  *arrivals
	running  *cluster.Program

	dir       string
	cancel    context.CancelFunc
	args, env []string
	kubeconf  string
	role      *unstructured.Unstructured
	externals map[string]*unstructured.Unstructured // by name
}

var (
	externalSecrets = schema.GroupVersionResource{Group: "external-secrets.io", Version: "v1", Resource: "externalsecrets"}
	secretStores    = externalSecrets.GroupVersion().WithResource("secretstores")
)

// newLab stores everything that the program needs, and leaves it to start. s is completed with a name, the engine and
// the URL. The caller must close the lab.
func (b *bench) newLab(ctx context.Context, who contestant, s segregation) (l *lab, err error) {
	b.labs++
	s.name, s.engine = fmt.Sprintf("b%02d", b.labs), who.engine
	l = &lab{bench: b, who: who, externals: map[string]*unstructured.Unstructured{}, dir: filepath.Join(b.dir, s.name)}
	ctx, l.cancel = context.WithCancel(ctx)
	defer func() {
		if err != nil {
			err = errors.Join(err, l.close())
		}
	}()
	if err := os.Mkdir(l.dir, 0o700); err != nil {
		return nil, err
	}
	if l.scaleway, err = newScaleway(); err != nil {
		return nil, err
	}
	s.apiURL = l.scaleway.url
	l.segregation = s
	if err := l.deploy(ctx); err != nil {
		return nil, err
	}
	if l.secrets, err = watchSecrets(ctx, l.Clientset, l.namespace()); err != nil {
		return nil, err
	}
	return l, nil
}

// deploy stores the generated objects and the API keys.
func (l *lab) deploy(ctx context.Context) error {
	objects, err := l.expand()
	if err != nil {
		return err
	}
	var now []*unstructured.Unstructured
	for _, object := range objects {
		switch {
		case object.GetKind() == "ExternalSecret":
			l.externals[object.GetName()] = object
		case object.GetKind() == "Role" && object.GetName() == "cloison-sync":
			l.role = object
			now = append(now, object)
		default:
			now = append(now, object)
		}
	}
	if err := l.Submit(ctx, now); err != nil {
		return err
	}
	if l.who == ours {
		if l.args, l.env, err = runtimeArgs(objects); err != nil {
			return err
		}
		kubeconfig, err := l.AccountKubeconfig(ctx, l.namespace(), "cloison-sync")
		if err != nil {
			return err
		}
		l.kubeconf = filepath.Join(l.dir, "kubeconfig")
		if err := os.WriteFile(l.kubeconf, kubeconfig, 0o600); err != nil {
			return err
		}
	}
	for group := range l.groups {
		credential := &corev1.Secret{
			ObjectMeta: metav1.ObjectMeta{Name: l.credential(group)},
			StringData: map[string]string{"access-key": l.scaleway.key.AccessKey, "secret-key": l.scaleway.key.SecretKey},
		}
		_, err := l.Clientset.CoreV1().Secrets(l.namespace()).Create(ctx, credential, metav1.CreateOptions{})
		if err != nil {
			return err
		}
	}
	return nil
}

// start starts the program. extra arguments are for the runtime only.
func (l *lab) start(extra ...string) (err error) {
	if l.who == eso {
		l.running, err = l.RunESO(l.dir, l.namespace())
		return err
	}
	args := slices.Concat(l.args, []string{
		"--metrics-bind-address=127.0.0.1:0", "--health-probe-bind-address=127.0.0.1:0", // many on one machine
	}, extra)
	env := append([]string{"KUBECONFIG=" + l.kubeconf}, l.env...)
	l.running, err = cluster.StartProgram(l.dir, l.program, args, env)
	return err
}

// warm is the group that shows that a program serves.
const warm = "warm"

// warmUp starts the program, and returns when it has filled its first Secret.
func (l *lab) warmUp(ctx context.Context) error {
	if err := l.seed(warm, 1); err != nil {
		return err
	}
	if err := l.start(); err != nil {
		return err
	}
	took, err := l.fill(ctx, map[string]test{l.target(warm): holds(1)}, l.bound, l.create(warm))
	if err == nil && took.more {
		err = fmt.Errorf("%s has not filled a Secret within %s; it says: %s", l.who, l.bound, l.running.Tail(3))
	}
	return err
}

// seed stores the secrets of a group with n keys.
func (l *lab) seed(group string, n int) error {
	for i := range n {
		if _, err := l.scaleway.put(l.folder(group), secretName(i), "value"); err != nil {
			return err
		}
	}
	return nil
}

// create returns what creates the ExternalSecrets of groups.
func (l *lab) create(groups ...string) func(context.Context) error {
	return func(ctx context.Context) error {
		var objects []*unstructured.Unstructured
		for _, group := range groups {
			objects = append(objects, l.externals[l.external(group)])
		}
		return l.createAll(ctx, objects)
	}
}

// writers is how many objects are created at a time.
const writers = 8

func (l *lab) createAll(ctx context.Context, objects []*unstructured.Unstructured) error {
	client := l.Dynamic.Resource(externalSecrets).Namespace(l.namespace())
	failures := make([]error, writers)
	var group sync.WaitGroup
	for worker := range writers {
		group.Go(func() {
			for i := worker; i < len(objects) && failures[worker] == nil; i += writers {
				_, failures[worker] = client.Create(ctx, objects[i], metav1.CreateOptions{})
			}
		})
	}
	group.Wait()
	return errors.Join(failures...)
}

// fill measures how long it takes from the beginning of an act until Secrets pass their tests.
func (l *lab) fill(
	ctx context.Context, tests map[string]test, limit time.Duration, act func(context.Context) error,
) (figure, error) {
	all := len(tests)
	awaited := l.secrets.expect(tests)
	began := time.Now()
	if err := act(ctx); err != nil {
		return figure{}, err
	}
	last, left, err := l.secrets.wait(ctx, awaited, limit)
	if err == nil {
		err = l.running.Running()
	}
	if err != nil {
		return figure{}, err
	}
	if left > 0 {
		cutOff := notWithin(limit)
		if all > 1 {
			cutOff.fewer = fmt.Sprintf(", %d of %d left", left, all)
		}
		return cutOff, nil
	}
	return duration(last.Sub(began)), nil
}

// rest is how long no call is made where a program is done.
const rest = 1500 * time.Millisecond

// quiet waits until no call is made for a time, at most within the bound, and returns how many were made since the
// counts were reset.
func (l *lab) quiet(ctx context.Context) (int, error) {
	before, since, began := 0, time.Now(), time.Now()
	for time.Since(began) < l.bound {
		if err := pause(ctx, rest/20); err != nil {
			return 0, err
		}
		now := l.scaleway.Stats().Total()
		if now != before {
			before, since = now, time.Now()
		}
		if now > 0 && time.Since(since) >= rest {
			return now, l.running.Running()
		}
	}
	return 0, fmt.Errorf("%s has not come to rest within %s", l.who, l.bound)
}

// force has an ExternalSecret refreshed.
func (l *lab) force(ctx context.Context, group string) error {
	patch := fmt.Appendf(nil, `{"metadata": {"annotations": {"force-sync": "%d"}}}`, time.Now().UnixNano())
	_, err := l.Dynamic.Resource(externalSecrets).Namespace(l.namespace()).Patch(ctx, l.external(group),
		types.MergePatchType, patch, metav1.PatchOptions{})
	return err
}

// close ends the program and deletes what later rows would carry along. Namespaces stay, for nothing here ends them.
func (l *lab) close() error {
	var errs []error
	if l.running != nil {
		errs = append(errs, l.running.Stop())
	}
	l.cancel()
	if l.scaleway != nil {
		errs = append(errs, l.scaleway.close())
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if l.name != "" {
		everything := metav1.ListOptions{}
		errs = append(errs,
			l.Dynamic.Resource(externalSecrets).Namespace(l.namespace()).DeleteCollection(ctx, metav1.DeleteOptions{}, everything),
			l.Dynamic.Resource(secretStores).Namespace(l.namespace()).DeleteCollection(ctx, metav1.DeleteOptions{}, everything),
			l.Clientset.CoreV1().Secrets(l.namespace()).DeleteCollection(ctx, metav1.DeleteOptions{}, everything))
	}
	l.secrets = nil
	runtime.GC() // the emulator's and the watch's memory, before the next row is measured
	return errors.Join(append(errs, os.RemoveAll(l.dir))...)
}

// pause waits, or returns why it does not.
func pause(ctx context.Context, length time.Duration) error {
	select {
	case <-time.After(length):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// both measures something of both programs, one after the other.
func both[T any](measure func(who contestant) (T, error)) (oursIs, esoIs T, err error) {
	if oursIs, err = measure(ours); err != nil {
		return oursIs, esoIs, fmt.Errorf("%s: %w", ours, err)
	}
	if esoIs, err = measure(eso); err != nil {
		return oursIs, esoIs, fmt.Errorf("%s: %w", eso, err)
	}
	return oursIs, esoIs, nil
}

package controller

import (
	"context"
	"fmt"
	"sync"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"
	typedcorev1 "k8s.io/client-go/kubernetes/typed/core/v1"
	"k8s.io/client-go/tools/cache"
)

// secrets watches Secrets of a namespace, each by its name: rights that are given by name allow a list and a watch of
// that name, and of no other.
type secrets struct {
	client typedcorev1.SecretInterface
	// changed is told the name of a Secret that is known now, or has changed.
	changed func(name string)

	mu      sync.Mutex
	ctx     context.Context // of all watches
	watches map[string]*named
}

// named is the watch of one Secret, and the store that it fills. An informer would cost ten times the memory.
type named struct {
	name string
	stop context.CancelFunc
	// changed is told that more, or something else, is known.
	changed func()

	mu sync.Mutex
	// known reports whether it is known what the Secret is; nil where there is none.
	known  bool
	secret *corev1.Secret
	// problem is why the watch does not come about; empty where it does, or is not known yet.
	problem string
	// deletions counts how often the Secret was seen to be deleted.
	deletions int
}

func newSecrets(ctx context.Context, client typedcorev1.SecretInterface, changed func(name string)) *secrets {
	return &secrets{client: client, changed: changed, ctx: ctx, watches: map[string]*named{}}
}

// look is a Secret as it is.
type look struct {
	// secret is nil where there is none. It must not be changed.
	secret *corev1.Secret
	// known reports whether that is known yet.
	known bool
	// problem is why it will not be known; empty where it may.
	problem string
	// deletions counts how often it was seen to be deleted.
	deletions int
}

// get looks at a Secret, and starts to watch it.
func (s *secrets) get(name string) look {
	s.mu.Lock()
	w := s.watches[name]
	if w == nil {
		w = s.watch(name)
		s.watches[name] = w
	}
	s.mu.Unlock()
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.known {
		return look{problem: w.problem}
	}
	return look{known: true, secret: w.secret, deletions: w.deletions}
}

// keep ends the watches of all Secrets but some.
func (s *secrets) keep(names map[string]bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for name, w := range s.watches {
		if !names[name] {
			w.stop()
			delete(s.watches, name)
		}
	}
}

// watch starts the watch of a Secret.
func (s *secrets) watch(name string) *named {
	ctx, stop := context.WithCancel(s.ctx)
	w := &named{name: name, stop: stop, changed: func() { s.changed(name) }}
	only := fields.OneTermEqualSelector(metav1.ObjectNameField, name).String()
	lister := &cache.ListWatch{
		ListWithContextFunc: func(ctx context.Context, options metav1.ListOptions) (runtime.Object, error) {
			options.FieldSelector = only
			list, err := s.client.List(ctx, options)
			w.failed(ctx, err)
			return list, err
		},
		WatchFuncWithContext: func(ctx context.Context, options metav1.ListOptions) (watch.Interface, error) {
			options.FieldSelector = only
			watched, err := s.client.Watch(ctx, options)
			w.failed(ctx, err)
			return watched, err
		},
	}
	reflector := cache.NewReflectorWithOptions(lister, &corev1.Secret{}, w,
		cache.ReflectorOptions{Name: "Secret " + name})
	go reflector.RunWithContext(ctx)
	return w
}

// Add implements cache.ReflectorStore.
func (w *named) Add(object any) error { return w.Update(object) }

// Update implements cache.ReflectorStore.
func (w *named) Update(object any) error {
	secret, is := object.(*corev1.Secret)
	if !is {
		return fmt.Errorf("the watch of Secret %q gave a %T", w.name, object)
	}
	w.set(secret)
	return nil
}

// Delete implements cache.ReflectorStore.
func (w *named) Delete(any) error {
	w.set(nil)
	return nil
}

// Replace implements cache.ReflectorStore: it is told of all that there is, which is one Secret or none.
func (w *named) Replace(objects []any, _ string) error {
	for _, object := range objects {
		return w.Update(object)
	}
	w.set(nil)
	return nil
}

// Resync implements cache.ReflectorStore.
func (*named) Resync() error { return nil }

// set takes note of the Secret as it is; nil where there is none.
func (w *named) set(secret *corev1.Secret) {
	w.mu.Lock()
	if secret == nil && w.secret != nil {
		w.deletions++
	}
	w.known, w.secret = true, secret
	w.mu.Unlock()
	w.changed()
}

// failed takes note of why a watch does not come about, where it does not.
func (w *named) failed(ctx context.Context, err error) {
	if err == nil || ctx.Err() != nil {
		return
	}
	w.mu.Lock()
	w.problem = fmt.Sprintf("Secret %q cannot be watched: the API server does not answer", w.name)
	if apierrors.IsForbidden(err) {
		w.problem = fmt.Sprintf(
			"Secret %q cannot be watched: the runtime's Role must allow get, list and watch on it by name",
			w.name,
		)
	}
	w.mu.Unlock()
	w.changed()
}

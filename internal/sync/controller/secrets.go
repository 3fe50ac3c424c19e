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

// named is the watch of one Secret.
type named struct {
	informer cache.SharedInformer
	stop     context.CancelFunc

	mu sync.Mutex
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
	if !w.informer.HasSynced() {
		return look{problem: w.problem}
	}
	seen := look{known: true, deletions: w.deletions}
	for _, found := range w.informer.GetStore().List() {
		if secret, is := found.(*corev1.Secret); is {
			seen.secret = secret
		}
	}
	return seen
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
	only := fields.OneTermEqualSelector(metav1.ObjectNameField, name).String()
	lister := &cache.ListWatch{
		ListWithContextFunc: func(ctx context.Context, options metav1.ListOptions) (runtime.Object, error) {
			options.FieldSelector = only
			return s.client.List(ctx, options)
		},
		WatchFuncWithContext: func(ctx context.Context, options metav1.ListOptions) (watch.Interface, error) {
			options.FieldSelector = only
			return s.client.Watch(ctx, options)
		},
	}
	ctx, stop := context.WithCancel(s.ctx)
	w := &named{informer: cache.NewSharedInformer(lister, &corev1.Secret{}, 0), stop: stop}
	// Neither fails on an informer that has not been started.
	_, _ = w.informer.AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc: func(any) { s.changed(name) }, UpdateFunc: func(_, _ any) { s.changed(name) },
		DeleteFunc: func(any) {
			w.deleted()
			s.changed(name)
		},
	})
	_ = w.informer.SetWatchErrorHandlerWithContext(func(_ context.Context, _ *cache.Reflector, err error) {
		w.failed(name, err)
		s.changed(name)
	})
	go w.informer.RunWithContext(ctx)
	go func() {
		if cache.WaitForCacheSync(ctx.Done(), w.informer.HasSynced) {
			s.changed(name) // also where there is no such Secret
		}
	}()
	return w
}

func (w *named) deleted() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.deletions++
}

// failed takes note of why a watch does not come about.
func (w *named) failed(name string, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.problem = fmt.Sprintf("Secret %q cannot be watched: the API server does not answer", name)
	if apierrors.IsForbidden(err) {
		w.problem = fmt.Sprintf(
			"Secret %q cannot be watched: the runtime's Role must allow get, list and watch on it by name",
			name,
		)
	}
}

package main

import (
	"context"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/cache"
)

// arrivals watches the Secrets of a namespace.
type arrivals struct {
	mu     sync.Mutex
	known  map[string]*corev1.Secret
	awaits *await
}

// await is what is waited for: Secrets by name, until each passes its test.
type await struct {
	tests map[string]test
	last  time.Time // when one passed
	done  chan struct{}
}

// test reports whether a Secret is as it is waited for.
type test func(*corev1.Secret) bool

// holds passes a Secret of that many keys.
func holds(keys int) test { return func(s *corev1.Secret) bool { return len(s.Data) == keys } }

// watchSecrets returns when the Secrets that are there are known, and watches until ctx ends.
func watchSecrets(ctx context.Context, clients kubernetes.Interface, namespace string) (*arrivals, error) {
	a := &arrivals{known: map[string]*corev1.Secret{}}
	secrets := clients.CoreV1().Secrets(namespace)
	lister := &cache.ListWatch{
		ListWithContextFunc: func(ctx context.Context, options metav1.ListOptions) (runtime.Object, error) {
			return secrets.List(ctx, options)
		},
		WatchFuncWithContext: func(ctx context.Context, options metav1.ListOptions) (watch.Interface, error) {
			return secrets.Watch(ctx, options)
		},
	}
	informer := cache.NewSharedInformer(lister, &corev1.Secret{}, 0)
	registration, err := informer.AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc:    func(added any) { a.see(added) },
		UpdateFunc: func(_, updated any) { a.see(updated) },
	})
	if err != nil {
		return nil, err
	}
	go informer.RunWithContext(ctx)
	if !cache.WaitForCacheSync(ctx.Done(), registration.HasSynced) {
		return nil, ctx.Err()
	}
	return a, nil
}

func (a *arrivals) see(object any) {
	secret, is := object.(*corev1.Secret)
	if !is {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.known[secret.Name] = secret
	if a.awaits != nil {
		a.awaits.see(secret)
	}
}

func (w *await) see(secret *corev1.Secret) {
	passes := w.tests[secret.Name]
	if passes == nil || !passes(secret) {
		return
	}
	w.last = time.Now()
	delete(w.tests, secret.Name)
	if len(w.tests) == 0 {
		close(w.done)
	}
}

// expect begins to wait for Secrets, one test each. Only one thing is waited for at a time.
func (a *arrivals) expect(tests map[string]test) *await {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.awaits = &await{tests: tests, done: make(chan struct{})}
	for _, secret := range a.known {
		a.awaits.see(secret)
	}
	return a.awaits
}

// wait returns when the last of the Secrets passed, and how many have not within the limit.
func (a *arrivals) wait(ctx context.Context, w *await, limit time.Duration) (last time.Time, left int, err error) {
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case <-w.done:
	case <-timer.C:
	case <-ctx.Done():
		err = ctx.Err()
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.awaits = nil
	return w.last, len(w.tests), err
}

// get returns the Secret as it was seen last; nil where none was.
func (a *arrivals) get(name string) *corev1.Secret {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.known[name]
}

// forget has a Secret that was deleted be waited for.
func (a *arrivals) forget(name string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.known, name)
}

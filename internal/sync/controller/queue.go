package controller

import (
	"context"
	"sync"

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/util/workqueue"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
	"sigs.k8s.io/controller-runtime/pkg/source"
)

// queue has a controller look again at objects of the namespace, by their names. Its methods are safe for concurrent
// use.
type queue struct {
	namespace string

	mu      sync.Mutex
	started workqueue.TypedRateLimitingInterface[reconcile.Request]
}

// source gives the controller's queue when that starts, with names to look at first.
func (q *queue) source(first ...string) source.Source {
	return source.Func(func(_ context.Context, started workqueue.TypedRateLimitingInterface[reconcile.Request]) error {
		q.mu.Lock()
		q.started = started
		q.mu.Unlock()
		q.add(first...)
		return nil
	})
}

// add queues names. Before the controller starts it does nothing: whoever looks at objects by their names looks at all
// of them then.
func (q *queue) add(names ...string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.started == nil {
		return
	}
	for _, name := range names {
		q.started.Add(q.request(name))
	}
}

func (q *queue) request(name string) reconcile.Request {
	return reconcile.Request{NamespacedName: types.NamespacedName{Namespace: q.namespace, Name: name}}
}

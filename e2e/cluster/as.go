package cluster

import (
	"testing"

	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
)

// Client makes requests as somebody.
type Client struct {
	Dynamic   dynamic.Interface
	Clientset kubernetes.Interface
}

// As returns a client whose requests the API server takes for the subject's.
func (c *Cluster) As(t testing.TB, subject Subject) Client {
	t.Helper()
	config := rest.CopyConfig(c.Config)
	config.Impersonate = rest.ImpersonationConfig{UserName: subject.User, Groups: subject.Groups}
	clientset, err := kubernetes.NewForConfig(config)
	if err != nil {
		t.Fatalf("make a client for %s: %v", subject.User, err)
	}
	dynamicClient, err := dynamic.NewForConfig(config)
	if err != nil {
		t.Fatalf("make a dynamic client for %s: %v", subject.User, err)
	}
	return Client{Dynamic: dynamicClient, Clientset: clientset}
}

package controller

import (
	"errors"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

// Connect finds the API server: that of the pod's own cluster or, outside of one, of the current context of KUBECONFIG.
func Connect() (*rest.Config, error) {
	rules := clientcmd.NewDefaultClientConfigLoadingRules()
	found, err := clientcmd.NewNonInteractiveDeferredLoadingClientConfig(rules, nil).ClientConfig()
	if err != nil {
		return nil, errors.New("there is no API server: run it in a cluster, or let KUBECONFIG name a file; " +
			"with --once and --source none is needed")
	}
	found.QPS, found.Burst = -1, -1 // the API server has its own fairness
	return found, nil
}

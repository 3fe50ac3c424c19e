package cluster

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/client-go/discovery/cached/memory"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/restmapper"
	"sigs.k8s.io/controller-runtime/pkg/envtest"
)

// startTimeout is how long etcd and kube-apiserver may each take. The machines
// of CI have two cores that other jobs use too.
const startTimeout = 2 * time.Minute

// Cluster is a running API server. Its methods are safe for concurrent use.
type Cluster struct {
	// Config is that of an administrator: no RBAC rule holds it back.
	Config *rest.Config
	// Dynamic and Clientset are clients made from Config.
	Dynamic   dynamic.Interface
	Clientset kubernetes.Interface

	env    *envtest.Environment
	mapper meta.RESTMapper
	assets string
	crds   string
	dir    string
	logs   *logBuffer
}

// Start starts an API server from the programs in assets (see AssetsDir) and
// installs the custom resources in assets/crds. The caller must call Stop. When
// Start fails it leaves nothing behind, and its error holds what the programs
// said last.
func Start(assets string) (*Cluster, error) { return StartWith(assets, filepath.Join(assets, "crds")) }

// StartWith is Start with the custom resources of another folder.
func StartWith(assets, crds string) (*Cluster, error) {
	dir, err := os.MkdirTemp("", "cloison-e2e-")
	if err != nil {
		return nil, fmt.Errorf("make a folder for the cluster: %w", err)
	}
	c := &Cluster{assets: assets, crds: crds, dir: dir, logs: &logBuffer{}}
	if err := c.start(); err != nil {
		return nil, errors.Join(fmt.Errorf("start the cluster: %w\n%s", err, c.logs.Tail(20)), c.Stop())
	}
	return c, nil
}

func (c *Cluster) start() error {
	env, err := c.environment()
	if err != nil {
		return err
	}
	c.env = env
	if c.Config, err = env.Start(); err != nil {
		return err
	}
	// Warnings, such as those of pod security, are no refusals.
	c.Config.WarningHandler = rest.NoWarnings{}
	if c.Dynamic, err = dynamic.NewForConfig(c.Config); err != nil {
		return fmt.Errorf("make the dynamic client: %w", err)
	}
	clientset, err := kubernetes.NewForConfig(c.Config)
	if err != nil {
		return fmt.Errorf("make the clientset: %w", err)
	}
	c.Clientset = clientset
	c.mapper = restmapper.NewDeferredDiscoveryRESTMapper(memory.NewMemCacheClient(clientset.Discovery()))
	return nil
}

// environment describes the API server to envtest, which already turns RBAC on
// and makes keys for service account tokens.
func (c *Cluster) environment() (*envtest.Environment, error) {
	env := &envtest.Environment{
		CRDDirectoryPaths:        []string{c.crds},
		ErrorIfCRDPathMissing:    true,
		ControlPlaneStartTimeout: startTimeout,
	}
	etcd := &envtest.Etcd{DataDir: filepath.Join(c.dir, "data"), Out: c.logs, Err: c.logs}
	env.ControlPlane.Etcd = etcd
	apiServer := env.ControlPlane.GetAPIServer()
	apiServer.CertDir = filepath.Join(c.dir, "certificates")
	apiServer.Out, apiServer.Err = c.logs, c.logs
	if err := os.Mkdir(apiServer.CertDir, 0o700); err != nil {
		return nil, fmt.Errorf("make a folder for certificates: %w", err)
	}
	var err error
	if apiServer.Path, err = leashed(c.dir, filepath.Join(c.assets, "kube-apiserver")); err != nil {
		return nil, err
	}
	if etcd.Path, err = leashed(c.dir, filepath.Join(c.assets, "etcd")); err != nil {
		return nil, err
	}
	return env, nil
}

// Stop ends the API server and removes its files.
func (c *Cluster) Stop() error {
	var errs []error
	if c.env != nil {
		if err := c.env.Stop(); err != nil {
			errs = append(errs, fmt.Errorf("stop the cluster: %w", err))
		}
	}
	if err := os.RemoveAll(c.dir); err != nil {
		errs = append(errs, fmt.Errorf("remove the cluster's folder: %w", err))
	}
	return errors.Join(errs...)
}

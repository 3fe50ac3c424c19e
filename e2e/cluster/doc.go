// Package cluster runs a real Kubernetes API server for tests: etcd and
// kube-apiserver through controller-runtime's envtest, RBAC on, the custom
// resources of External Secrets Operator installed, and on demand the operator
// itself.
//
// # What is real and what is not
//
// Validation, defaulting, admission, RBAC, server-side apply and storage are
// those of Kubernetes. There is no controller manager, no scheduler and no node:
// a deleted namespace never goes away, quotas are enforced but never counted
// anew, nothing makes the ServiceAccount "default" of a namespace, and no Pod
// ever runs. Tests therefore use namespaces of their own and do not delete them.
//
// envtest turns the ServiceAccount admission plugin off, which would refuse every
// Pod whose ServiceAccount does not exist yet. It is left off: a manifest that
// brings ServiceAccount and Pod together could otherwise not be tried without
// being stored. No webhook is installed either, so External Secrets Operator's
// objects are judged by their schema and CEL rules alone.
//
// # Processes
//
// Everything started here ends with the test process, even one that panics, runs
// into its time limit or is killed: each process is watched by a small shell
// process that ends it when the test process is gone.
package cluster

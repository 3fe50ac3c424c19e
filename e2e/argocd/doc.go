// Package argocd holds only tests. They run Cloison in Argo CD, of the version that go.mod names: its plugin server as
// a program, and as packages the part of its repo-server that makes manifests of an Application, its sync, its
// comparison with the cluster and its judgement of health. It is a module of its own, because Argo CD replaces the
// modules of Kubernetes by older ones.
package argocd

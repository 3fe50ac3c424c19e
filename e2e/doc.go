// Package e2e holds no code, only tests: they put what Cloison generates before
// the real Kubernetes API server and the real External Secrets Operator, and hold
// those to what Cloison relies on. "make -C e2e test" builds the real parts and
// runs them.
package e2e

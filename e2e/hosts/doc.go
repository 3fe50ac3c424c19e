// Package hosts holds no code, only tests: they run bin/cloison in the hosts that
// users run it in, which are kustomize, kpt, kubectl, a container and the shell of
// somebody who follows the documentation. "make e2e" at the root of the repository
// builds the programs and runs the tests.
package hosts

// Package network holds the evaluation of NetworkPolicies by Cloison against an independent one, that of cyclonus
// (github.com/mattfenwick/cyclonus/pkg/matcher): on random cases, and on everything the examples contain. Where
// cyclonus differs from the API's documentation, testdata/exceptions has the smallest case with the reason.
package network

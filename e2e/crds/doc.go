// Package crds holds the custom resources that are for clusters without External
// Secrets Operator against those of the operator, and runs the sync runtime on an
// API server that has ours alone.
package crds

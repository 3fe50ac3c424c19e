// Package api judges whether the API server, the External Secrets Operator and Scaleway can work with a store, an
// ExternalSecret or a PushSecret. It looks at one object at a time and, for a reference, at the provider of its store,
// which decides what the reference means. Facts: docs/facts.md, "What the operator accepts".
package api

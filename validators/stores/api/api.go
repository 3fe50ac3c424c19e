// Package api judges whether the API server, the External Secrets Operator and Scaleway can work with a store, an
// ExternalSecret or a PushSecret: every value by itself. It compares no two objects. Facts: docs/facts.md, "What the
// operator accepts".
package api

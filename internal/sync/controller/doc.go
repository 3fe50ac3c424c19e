// Package controller runs the sync runtime in a cluster: it watches the ExternalSecrets, SecretStores and Secrets of
// one namespace, has package decide decide, and carries it out. It is thin: everything that can be decided without a
// cluster is decided elsewhere.
//
// Secrets are watched by name, one watch each (see [secrets]): the runtime has no right to list the others. A reconcile
// never waits for Scaleway. It looks at what package fetch knows; when that knows more, the ExternalSecret is queued
// again.
package controller

// Package eso is the API of the External Secrets Operator: its kinds, as they are written and read, and what they mean.
//
// The operator's own Go types come with the clients of every provider that it supports; these come with nothing.
// There is one tree of types. Who writes an object fills in what the operator would default, so that the cluster
// holds exactly what was applied; who reads one uses the functions below, which know the defaults.
//
// What an ExternalSecret means is answered by pure functions on its spec. They work the same on an object of a manifest
// and on one of a cluster, and know nothing of files, stores that exist, or secret values:
//
//   - [ExternalSecretSpec.Reads]: what is read, from which store, and the key that it becomes
//   - [ParseReference]: what the key of a remoteRef means to the provider scaleway
//   - [Find.OnlyName], [ExactName]: the search for one name, which is how a secret may be missing without an error
//   - [RewriteKey], [ConvertKey]: what a found name becomes
//   - [ExternalSecretSpec.Content]: the keys of the Secret, templates included
//   - [ExternalSecretSpec.TargetName], [Target.Creates], [Target.Writes]: the Secret that is written
//   - [ExternalSecretSpec.Interval]: how often it is read
//   - [StoreSpec.UsableFrom], [ClusterExternalSecretSpec.MakesIn]: from where a cluster-wide object may be used, and
//     where it makes others
//
// The API is external-secrets.io/v1 as of version 0.20 of the operator. A test holds the types against its CRDs,
// field by field, and others hold the functions against the operator itself.
package eso

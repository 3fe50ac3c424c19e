// Package eso is the API of the External Secrets Operator: its kinds, as they are written and read, and what they mean.
//
// The operator's own Go types depend on the clients of every provider that it supports; these have no such
// dependencies. One tree of types serves writing and reading. Code that writes an object fills in what the operator
// would default, so that the cluster holds exactly what was applied; code that reads one uses the functions below,
// which know the defaults.
//
// The semantics of an ExternalSecret are pure functions on its spec. They work on an object of a manifest as on one of
// a cluster, and know nothing of files, existing stores or values of secrets:
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
// The API is external-secrets.io/v1 as of version 0.20 of the operator. A test compares the types with its CRDs, field
// by field, and others compare the functions with the operator itself.
package eso

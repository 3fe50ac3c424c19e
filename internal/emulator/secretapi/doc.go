// Package secretapi serves the Secret Manager API v1beta1 over the model in package secret: every call of
// scaleway-sdk-go v1.39.0 but AddSecretOwner, which answers 501 so that a test that needs it cannot pass by accident.
//
//	GET    /secret-manager/v1beta1/regions/{region}/secrets    ListSecrets
//	POST   …/secrets                                           CreateSecret
//	GET    …/secrets/browse                                    BrowseSecrets
//	GET    …/secrets/{secret_id}                               GetSecret
//	PATCH  …/secrets/{secret_id}                               UpdateSecret
//	DELETE …/secrets/{secret_id}                               DeleteSecret
//	POST   …/secrets/{secret_id}/restore                       RestoreSecret
//	POST   …/secrets/{secret_id}/protect, …/unprotect          ProtectSecret, UnprotectSecret
//	GET    …/secrets/{secret_id}/versions                      ListSecretVersions
//	POST   …/secrets/{secret_id}/versions                      CreateSecretVersion
//	GET    …/versions/{revision}                               GetSecretVersion
//	PATCH  …/versions/{revision}                               UpdateSecretVersion
//	DELETE …/versions/{revision}                               DeleteSecretVersion
//	POST   …/versions/{revision}/enable, …/disable             EnableSecretVersion, DisableSecretVersion
//	POST   …/versions/{revision}/restore                       RestoreSecretVersion
//	GET    …/versions/{revision}/access                        AccessSecretVersion
//	GET    …/secrets-by-path/versions/{revision}/access        AccessSecretVersionByPath
//	GET    …/tags, …/secret-types                              ListTags, ListSecretTypes
//
// # What is known and what is inferred
//
// Known, from recorded traffic of the real API: the JSON of secrets, versions and ephemeral policies, field by field
// and in order; the bodies for an unknown secret (404), a value whose property has a wrong type (400) and the deletion
// of a protected secret (412); the name_asc order across paths; versions newest first, those scheduled for deletion
// among them; the filters on name, path, one tag and one status; type=unknown_type meaning no filter or opaque; at
// least 37 secrets on a page whose size was not asked for; tags and descriptions that an update empties; secrets
// scheduled for deletion absent from lists but still answered by GetSecret.
//
// Known from elsewhere, as docs/facts.md has it:
//   - the 500 for a missing path (MissingPathFails);
//   - from the SDK: what data_crc32 and disable_previous do;
//   - from documentation: a policy being applied on creation only;
//   - from third parties: "list secret" as the denied action of ListSecrets,
//     "cannot have same secret name in same path" (400), "cannot act on deleted" (412, resource_not_usable).
//
// Inferred, never observed:
//   - unknown regions (404), unknown fields (ignored), malformed bodies (400) and every text of theirs;
//   - lists: tags combining as "and", statuses as "or"; exact path comparison, trailing slash included; an empty
//     name or path being no filter; ties in an order broken by path, then id; a list that is allowed showing
//     everything;
//   - BrowseSecrets, ListTags and ListSecretTypes but for the names of their fields;
//   - rights: 403 for an existing secret of a foreign project but 404 for one that does not exist; "write" as the
//     denied action of calls that create, change or delete; which permission set protects and disables (the one that
//     edits metadata); that a condition on the name is judged by path without a secret, and on creation;
//   - 412 for the value of a version that is not enabled and for changes of what is scheduled for deletion; the
//     resource and resource_id of a 404 for a version or path;
//   - the ephemeral_properties of a version, and their update.
//
// Not emulated: protection of versions, keys of the Key Manager. Secrets may name projects that IAM does not hold,
// which is more than the real API can be asked for.
package secretapi

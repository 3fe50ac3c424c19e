// Package emulator is an in-process stand-in for the Scaleway Secret Manager
// API v1beta1, as strict as the real one, for tests and for people without an
// account. It serves every call of scaleway-sdk-go v1.39.0 but AddSecretOwner, and
// what of IAM v1alpha1 and of the account's v3 decides who may make them. Its state
// comes from Go, from a YAML Seed, over HTTP, or from the file of an earlier Server
// (OpenState).
//
//	GET    /metadata                                           no authentication
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
//	/iam/v1alpha1/applications, /{id}                          list, create, get, update, delete
//	/iam/v1alpha1/api-keys, /{access_key}                      likewise
//	/iam/v1alpha1/groups, /{id}                                likewise, and their members
//	/iam/v1alpha1/policies, /{id}                              likewise
//	/iam/v1alpha1/rules, /permission-sets                      ListRules, SetRules, ListPermissionSets
//	/account/v3/projects, /{id}                                list, create, get, update, delete
//
// Faults make trouble on demand, each chosen by Config.Seed and the order of calls.
// What a fault answers is what proxies and networks do, not Scaleway, where this
// is not said of it below. With Config.Control there is an API for them and for
// the counts of calls under /_emulator/.
//
// # What is known and what is inferred
//
// Known, from recorded traffic of the real API (each place names its
// recording): the JSON of secrets, versions and ephemeral policies, field by
// field and in order; 200 for calls that create or change and 204 with a
// Content-Type for those that delete; the bodies for an unknown secret (404), a
// value whose property has a wrong type (400) and the deletion of a protected
// secret (412); the name_asc order across paths; versions newest first, those
// scheduled for deletion among them; the filters on name, path, one tag and one
// status; type=unknown_type meaning no filter or opaque; at least 37 secrets on a
// page whose size was not asked for; a path losing its trailing slash; tags and
// descriptions that an update empties; updated_at moving with UpdateSecret,
// DeleteSecret and UpdateSecretVersion and staying with CreateSecretVersion,
// DeleteSecretVersion and UnprotectSecret; secrets scheduled for deletion absent
// from lists but still answered by GetSecret, while one with an ephemeral policy
// is gone at once; timestamps of 0, 3 or 6 decimals.
//
// Known from elsewhere (of IAM, see package iam): the message and length of the
// body of a 500 and a 503 (scaleway-cli issues 1412 and 5275); the empty 429 with
// X-Envoy-Ratelimited, the 403 body, the oddities of Quirks, the forms of names
// and paths, 64 KiB a value and 20 versions a secret (the project's facts); "list
// secret" as the denied action of ListSecrets (scaleway/action-scw-secret pull
// request 148); the 401 body and its reasons, the 403 of a quota (scaleway-sdk-go's types); /metadata (the SDK's own
// test); seven days until a version is deleted, one second to one year to live,
// what data_crc32 and disable_previous do, which properties a type has (comments
// of scaleway-sdk-go); a policy being applied on creation only, taken over by new
// versions and again by enabled ones (Scaleway's documentation); "cannot have
// same secret name in same path" (400) and "cannot act on deleted" (412,
// resource_not_usable), as third parties met them.
//
// Inferred, never observed: what happens to unknown routes (404), wrong methods
// (405), unknown regions (404), bodies over 1 MiB (413), and unknown query
// parameters and fields (ignored); 400 for malformed ids, enums, numbers, bodies
// and page sizes above 100, and every text of theirs; 50 as the page size when
// none or 0 is asked for; tags combining as "and", statuses as "or"; exact path
// comparison, trailing slash included; ties in an order broken by path, then id;
// 403 for an existing secret of a foreign project but 404 for one that does not
// exist; "write" as the denied action of calls that create, change or delete, and
// what is denied being named "application", "api_key", "group", "policy" or
// "project" in IAM; which permission set protects and disables (the one that
// edits metadata); a list that is allowed showing everything; that a condition on
// the name is judged by path without a secret, and on creation; 412 for the value of a version that is
// not enabled and for changes of what is scheduled for deletion; the resource and
// resource_id of a 404 for a version or a path; the name of the quota; deleted
// versions not counting towards it, losing their value and staying in lists;
// seven days until a secret is deleted; a restored version having its old status;
// the ephemeral_properties of a version, and their update; BrowseSecrets, ListTags
// and ListSecretTypes but for the names of their fields; the texts for a value
// that lacks a property or has one too many. Protection of versions, the numbers
// of secrets and projects that Scaleway allows, and keys of the Key Manager are
// not emulated.
//
// Calls that the real API has and the emulator does not serve answer 501, so that
// a test that needs one cannot pass by accident.
package emulator

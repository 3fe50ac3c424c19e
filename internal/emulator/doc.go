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
// # How a call is answered
//
// Server.ServeHTTP (serve.go) looks the route up (routes.go, iam_routes.go) and asks
// traffic.go for the faults that the call meets. Server.answer (server.go) then reads
// the body, locks the state, lets happen what was due by now (time.go), finds the
// caller by its key (auth.go) and runs the route's handler; it writes the state to
// its file (statefile.go, whose form is in statefile_form.go) before the answer goes out
// (wire.go, errors.go).
//
//	read.go, list.go, list_versions.go, browse.go    handlers that read secrets
//	write_secret.go, write_version.go                handlers that change them
//	query.go, body.go, check.go, shape.go            what a call may say: parameters, bodies, names, values
//	secret.go, ephemeral.go                          what a secret, a version and a policy are
//	add.go                                           methods that make and change secrets from Go
//	store.go, time.go, quirks.go, quotas.go          what a change does to the state, whoever makes it
//	iam_*.go                                         handlers of IAM, over the model in package iam
//	seed*.go                                         the YAML file: its form, reading, checking, loading
//	faults*.go, control.go, exchange.go              troubles on demand, and the view from outside
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
// Known from elsewhere (of IAM, see package iam):
//   - the project's facts: the empty 429 with X-Envoy-Ratelimited, the 403 body, the
//     oddities of Quirks, the forms of names and paths, 64 KiB a value, 20 versions a
//     secret, how much an organization may hold (Quotas);
//   - comments and types of scaleway-sdk-go: the 401 body and its reasons, the 403 of
//     a quota, seven days until a version is deleted, one second to one year to live,
//     what data_crc32 and disable_previous do, which properties a type has, in IAM the
//     lengths of names and descriptions and the number of tags, groups having names of
//     their own, a project being empty when it is deleted, the default orders of lists;
//     its tests: /metadata;
//   - Scaleway's documentation: a policy being applied on creation only, taken over by
//     new versions and again by enabled ones;
//   - third parties: the message and length of the body of a 500 and a 503
//     (scaleway-cli issues 1412 and 5275), "list secret" as the denied action of
//     ListSecrets (scaleway/action-scw-secret pull request 148), "cannot have same
//     secret name in same path" (400), "cannot act on deleted" (412,
//     resource_not_usable).
//
// Inferred, never observed:
//   - routes: unknown ones (404), wrong methods (405), unknown regions (404), bodies
//     over 1 MiB (413), unknown query parameters and fields (ignored);
//   - 400 for malformed ids, enums, numbers, bodies and page sizes above 100, for a value
//     that lacks a property or has one too many, and every text of theirs;
//   - lists: 50 as the page size when none or 0 is asked for; tags combining as "and",
//     statuses and filters on several ids as "or"; exact path comparison, trailing slash
//     included; an empty name or path being no filter; ties in an order broken by path,
//     then id; a list that is allowed showing everything;
//   - BrowseSecrets, ListTags and ListSecretTypes but for the names of their fields;
//   - rights: 403 for an existing secret of a foreign project but 404 for one that does
//     not exist; "write" as the denied action of calls that create, change or delete;
//     what is denied being named "application", "api_key", "group", "policy" or "project"
//     in IAM; which permission set protects and disables (the one that edits metadata);
//     that a condition on the name is judged by path without a secret, and on creation;
//   - 412 for the value of a version that is not enabled and for changes of what is
//     scheduled for deletion; the resource and resource_id of a 404 for a version or path;
//   - quotas: their names, and that what is scheduled for deletion counts, in a project
//     that is to be empty too, while deleted versions do not;
//   - the end of things: deleted versions losing their value and staying in lists; seven
//     days until a secret is deleted; a restored version having its old status; the
//     ephemeral_properties of a version, and their update;
//   - what is unseen yet (Quirks.VisibleAfter) being known by its id all the same; a key
//     not being changed to expire in the past; the texts of IAM's refusals.
//
// Not emulated: protection of versions, keys of the Key Manager, users. Secrets and
// rules may name projects that IAM does not hold, which is more than the real API can
// be asked for.
//
// Calls that the real API has and the emulator does not serve answer 501, so that
// a test that needs one cannot pass by accident.
package emulator

// Package emulator is an in-process stand-in for the Scaleway Secret Manager
// API v1beta1, as strict as the real one, for tests and for people without an
// account. It serves the calls that read: what External Secrets Operator's
// scaleway provider v0.20.4 and scaleway-sdk-go v1.39.0 ask for. Its state is
// seeded through Go; nothing can be written over HTTP.
//
//	GET /metadata                                              no authentication
//	GET /secret-manager/v1beta1/regions/{region}/secrets       ListSecrets
//	GET …/secrets/{secret_id}                                  GetSecret
//	GET …/secrets/{secret_id}/versions/{revision}              GetSecretVersion
//	GET …/secrets/{secret_id}/versions/{revision}/access       AccessSecretVersion
//	GET …/secrets-by-path/versions/{revision}/access           AccessSecretVersionByPath
//
// # What is known and what is inferred
//
// Known, from recorded traffic of the real API (each place names its
// recording): the JSON of secrets and versions, field by field and in order;
// the bodies for an unknown secret (404), a bad argument (400) and a failed
// precondition (412); the name_asc order across paths; the filters on name,
// path and one tag; type=unknown_type meaning no filter; at least 37 secrets on
// a page whose size was not asked for; secrets scheduled for deletion absent
// from lists but still answered by GetSecret; timestamps of 0, 3 or 6 decimals.
//
// Known from elsewhere: the empty 429 with X-Envoy-Ratelimited and the 403 body
// (the project's facts), "list secret" as the denied action of ListSecrets
// (scaleway/action-scw-secret pull request 148), the 401 body and its reasons
// (scaleway-sdk-go's DeniedAuthenticationError), /metadata (the SDK's own test).
//
// Inferred, never observed: what happens to unknown routes (404), wrong methods
// (405), unknown regions (404) and unknown query parameters (ignored); 400 for
// malformed ids, enums, numbers and page sizes above 100; 50 as the page size
// when none or 0 is asked for; tags combining as "and"; exact path comparison,
// trailing slash included; ties in an order broken by path, then id; 403 for an
// existing secret of a foreign project but 404 for one that does not exist; 403
// for calls that write; 412 for the value of a version that is not enabled; the
// resource and resource_id of a 404 for a version or a path.
//
// Routes that the real API has and the emulator does not yet serve answer 501,
// so that a test that needs one cannot pass by accident.
package emulator

// Package api holds what the emulated APIs of Scaleway have in common: how a request finds its handler and its caller,
// how parameters are read and pages cut, and which JSON an answer or an error is. It knows no secrets.
//
// A handler gets a [Call] and returns what is written as the JSON of a 200, [NoContent], or an [Error].
//
// # What is known and what is inferred
//
// Known, from recorded traffic of the real API: 200 for calls that create or change and 204 with a Content-Type for
// those that delete; compact JSON; timestamps of 0, 3 or 6 decimals; the bodies of 400, 404 and 412. Facts:
// docs/facts.md, "Form of answers", "Errors of the API".
//
// Known from elsewhere:
//   - from third parties: the 403 body; from documentation: what an organization may hold ([Quotas]);
//   - from the SDK: the 401 body and its reasons, the 403 of a quota, /metadata.
//
// Inferred, never observed:
//   - unknown routes (404), wrong methods (405), bodies over 1 MiB (413), unknown query parameters (ignored);
//   - 400 for malformed ids, enums and numbers and for page sizes above 100, and every text of theirs;
//   - 50 as the page size when none or 0 is asked for;
//   - the names of quotas, and that what is scheduled for deletion counts.
package api

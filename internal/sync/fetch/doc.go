// Package fetch keeps in memory what the ExternalSecrets of one SecretStore read, and keeps it fresh with as few calls
// to Scaleway as can be: each secret once however many keys use it, one list per folder and poll to learn of new
// versions, and reads by path for what changed.
//
// Data flows one way:
//
//	eso.Read --(want.go)--> wants and listings --(pass.go)--> calls --(outcome.go)--> outcomes, per user
//	                             ^                              |
//	                             +--- lists.go, due.go: what ---+
//	                                  is due, when
//
// A [Store] is used by any number of users, the ExternalSecrets. Its loop ([Store.Run]) makes passes: a pass calls for
// what is due and most urgent, and no more. What failed stays due, so that the next pass goes on where one stopped.
// Calls that fail one after the other stop the pass (the breaker): then there is a pause that grows, and one call to
// probe. Stores know nothing of each other, so that one that is slow, broken or throttled delays no other.
package fetch

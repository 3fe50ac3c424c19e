// Package fault makes calls fail on demand: rate limits, errors of servers and proxies, broken connections and lists
// that do not end. [Faults] says which calls are struck by which [Kind]; an [Injector] decides it call by call and
// spoils the answers. Which calls are struck depends on a number and on the order of calls only, so that a run can be
// repeated.
//
// What a fault answers is what proxies and networks do, not the API, except the empty 429 with X-Envoy-Ratelimited, and
// the message and length of the JSON body of a 500 and a 503. Facts: docs/facts.md, "Errors of the API".
package fault

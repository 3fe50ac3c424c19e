// Package fault makes calls fail on demand: rate limits, errors of servers and proxies, broken connections and lists
// that do not end. [Faults] configure which calls get which [Kind] of fault; an [Injector] chooses the calls and
// applies the faults. The choice depends only on a seed and on the order of calls, so that a run can be repeated.
//
// What a fault answers is what proxies and networks do, not the API, except the empty 429 with X-Envoy-Ratelimited, and
// the message and length of the JSON body of a 500 and a 503. Facts: docs/facts.md, "Errors of the API".
package fault

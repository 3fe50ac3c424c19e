// Package emulator is an in-process stand-in for Scaleway's Secret Manager and IAM, as strict as the real APIs, for
// tests and for people without an account. A [Server] is an http.Handler that scaleway-sdk-go and everything built on
// it can use. What it holds comes from Go, from a YAML [Seed], over HTTP, or from the file of an earlier Server
// ([Server.OpenState]).
//
// This package wires the others together and is what users import:
//
//	secret      the model of Secret Manager: secrets, versions, what happens to them as time passes
//	secretapi   its calls, v1beta1
//	iam         the model of IAM: who holds an API key, and whether a rule allows a call
//	iamapi      its calls, v1alpha1, and the projects of the account API v3
//	api         what both APIs have in common: routes, arguments, pages, errors, JSON
//	fault       calls that fail on demand
//	seed        the YAML file
//	state       the file that keeps everything
//	id          identifiers and draws that can be repeated
//
// # How a call is answered
//
// [Server.ServeHTTP] finds the route, asks the fault.Injector for the fault of the call, reads the body, locks the
// state, applies expiries that are due, finds the caller by its key and runs the route's handler, which reads and
// changes the models. The state is written to its file before the answer is sent.
//
// # What is known and what is inferred
//
// Each package's documentation says which behaviour was recorded from the real APIs, which is known from
// documentation or from third parties, and which is inferred and was never observed. Calls that the real APIs have
// and the emulator does not serve answer 501 or 404.
package emulator

// Package probe tries, from time to time, whether the API keys of a runtime's stores can read in the folders of other
// components, on the terms of package wall. It asks for names that cannot exist, so that nothing is read and nothing is
// consumed.
//
//	turns.go: when --> prober.go: the calls --> verdict.go: what they mean --> condition.go: what a store says
//
// A probe is of one store and one folder. The probes of a runtime are numbered: the stores by name, in each the folders
// in their order. A probe is made in the slot of its number and in no other, and costs one refusal at most: it reads in
// a folder of the store's own first, and only where that is answered with "not found" in the other one. Nothing is
// tried again before the next turn.
package probe

//go:build race

package network_test

const raceDetector = true

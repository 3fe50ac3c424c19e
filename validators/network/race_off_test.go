//go:build !race

package network_test

const raceDetector = false

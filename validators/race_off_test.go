//go:build !race

package validators_test

const raceDetector = false

//go:build race

package e2e

// raceDetector is set if the race detector is on, whose own memory grows with a test.
const raceDetector = true

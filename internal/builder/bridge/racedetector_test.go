//go:build race

package bridge

// raceDetector is set if the race detector is on.
const raceDetector = true

// Package greeter counts the visitors that it greets, also when it is replaced by another version.
package greeter

import (
	"fmt"
	"sync"
)

const greeting = "Hello"

var (
	mu    sync.Mutex
	state State
)

// State is what a version of this package hands over to the next.
type State struct{ Visitors int }

// Snapshot returns the state.
func Snapshot() (State, error) {
	mu.Lock()
	defer mu.Unlock()
	return state, nil
}

// Restore sets the state.
func Restore(s State) error {
	mu.Lock()
	defer mu.Unlock()
	state = s
	return nil
}

// SelfTest keeps versions from being used that greet nobody.
func SelfTest() error {
	if greeting == "" {
		return fmt.Errorf("there is no greeting")
	}
	return nil
}

// Greet greets a visitor.
func Greet(name string) string {
	mu.Lock()
	defer mu.Unlock()
	state.Visitors++
	return fmt.Sprintf("%s, %s! You are visitor %d.", greeting, name, state.Visitors)
}

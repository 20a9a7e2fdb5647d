//go:build go1.22

// Package environ tells the other side of the boundary which variables of the environment
// were changed. On Windows the environment belongs to the process, so both sides have the
// same. Elsewhere each Go runtime has a copy of its own, made at its start.
package environ

import (
	"maps"
	"os"
	"strings"
	"sync"
	"sync/atomic"
)

// A Mirror has the environment as the other side knows it. The zero value is that of a side which
// knows the environment that this one had at its start. A Mirror is safe for concurrent use.
type Mirror struct {
	// Apart says that the other side has an environment of its own. It is set before the Mirror is used.
	Apart bool

	told atomic.Uint64 // the value of changes when the other side was told last

	telling sync.Mutex // held while the other side is told, so that others wait for it

	mu   sync.Mutex
	vars map[string]string // nil: atStart
}

// atStart is the environment at this side's start.
var atStart = variables()

// changes counts the changes of this side's environment. It stays 0 where they are not noticed.
var changes = new(uint64)

// Changed reports whether the environment was changed since the other side was told.
// The compiler inlines it.
func (m *Mirror) Changed() bool {
	return Separate && !m.Apart && atomic.LoadUint64(changes) != m.told.Load()
}

// Tell calls send with the changes that the other side does not know, unless there are none.
// If send fails, the next Tell sends them again.
func (m *Mirror) Tell(send func(changes []byte) error) error {
	m.telling.Lock()
	defer m.telling.Unlock()
	n := atomic.LoadUint64(changes)
	if b, now := m.difference(); len(b) > 0 {
		if err := send(b); err != nil {
			return err
		}
		m.mu.Lock()
		m.vars = now
		m.mu.Unlock()
	}
	m.told.Store(n)
	return nil
}

// difference returns the variables that the other side has otherwise, and all variables.
func (m *Mirror) difference() (b []byte, now map[string]string) {
	now = variables()
	m.mu.Lock()
	defer m.mu.Unlock()
	m.init()
	for name, value := range now {
		if old, ok := m.vars[name]; !ok || old != value {
			b = append(append(append(append(b, name...), '='), value...), 0)
		}
	}
	for name := range m.vars {
		if _, ok := now[name]; !ok {
			b = append(append(b, name...), 0)
		}
	}
	return b, now
}

// Apply makes the changes of the other side.
func (m *Mirror) Apply(b []byte) {
	if m.Apart {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.init()
	for _, text := range strings.Split(strings.TrimSuffix(string(b), "\x00"), "\x00") {
		name, value, set := strings.Cut(text, "=")
		if !set {
			delete(m.vars, name)
			_ = os.Unsetenv(name)
			continue
		}
		m.vars[name] = value
		if old, ok := os.LookupEnv(name); !ok || old != value {
			_ = os.Setenv(name, value)
		}
	}
}

// init gives the Mirror variables of its own. The lock is held.
func (m *Mirror) init() {
	if m.vars == nil {
		m.vars = maps.Clone(atStart)
	}
}

// variables returns the environment of this side.
func variables() map[string]string {
	list := os.Environ()
	vars := make(map[string]string, len(list))
	for _, text := range list {
		if name, value, ok := strings.Cut(text, "="); ok && name != "" {
			vars[name] = value
		}
	}
	return vars
}

//go:build go1.22

package codec

import (
	"sync"
	"sync/atomic"
)

// keptErrors is how many errors a side keeps, in case the other side passes them back.
const keptErrors = 128

// lastError numbers the errors that were sent. One side may have several scopes for a library, and
// a number belongs to one of them.
var lastError atomic.Uint64

// An ErrorMemory is embedded in a [Scope] and makes an error that comes back the very error that
// was sent. It has the last errors that were sent, and the last that were made of errors of the
// other side. The zero value is ready for use.
type ErrorMemory struct {
	mu       sync.Mutex
	sent     [keptErrors]numberedError
	made     [keptErrors]numberedError
	nextSent int // index in sent
	nextMade int // index in made
	named    map[string]error
}

// A numberedError is an error that was sent, or one of a type of the standard library that was
// made of one of the other side.
type numberedError struct {
	err    error
	number uint64 // on the side that has sent it
	value  []byte // as it arrived
}

// KeepError keeps an error that is sent and returns its number.
func (m *ErrorMemory) KeepError(err error) (number uint64) {
	number = lastError.Add(1)
	m.mu.Lock()
	defer m.mu.Unlock()
	m.sent[m.nextSent] = numberedError{err: err, number: number}
	m.nextSent = (m.nextSent + 1) % keptErrors
	return number
}

// KeptError returns the error of a number, or nil if it is no longer kept.
func (m *ErrorMemory) KeptError(number uint64) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for i := range m.sent {
		if m.sent[i].number == number {
			return m.sent[i].err
		}
	}
	return nil
}

// RememberError keeps an error, a pointer, that was made of one with a number of the other side.
func (m *ErrorMemory) RememberError(err error, number uint64, value []byte) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.made[m.nextMade] = numberedError{err, number, value}
	m.nextMade = (m.nextMade + 1) % keptErrors
}

// RememberedError returns what RememberError was given for err, or 0.
func (m *ErrorMemory) RememberedError(err error) (number uint64, value []byte) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for i := range m.made {
		if made := &m.made[i]; made.err == err { // all are pointers
			return made.number, made.value
		}
	}
	return 0, nil
}

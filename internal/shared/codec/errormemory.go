//go:build go1.22

package codec

import "sync"

// keptErrors is how many errors a side keeps, in case the other side passes them back.
const keptErrors = 128

// An ErrorMemory is embedded in a [Scope] and makes an error that comes back the very error that
// was sent. It has the last errors that were sent, and the last that were made of errors of the
// other side. The zero value is ready for use.
type ErrorMemory struct {
	mu    sync.Mutex
	count uint64 // of errors that were sent; an error's number is the count at that time
	sent  [keptErrors]error
	made  [keptErrors]madeError
	next  int // index in made
}

// A madeError is an error of a type of the standard library, made of an error of the other side.
type madeError struct {
	err    error
	number uint64 // on the other side
	value  []byte // as it arrived
}

// KeepError keeps an error that is sent and returns its number.
func (m *ErrorMemory) KeepError(err error) (number uint64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.count++
	m.sent[m.count%keptErrors] = err
	return m.count
}

// KeptError returns the error of a number, or nil if it is no longer kept.
func (m *ErrorMemory) KeptError(number uint64) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if number > m.count || m.count-number >= keptErrors {
		return nil
	}
	return m.sent[number%keptErrors]
}

// RememberError keeps an error, a pointer, that was made of one with a number of the other side.
func (m *ErrorMemory) RememberError(err error, number uint64, value []byte) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.made[m.next] = madeError{err, number, value}
	m.next = (m.next + 1) % keptErrors
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

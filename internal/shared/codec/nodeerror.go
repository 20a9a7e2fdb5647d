//go:build go1.22

package codec

// The methods that an error has besides Error, Unwrap, Is and As, and what they return. The
// numbers are part of the format.
const (
	hasTimeout = 1 << iota
	isTimeout
	hasTemporary
	isTemporary
	isRuntime
)

// traits returns the bits of the methods by which the standard library tells errors apart.
func traits(err error) (bits uint8) {
	defer func() {
		if recover() != nil {
			bits = 0
		}
	}()
	if r := remote(err); r != nil {
		return r.traits
	}
	if t, ok := err.(interface{ Timeout() bool }); ok {
		bits |= hasTimeout
		if t.Timeout() {
			bits |= isTimeout
		}
	}
	if t, ok := err.(interface{ Temporary() bool }); ok {
		bits |= hasTemporary
		if t.Temporary() {
			bits |= isTemporary
		}
	}
	if _, ok := err.(interface {
		error
		RuntimeError()
	}); ok {
		bits |= isRuntime
	}
	return bits
}

type remoteError = Error // so that the embedded field is not named as the method Error

// The errors of the other side that have further methods.
type (
	joined       struct{ *remoteError } // Unwrap returns several errors
	timed        struct{ *remoteError } // Timeout
	temporary    struct{ *remoteError } // Temporary
	netError     struct{ *remoteError } // both, as a net.Error
	runtimeError struct{ *remoteError } // a runtime.Error
)

func (e joined) Unwrap() []error    { return e.inner }
func (e timed) Timeout() bool       { return e.traits&isTimeout != 0 }
func (e temporary) Temporary() bool { return e.traits&isTemporary != 0 }
func (e netError) Timeout() bool    { return e.traits&isTimeout != 0 }
func (e netError) Temporary() bool  { return e.traits&isTemporary != 0 }
func (runtimeError) RuntimeError()  {}

func (e *Error) node() *Error { return e }

// remote returns an error that came from the other side, or nil if err is none.
func remote(err error) *Error {
	if e, ok := err.(interface{ node() *Error }); ok {
		return e.node()
	}
	return nil
}

// Remote reports whether an error is a copy of one of the other side.
func Remote(err error) bool { return remote(err) != nil }

// Whole returns e as it arrived, with the methods that the error has on the other side.
func (e *Error) Whole() error { return e.whole() }

func (e *Error) whole() error {
	switch {
	case e.several:
		return joined{e}
	case e.traits&isRuntime != 0:
		return runtimeError{e}
	case e.traits&hasTimeout != 0 && e.traits&hasTemporary != 0:
		return netError{e}
	case e.traits&hasTimeout != 0:
		return timed{e}
	case e.traits&hasTemporary != 0:
		return temporary{e}
	}
	return e
}

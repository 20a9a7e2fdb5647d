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

// A joined is an error of the other side whose method Unwrap returns several errors.
type joined struct{ *remoteError }

func (e joined) Unwrap() []error { return e.inner }

// The further methods of errors of the other side, see traits.
type (
	timed     uint8    // Timeout
	temporary uint8    // Temporary
	timely    uint8    // both, as a net.Error has them
	fault     struct{} // RuntimeError
)

func (t timed) Timeout() bool       { return t&isTimeout != 0 }
func (t temporary) Temporary() bool { return t&isTemporary != 0 }
func (t timely) Timeout() bool      { return t&isTimeout != 0 }
func (t timely) Temporary() bool    { return t&isTemporary != 0 }
func (fault) RuntimeError()         {}

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
	if e.several {
		return joined{e}.whole()
	}
	switch t := e.traits; t & (hasTimeout | hasTemporary | isRuntime) {
	case hasTimeout:
		return struct {
			*remoteError
			timed
		}{e, timed(t)}
	case hasTemporary:
		return struct {
			*remoteError
			temporary
		}{e, temporary(t)}
	case hasTimeout | hasTemporary:
		return struct {
			*remoteError
			timely
		}{e, timely(t)}
	case isRuntime:
		return struct {
			*remoteError
			fault
		}{e, fault{}}
	case isRuntime | hasTimeout:
		return struct {
			*remoteError
			fault
			timed
		}{e, fault{}, timed(t)}
	case isRuntime | hasTemporary:
		return struct {
			*remoteError
			fault
			temporary
		}{e, fault{}, temporary(t)}
	case isRuntime | hasTimeout | hasTemporary:
		return struct {
			*remoteError
			fault
			timely
		}{e, fault{}, timely(t)}
	}
	return e
}

// whole is [Error.whole] of an error that wraps several.
func (e joined) whole() error {
	switch t := e.traits; t & (hasTimeout | hasTemporary | isRuntime) {
	case hasTimeout:
		return struct {
			joined
			timed
		}{e, timed(t)}
	case hasTemporary:
		return struct {
			joined
			temporary
		}{e, temporary(t)}
	case hasTimeout | hasTemporary:
		return struct {
			joined
			timely
		}{e, timely(t)}
	case isRuntime:
		return struct {
			joined
			fault
		}{e, fault{}}
	case isRuntime | hasTimeout:
		return struct {
			joined
			fault
			timed
		}{e, fault{}, timed(t)}
	case isRuntime | hasTemporary:
		return struct {
			joined
			fault
			temporary
		}{e, fault{}, temporary(t)}
	case isRuntime | hasTimeout | hasTemporary:
		return struct {
			joined
			fault
			timely
		}{e, fault{}, timely(t)}
	}
	return e
}

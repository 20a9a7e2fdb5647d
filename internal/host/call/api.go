package call

import "github.com/RamanSharma100/go-winplugin/internal/shared/codec"

// An API turns the errors of this package into those of the root package, which cannot be
// imported from here.
type API struct {
	Signature func(*SignatureError) error
	Panic     func(*PanicError) error
	Panicked  func(v any) *PanicError                       // undoes Panic; nil for other values
	Result    func(e *codec.Error, target any) (found bool) // sets target for errors.As
	Origin    func(error) error                             // undoes Result; returns other errors as they are
}

// api is what Register set. Without it, as in unit tests, errors stay what they are.
var api = API{
	Signature: func(e *SignatureError) error { return e },
	Panic:     func(e *PanicError) error { return e },
	Panicked:  func(v any) *PanicError { e, _ := v.(*PanicError); return e },
	Result:    func(*codec.Error, any) bool { return false },
	Origin:    func(err error) error { return err },
}

// Register sets the API. The root package calls it once, while the process starts.
func Register(a API) { api = a }

package typemap

import (
	"strings"
	"sync/atomic"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
)

var _ codec.MessageSetter = (*Sentinel)(nil)

// A Sentinel stands for the error in one of the plugin's exported variables, io.EOF's
// equivalent there. A library has one value per variable, so that errors.Is finds it
// in the chains of what the library's functions return.
type Sentinel struct {
	plugin  string
	name    string
	message atomic.Pointer[string]
}

// Name returns the variable's name.
func (e *Sentinel) Name() string { return e.name }

// SetMessage tells the sentinel its message, see [codec.MessageSetter]. It is another one when
// the plugin has put another error into the variable.
func (e *Sentinel) SetMessage(message string) {
	if known := e.message.Load(); known == nil || *known != message {
		e.message.Store(&message)
	}
}

// Error returns the plugin's text, unchanged, and before any is known the variable's
// name.
func (e *Sentinel) Error() string {
	if message := e.message.Load(); message != nil {
		return *message
	}
	return e.plugin + "." + e.name
}

// Sentinel returns the error for a name that SentinelName returned on either side, nil
// if the plugin has no such variable.
func (s *Scope) Sentinel(name string) error {
	variable, ok := strings.CutPrefix(name, ".")
	for _, e := range s.sentinels {
		if ok && e.name == variable {
			return e
		}
	}
	return nil
}

// SentinelName returns the name of a sentinel of this library: a dot, and that of its
// variable. It is "" for other errors.
func (s *Scope) SentinelName(err error) string {
	if e, ok := err.(*Sentinel); ok {
		for _, own := range s.sentinels {
			if own == e {
				return "." + e.name
			}
		}
	}
	return ""
}

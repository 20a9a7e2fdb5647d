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
// if neither the plugin nor the host has it.
func (s *Scope) Sentinel(name string) error {
	for _, err := range s.hostErrors {
		if hostErrorName(err) == name {
			return err
		}
	}
	variable, ok := strings.CutPrefix(name, ".")
	for _, e := range s.sentinels {
		if ok && e.name == variable {
			return e
		}
	}
	return nil
}

// hostErrorName is the name of one of the host's errors. It cannot be a variable's.
func hostErrorName(err error) string { return "host: " + err.Error() }

// SentinelName returns the name of a sentinel of this library: a dot, and that of its
// variable. An error that SetErrors was given has a name too: it is the same error again
// when the plugin passes it on to the host. The name is "" for other errors.
func (s *Scope) SentinelName(err error) string {
	if e, ok := err.(*Sentinel); ok {
		for _, own := range s.sentinels {
			if own == e {
				return "." + e.name
			}
		}
	}
	for _, known := range s.hostErrors {
		if err == known {
			return hostErrorName(err)
		}
	}
	return ""
}

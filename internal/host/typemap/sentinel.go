package typemap

import (
	"slices"
	"strings"
	"sync/atomic"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

var _ codec.MessageSetter = (*Sentinel)(nil)

// A Sentinel stands for the error in one of the plugin's exported variables, such as io.EOF. A
// library has one Sentinel for each variable, so that errors.Is finds it in the errors that the
// library's functions return.
type Sentinel struct {
	plugin  string
	name    string
	message atomic.Pointer[string]
}

// Name returns the variable's name.
func (e *Sentinel) Name() string { return e.name }

// SetMessage sets the message: see [codec.MessageSetter]. The message changes when the plugin
// puts another error into the variable.
func (e *Sentinel) SetMessage(message string) {
	if known := e.message.Load(); known == nil || *known != message {
		e.message.Store(&message)
	}
}

// Error returns the plugin's text. Before the first message arrives, it returns the variable's
// name.
func (e *Sentinel) Error() string {
	if message := e.message.Load(); message != nil {
		return *message
	}
	return e.plugin + "." + e.name
}

// Sentinel returns the error for a name that SentinelName returned on either side, or nil if
// there is none.
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

// hostErrorName returns the name of an error of the host. No variable has such a name.
func hostErrorName(err error) string { return "host: " + err.Error() }

// NamedError returns the host's one error for a constant or variable of the plugin. err is the error
// as it arrived.
func (s *Scope) NamedError(name string, err error) error {
	named := func(c manifest.Constant) bool { return c.Name == name }
	if !slices.ContainsFunc(s.manifest.Constants, named) && !slices.ContainsFunc(s.manifest.Variables, func(v manifest.Variable) bool { return v.Name == name }) {
		return err
	}
	return s.ErrorMemory.NamedError(name, err)
}

// SentinelName returns the name of a sentinel of this library, which is a dot and the name of
// the variable, or the name of an error that was passed to SetErrors. It returns "" for other
// errors.
func (s *Scope) SentinelName(err error) string {
	if e, ok := err.(*Sentinel); ok {
		if slices.Contains(s.sentinels, e) {
			return "." + e.name
		}
	}
	if slices.Contains(s.hostErrors, err) {
		return hostErrorName(err)
	}
	return ""
}

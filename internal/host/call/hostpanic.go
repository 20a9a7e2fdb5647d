package call

import (
	"fmt"
	"regexp"
	"runtime/debug"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// address matches addresses in a stack. Those of the host do not cross to another process.
var address = regexp.MustCompile(`0x[0-9a-f]+`)

// maxPanic is the most bytes of each part of a panic's description: its stack, to which each
// transition adds one, and its value.
const maxPanic = 64 << 10

// panicked describes a panic of the host's with v, with the stacks of both sides if it began in a
// plugin.
func (a *Callback) panicked(f *wire.Frame, v any) wire.Failure {
	failure := wire.Failure{Type: fmt.Sprintf("%T", v), Message: fmt.Sprint(v), Stack: string(debug.Stack())}
	foreign := f.Session&wire.Foreign != 0
	p := api.Panicked(v)
	if p != nil && p.Err == nil {
		failure.Stack += "\nin plugin " + p.Plugin + ":\n" + p.Stack
	}
	if foreign {
		failure.Stack = address.ReplaceAllString(failure.Stack, "0x?")
	}
	failure.Stack = failure.Stack[:min(len(failure.Stack), maxPanic)]
	switch {
	case p != nil && p.scope == a.scope && p.number != 0:
		failure.Number = p.number
	case p == nil || !foreign: // p has a stack with addresses
		failure.Value = a.panicValue(v)
	case p.Cause != nil:
		failure.Value = a.panicValue(p.Cause)
	}
	return failure
}

// panicValue returns the encoding of the value of a panic, with which the plugin's code panics in
// turn. It is empty if the value does not cross, or the plugin does not look at it: a method with
// an error result returns the panic as an error, which wraps the value if that is an error.
func (a *Callback) panicValue(v any) string {
	if _, ok := v.(error); !ok && (a.fails || a.sig.Fails()) {
		return ""
	}
	c, err := codec.For(dynamicType)
	if err != nil {
		return ""
	}
	e := wire.Encoder{Scope: a.scope, Max: maxPanic}
	if codec.Marshal(c, &e, unsafe.Pointer(&v)) != nil {
		return ""
	}
	return string(e.Bytes())
}

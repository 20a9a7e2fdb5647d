//go:build go1.22

package codec

import (
	"fmt"

	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// maxErrorFormats bounds the texts of all errors in one chain, in bytes. Each error may format
// those that it wraps, too. An error beyond the bound formats as its message.
const maxErrorFormats = 64 << 10

// formats are what package fmt makes of an error that is a fmt.Formatter, by the verbs that
// errors have a form of their own for.
type formats struct {
	plain    string // %v
	detailed string // %+v: with the stack, for instance
}

// formats returns the texts of an error, or none if package fmt prints its message.
func (t *tree) formats(err error) (f formats) {
	if r := remote(err); r != nil {
		return r.formats
	}
	if _, ok := err.(fmt.Formatter); !ok || t.formatted > maxErrorFormats {
		return f
	}
	f = formats{plain: fmt.Sprintf("%v", err), detailed: fmt.Sprintf("%+v", err)}
	t.formatted += len(f.plain) + len(f.detailed)
	if t.formatted > maxErrorFormats {
		return formats{}
	}
	return f
}

func (f formats) put(e *wire.Encoder) {
	e.PutBool(f != formats{})
	if f != (formats{}) {
		e.PutString(f.plain)
		e.PutString(f.detailed)
	}
}

func takeFormats(d *wire.Decoder) (f formats) {
	if d.Bool() {
		f.plain, f.detailed = d.String(), d.String()
	}
	return f
}

// Format prints what package fmt prints of the error on the other side by the verbs %v and %+v,
// and its message by all others but %#v.
func (e *Error) Format(s fmt.State, verb rune) {
	type fields Error // without methods
	switch {
	case verb == 'v' && s.Flag('#'):
		fmt.Fprintf(s, fmt.FormatString(s, verb), (*fields)(e))
	case verb == 'v' && e.formats != formats{}:
		text := e.formats.plain
		if s.Flag('+') {
			text = e.formats.detailed
		}
		_, _ = s.Write([]byte(text))
	default:
		fmt.Fprintf(s, fmt.FormatString(s, verb), e.Message)
	}
}

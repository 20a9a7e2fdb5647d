//go:build go1.22

package codec

import (
	"fmt"
	"slices"

	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// maxErrorFormats bounds the texts of all errors in one chain, in bytes. Each error may format
// those that it wraps, too. An error beyond the bound formats as its message.
const maxErrorFormats = 64 << 10

// errorVerbs are the verbs by which an error that is a fmt.Formatter is formatted on its own
// side. Their indexes are part of the format.
var errorVerbs = [...]string{"%v", "%+v", "%s", "%q"}

// formats are what package fmt prints of an error by errorVerbs, where this is not what it
// prints of an error without the method Format. "" is where it is the same.
type formats [len(errorVerbs)]string

// formats returns the texts of an error.
func (t *tree) formats(err error) (f formats) {
	if r := remote(err); r != nil {
		return r.formats
	}
	if _, ok := err.(fmt.Formatter); !ok || t.formatted > maxErrorFormats {
		return f
	}
	text := message(err)
	for i, verb := range errorVerbs {
		own := fmt.Sprintf(verb, err)
		if t.formatted += len(own); t.formatted > maxErrorFormats {
			return formats{}
		}
		if own != fmt.Sprintf(verb, text) {
			f[i] = own
		}
	}
	return f
}

func (f formats) put(e *wire.Encoder) {
	e.PutBool(f != formats{})
	if f != (formats{}) {
		for _, text := range f {
			e.PutString(text)
		}
	}
}

func takeFormats(d *wire.Decoder) (f formats) {
	if d.Bool() {
		for i := range f {
			f[i] = d.String()
		}
	}
	return f
}

// Format prints what package fmt prints of the error on the other side by errorVerbs, and its
// message by other verbs and flags.
func (e *Error) Format(s fmt.State, verb rune) {
	type fields Error // without methods
	format := fmt.FormatString(s, verb)
	if i := slices.Index(errorVerbs[:], format); i >= 0 && e.formats[i] != "" {
		_, _ = s.Write([]byte(e.formats[i]))
		return
	}
	if verb == 'v' && s.Flag('#') {
		fmt.Fprintf(s, format, (*fields)(e))
		return
	}
	fmt.Fprintf(s, format, e.Message)
}

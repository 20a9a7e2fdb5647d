package asks

import "fmt"

// A Hook changes an encoder.
type Hook func(e *Encoder, depth Level) error

// Preload applies funcs that are among the conditions of a query, as an ORM does.
func Preload(query string, conditions ...any) string {
	e := new(Encoder)
	for _, c := range conditions {
		switch c := c.(type) {
		case func(*Encoder) *Encoder:
			if e = c(e); e == nil {
				return query + ": no encoder"
			}
		case Hook:
			if err := c(e, 1); err != nil {
				return query + ": " + err.Error()
			}
		case func(*Encoder, ...*Encoder) int:
			e.Add("count", c(e, e, e))
		default:
			e.Add("condition", fmt.Sprintf("%T", c))
		}
	}
	return fmt.Sprint(query, e.lines)
}

// Scoped is Preload for funcs in a map.
func Scoped(scopes map[string]any) string {
	list := make([]any, 0, len(scopes))
	for _, name := range []string{"first", "second"} {
		list = append(list, scopes[name])
	}
	return Preload("scoped", list...)
}

// Decoded calls a func for a text.
func Decoded(text string, f func(*Decoder) *Decoder) string { return f(&Decoder{text}).Text() }

// Each calls a func that Preload does not look for, which is the type of a parameter.
func Each(text string, f func(*Decoder, int)) { f(&Decoder{text}, len(text)) }

// TypeOf returns the type of a value.
func TypeOf(v any) string { return fmt.Sprintf("%T", v) }

// Same returns a value of the host.
func Same(v any) any { return v }

// Either looks for two funcs that a func of the host's may be.
func Either(v any) string {
	switch v.(type) {
	case func(*Decoder) error, func(Options) error:
		return "found"
	}
	return fmt.Sprintf("%T", v)
}

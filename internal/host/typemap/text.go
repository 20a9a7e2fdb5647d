package typemap

import (
	"bytes"
	"encoding"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"reflect"
	"strconv"

	"github.com/RamanSharma100/go-winplugin/manifest"
)

// setText converts what JSON has no type for from what stands for it there, and
// reports whether that was the case.
func (c *converter) setText(t *Type, dst, src reflect.Value) (done bool, err error) {
	number, isNumber := src.Interface().(json.Number)
	text, isText := src.Interface().(string)
	switch {
	case t.rt == rawType:
		raw, err := json.Marshal(src.Interface())
		dst.SetBytes(raw)
		return true, err
	case t.kind == manifest.Interface && t.inner == nil:
		return true, setAny(t, dst, src)
	case t.kind == manifest.Pointer:
		return false, nil
	case t.marshal != "" && isText:
		return true, scan(t, dst, text)
	case t.marshal != "" && isNumber: // of a big.Int for one
		return true, scan(t, dst, string(number))
	case t.kind == manifest.Slice && isBytes(t.rt) && isText:
		b, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			return true, fmt.Errorf("%q is not base64: %w", text, err)
		}
		dst.SetBytes(b)
		return true, nil
	case t.kind == manifest.Map && src.Kind() == reflect.Slice:
		return true, c.setPairs(t, dst, src)
	case t.kind == manifest.String && isNumber && t.rt == numberType:
		dst.SetString(string(number))
		return true, nil
	case t.kind == manifest.String && isNumber:
		return true, fmt.Errorf("cannot use the number %s as %s", number, hostType(t.rt))
	case !isLine(t) || t.kind == manifest.String:
		return false, nil
	case isNumber:
		if dst.Kind() == reflect.Bool {
			return true, fmt.Errorf("cannot use the number %s as %s", number, hostType(t.rt))
		}
		return true, parseScalar(dst, string(number))
	case isText && (dst.CanComplex() || dst.CanFloat() && isSpecial(text) || t.rt == durationType):
		return true, parseScalar(dst, text)
	}
	return false, nil
}

var (
	rawType    = reflect.TypeFor[json.RawMessage]()
	numberType = reflect.TypeFor[json.Number]()
)

// isSpecial reports whether the text stands for a number that JSON does not have.
func isSpecial(text string) bool {
	return text == "NaN" || text == "Infinity" || text == "-Infinity"
}

// setAny sets an any or an error.
func setAny(t *Type, dst, src reflect.Value) error {
	if t.t.IsError() {
		text, ok := src.Interface().(string)
		if !ok {
			return cannotUse(src, t.rt)
		}
		dst.Set(reflect.ValueOf(errors.New(text)))
		return nil
	}
	dst.Set(reflect.ValueOf(plain(src.Interface())))
	return nil
}

// plain replaces json.Number by int, uint64 or float64, the first that fits.
func plain(v any) any {
	switch v := v.(type) {
	case json.Number:
		if n, err := strconv.Atoi(string(v)); err == nil {
			return n
		}
		if n, err := strconv.ParseUint(string(v), 10, 64); err == nil {
			return n
		}
		f, _ := v.Float64()
		return f
	case []any:
		for i := range v {
			v[i] = plain(v[i])
		}
	case map[string]any:
		for k := range v {
			v[k] = plain(v[k])
		}
	}
	return v
}

// setPairs sets a map from a list of pairs: JSON has no keys but strings.
func (c *converter) setPairs(t *Type, dst, src reflect.Value) error {
	dst.Set(reflect.MakeMapWithSize(t.rt, src.Len()))
	for i := range src.Len() {
		pair, ok := src.Index(i).Interface().([]any)
		if !ok || len(pair) != 2 {
			return in("["+strconv.Itoa(i)+"]", errors.New("a map is an object, or a list of lists [key, value]"))
		}
		if err := c.setEntry(t, dst, reflect.ValueOf(&pair[0]).Elem(), reflect.ValueOf(&pair[1]).Elem()); err != nil {
			return err
		}
	}
	return nil
}

// parseText sets dst by its UnmarshalText, or, if it stands for a type that the host
// does not have, to the text.
func parseText(dst reflect.Value, text string) (err error) {
	if dst.Kind() == reflect.String {
		dst.SetString(text)
		return nil
	}
	p := dst.Addr().Interface()
	u, ok := p.(encoding.TextUnmarshaler)
	if !ok {
		return fmt.Errorf("a %s cannot be given as text", dst.Type())
	}
	defer recovered(&err, p)
	return u.UnmarshalText([]byte(text))
}

// parseMarshaled sets a value that MarshalBinary carries: many such types have a text as
// well, and of others, url.URL for one, the binary form is text.
func parseMarshaled(t *Type, dst reflect.Value, text string) error {
	if _, ok := dst.Addr().Interface().(encoding.TextUnmarshaler); ok {
		return parseText(dst, text)
	}
	b, err := parseBytes(text)
	if err != nil {
		return err
	}
	return unmarshal(t, dst, b)
}

// isInfinite reports whether JSON has no number for f, and what stands for it: what
// Protocol Buffers' JSON has.
func isInfinite(f float64) (string, bool) {
	switch {
	case math.IsNaN(f):
		return `"NaN"`, true
	case math.IsInf(f, 1):
		return `"Infinity"`, true
	case math.IsInf(f, -1):
		return `"-Infinity"`, true
	}
	return "", false
}

// quoted returns a string as JSON has it.
func quoted(s string) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if enc.Encode(s) != nil {
		return []byte(`""`)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

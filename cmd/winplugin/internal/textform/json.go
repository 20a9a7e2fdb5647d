package textform

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

	"github.com/RamanSharma100/go-winplugin/internal/host/typemap"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// A reader sets values of types that JSON lacks from their forms in JSON.
type reader struct{}

// Value implements [typemap.Reader].
func (reader) Value(c *typemap.Conversion, t *typemap.Type, dst, src reflect.Value) (done bool, err error) {
	number, isNumber := src.Interface().(json.Number)
	text, isText := src.Interface().(string)
	rt, kind := t.Go(), t.Kind()
	switch {
	case rt == rawType:
		raw, err := json.Marshal(src.Interface())
		dst.SetBytes(raw)
		return true, err
	case t.IsError():
		if isText {
			dst.Set(reflect.ValueOf(errors.New(text)))
		}
		return isText, nil
	case kind == manifest.Interface:
		dst.Set(reflect.ValueOf(plain(src.Interface())))
		return true, nil
	case kind == manifest.Pointer:
		return false, nil
	case t.Marshal() != "" && isText:
		return true, scan(t, dst, text)
	case t.Marshal() != "" && isNumber: // a big.Int, for example
		return true, scan(t, dst, string(number))
	case kind == manifest.Slice && isBytes(rt) && isText:
		b, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			return true, fmt.Errorf("%q is not base64: %w", text, err)
		}
		dst.SetBytes(b)
		return true, nil
	case kind == manifest.Map && src.Kind() == reflect.Slice:
		return true, setPairs(c, t, dst, src)
	case kind == manifest.String && isNumber && rt == numberType:
		dst.SetString(string(number))
		return true, nil
	case kind == manifest.String && isNumber:
		return true, fmt.Errorf("cannot use the number %s as %s", number, typemap.HostType(rt))
	case !isLine(t) || kind == manifest.String:
		return false, nil
	case isNumber:
		if dst.Kind() == reflect.Bool {
			return true, fmt.Errorf("cannot use the number %s as %s", number, typemap.HostType(rt))
		}
		return true, parseScalar(dst, string(number))
	case isText && (dst.CanComplex() || dst.CanFloat() && isSpecial(text) || rt == durationType):
		return true, parseScalar(dst, text)
	}
	return false, nil
}

// Key implements [typemap.Reader]. In JSON all keys are strings.
func (reader) Key(t *typemap.Type, dst, src reflect.Value) (done bool, err error) {
	text, ok := src.Interface().(string)
	if !ok || !isLine(t) {
		return false, nil
	}
	return true, scan(t, dst, text)
}

var (
	rawType    = reflect.TypeFor[json.RawMessage]()
	numberType = reflect.TypeFor[json.Number]()

	textMarshaler   = reflect.TypeFor[encoding.TextMarshaler]()
	binaryMarshaler = reflect.TypeFor[encoding.BinaryMarshaler]()
)

// isSpecial reports whether the text is the form of a number that JSON lacks.
func isSpecial(text string) bool {
	return text == "NaN" || text == "Infinity" || text == "-Infinity"
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
func setPairs(c *typemap.Conversion, t *typemap.Type, dst, src reflect.Value) error {
	dst.Set(reflect.MakeMapWithSize(t.Go(), src.Len()))
	for i := range src.Len() {
		pair, ok := src.Index(i).Interface().([]any)
		if !ok || len(pair) != 2 {
			return &typemap.ConvertError{Place: fmt.Sprintf("[%d]", i), Err: errors.New("a map is an object, or a list of lists [key, value]")}
		}
		if err := c.SetEntry(t, dst, reflect.ValueOf(&pair[0]).Elem(), reflect.ValueOf(&pair[1]).Elem()); err != nil {
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

// parseBinary sets a value that is encoded by MarshalBinary. Many such types have
// UnmarshalText as well. The binary form of others, such as url.URL, is text.
func parseBinary(dst reflect.Value, text string) (err error) {
	if _, ok := dst.Addr().Interface().(encoding.TextUnmarshaler); ok {
		return parseText(dst, text)
	}
	b, err := parseBytes(text)
	if err != nil {
		return err
	}
	if dst.Kind() == reflect.String {
		dst.SetString(string(b))
		return nil
	}
	p := dst.Addr().Interface()
	defer recovered(&err, p)
	return p.(encoding.BinaryUnmarshaler).UnmarshalBinary(b)
}

// recovered turns a panic of a method of v into an error.
func recovered(err *error, v any) {
	if r := recover(); r != nil {
		*err = fmt.Errorf("a method of %T panicked: %v", v, r)
	}
}

// isInfinite reports whether JSON has no number for f. If so, it returns the string that the
// JSON of Protocol Buffers has for f.
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

package textform

import (
	"bytes"
	"encoding"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/RamanSharma100/go-winplugin/internal/host/typemap"
)

// Format returns a value as the command prints it. [Parse] reads the text back. Numbers,
// booleans and strings are printed as they are. Bytes are text, or base64 if the text would not
// be printable or not be read back. A value with MarshalText or MarshalBinary is what that
// method returns. Everything else is JSON.
//
// An [Object] is printed as objectText returns it. Funcs, channels and structs with unexported
// fields are printed as what their String method returns, or as the name of their type. Parse
// cannot read these.
func Format(v any) (string, error) {
	r := reflect.ValueOf(v)
	if o, ok := v.(Object); ok && !isNil(r) {
		return objectText(o)
	}
	if err, ok := v.(error); ok && !isNil(r) {
		return errorText(err), nil
	}
	if r.Kind() == reflect.Pointer {
		r = r.Elem()
	}
	if !r.IsValid() {
		return "null", nil
	}
	if text, ok, err := ownText(r); ok || err != nil {
		return text, err
	}
	switch {
	case isReference(r):
		return reference(r)
	case isBytes(r.Type()):
		return formatBytes(r.Bytes()), nil
	case r.Type() == durationType:
		return fmt.Sprint(r.Interface()), nil
	case r.Kind() == reflect.String:
		return r.String(), nil
	case r.Kind() <= reflect.Complex128:
		return formatScalar(r), nil
	}
	b, err := AppendJSON(nil, v)
	return string(b), err
}

// formatScalar returns a bool or number in Go's syntax, without the methods of its
// type.
func formatScalar(r reflect.Value) string {
	switch {
	case r.Kind() == reflect.Bool:
		return strconv.FormatBool(r.Bool())
	case r.CanInt():
		return strconv.FormatInt(r.Int(), 10)
	case r.CanUint():
		return strconv.FormatUint(r.Uint(), 10)
	case r.Kind() == reflect.Float32:
		return fmt.Sprint(float32(r.Float()))
	case r.CanFloat():
		return fmt.Sprint(r.Float())
	case r.Kind() == reflect.Complex64:
		return fmt.Sprint(complex64(r.Complex()))
	}
	return fmt.Sprint(r.Complex())
}

// formatBytes returns data so that it reads back as the same bytes.
func formatBytes(data []byte) string {
	text := string(data)
	unreadable := func(r rune) bool { return r != '\n' && r != '\t' && !unicode.IsPrint(r) }
	if !utf8.ValidString(text) || strings.ContainsFunc(text, unreadable) || strings.HasPrefix(text, Base64Prefix) {
		return Base64Prefix + base64.StdEncoding.EncodeToString(data)
	}
	return text
}

// ownText returns the result of the value's own marshal method, if it has one.
func ownText(r reflect.Value) (text string, ok bool, err error) {
	if r.Type() == reflect.TypeFor[typemap.Binary]() {
		return formatBytes([]byte(r.String())), true, nil
	}
	if r.Kind() == reflect.Interface {
		return "", false, nil
	}
	v := r.Interface()
	if r.Kind() == reflect.Struct && !r.Type().Implements(textMarshaler) && !r.Type().Implements(binaryMarshaler) {
		p := reflect.New(r.Type())
		p.Elem().Set(r)
		v = p.Interface()
	}
	defer recovered(&err, v)
	switch m := v.(type) {
	case encoding.TextMarshaler:
		b, err := m.MarshalText()
		return string(b), true, err
	case encoding.BinaryMarshaler:
		b, err := m.MarshalBinary()
		return formatBytes(b), true, err
	}
	return "", false, nil
}

// AppendJSON appends a value as JSON that [Parse] reads back. Fields have their names, or those
// of their JSON tags. Bytes are in base64. NaN and the infinities are the strings that Protocol
// Buffers have for them. Maps are sorted; a map whose keys are neither text nor numbers is a
// list of lists [key, value]. A value that crosses by reference is a string, as [Format]
// returns it.
func AppendJSON(b []byte, v any) ([]byte, error) {
	return appendJSON(b, reflect.ValueOf(v), 0)
}

func isNil(r reflect.Value) bool {
	switch r.Kind() {
	case reflect.Invalid:
		return true
	case reflect.Pointer, reflect.Slice, reflect.Map, reflect.Func, reflect.Chan:
		return r.IsNil()
	}
	return false
}

// errorText returns an error's message. Its method may panic, which fmt survives.
func errorText(err error) string { return fmt.Sprintf("%v", err) }

// maxNesting is what encoding/json reads.
const maxNesting = 10000

var errDeep = errors.New("the value nests too deep, or contains itself")

func appendJSON(b []byte, r reflect.Value, depth int) ([]byte, error) {
	if depth > maxNesting {
		return b, errDeep
	}
	for r.Kind() == reflect.Interface {
		r = r.Elem()
	}
	if isNil(r) {
		return append(b, "null"...), nil
	}
	if o, ok := r.Interface().(Object); ok {
		return appendObject(b, o)
	}
	if err, ok := r.Interface().(error); ok {
		return append(b, quoted(errorText(err))...), nil
	}
	if r.Type() == rawType && json.Valid(r.Bytes()) {
		compact := bytes.NewBuffer(b)
		err := json.Compact(compact, r.Bytes())
		return compact.Bytes(), err
	}
	if r.Kind() != reflect.Pointer {
		if text, ok, err := ownText(r); ok || err != nil {
			return append(b, quoted(text)...), err
		}
	}
	switch {
	case r.Kind() == reflect.String && r.Type() == numberType && json.Valid([]byte(r.String())):
		return append(b, r.String()...), nil
	case r.Kind() == reflect.String:
		return append(b, quoted(r.String())...), nil
	case isBytes(r.Type()):
		return append(b, `"`+base64.StdEncoding.EncodeToString(r.Bytes())+`"`...), nil
	case r.CanFloat():
		if text, ok := isInfinite(r.Float()); ok {
			return append(b, text...), nil
		}
		text, err := json.Marshal(r.Interface())
		return append(b, text...), err
	case r.CanComplex():
		return append(b, `"`+formatScalar(r)+`"`...), nil
	case r.Kind() < reflect.Complex128:
		return append(b, formatScalar(r)...), nil
	}
	if isReference(r) {
		text, err := reference(r)
		return append(b, quoted(text)...), err
	}
	switch r.Kind() {
	case reflect.Pointer:
		return appendJSON(b, r.Elem(), depth+1)
	case reflect.Array, reflect.Slice:
		b = append(b, '[')
		for i := range r.Len() {
			var err error
			if b, err = appendJSON(comma(b, i), r.Index(i), depth+1); err != nil {
				return b, err
			}
		}
		return append(b, ']'), nil
	case reflect.Map:
		return appendMap(b, r, depth)
	case reflect.Struct:
		return appendStruct(b, r, depth)
	}
	return b, fmt.Errorf("a %s has no form in JSON", r.Type())
}

// isReference reports whether values of r's type cross by reference: funcs, channels, and
// structs with unexported fields.
func isReference(r reflect.Value) bool {
	switch r.Kind() {
	case reflect.Func, reflect.Chan:
		return true
	case reflect.Struct:
		for i := range r.NumField() {
			if f := r.Type().Field(i); !f.IsExported() && f.Name != "_" {
				return true
			}
		}
	}
	return false
}

// reference returns the text for a value that crosses by reference.
func reference(r reflect.Value) (text string, err error) {
	if isNil(r) {
		return "null", nil
	}
	if r.Kind() == reflect.Struct && r.CanAddr() {
		r = r.Addr()
	}
	v := r.Interface()
	defer recovered(&err, v)
	if s, ok := v.(fmt.Stringer); ok {
		return s.String(), nil
	}
	return r.Type().String(), nil
}

func comma(b []byte, i int) []byte {
	if i > 0 {
		b = append(b, ',')
	}
	return b
}

func appendStruct(b []byte, r reflect.Value, depth int) ([]byte, error) {
	b = append(b, '{')
	n := 0
	for i := range r.NumField() {
		f := r.Type().Field(i)
		if f.Name == "_" {
			continue
		}
		b = append(comma(b, n), quoted(typemap.JSONName(f))...)
		var err error
		if b, err = appendJSON(append(b, ':'), r.Field(i), depth+1); err != nil {
			return b, err
		}
		n++
	}
	return append(b, '}'), nil
}

// Package textform reads and writes values as the command does.
package textform

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/RamanSharma100/go-winplugin/internal/host/typemap"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// Parse reads a value of type t.Go() from text:
//
//   - Numbers and booleans are in Go's syntax (0x1F, 1_000, 1e9, true, 1+2i).
//   - A string is the text itself.
//   - Bytes are the text, or base64 after [Base64Prefix].
//   - A time.Duration is in the form "1.5s".
//   - A value that is encoded by its own methods is the result of its MarshalText.
//   - An error is its message.
//   - Arrays, slices, maps and structs are JSON, in the form of [AppendJSON].
//   - An any is JSON, or a string if the text is not JSON.
//   - "null" is the nil of pointers, slices, maps, any and error.
//
// The error is a *[typemap.ConvertError].
func Parse(t *typemap.Type, text string) (any, error) {
	dst := reflect.New(t.Go()).Elem()
	switch {
	case isLine(t):
		return result(dst, scan(t, dst, text))
	case t.Kind() == manifest.Pointer && isLine(t.Elem()) && text != "null":
		p := reflect.New(t.Go().Elem())
		dst.Set(p.Convert(t.Go()))
		return result(dst, scan(t.Elem(), p.Elem(), text))
	case t.IsError() && text != "null":
		return errors.New(text), nil
	}
	v, err := parseJSON(text)
	if err == nil {
		return t.Read(reader{}, v)
	}
	if t.Kind() == manifest.Interface {
		return text, nil
	}
	return result(dst, fmt.Errorf("a %s is given as JSON: %w", t, err))
}

// result returns the value of dst, or the error with its type.
func result(dst reflect.Value, err error) (any, error) {
	if err != nil {
		return nil, &typemap.ConvertError{Err: err}
	}
	return dst.Interface(), nil
}

// Base64Prefix marks bytes in base64.
const Base64Prefix = "base64:"

// isLine reports whether values are text that is not JSON.
func isLine(t *typemap.Type) bool {
	if t.Boxed() {
		return false
	}
	switch t.Kind() {
	case manifest.Array, manifest.Map, manifest.Pointer, manifest.Interface:
		return false
	case manifest.Struct:
		return t.Marshal() != ""
	case manifest.Slice:
		return isBytes(t.Go())
	}
	return true
}

func isBytes(rt reflect.Type) bool {
	return rt.Kind() == reflect.Slice && rt.Elem().Kind() == reflect.Uint8 && rt.Elem().PkgPath() == ""
}

// parseJSON reads one JSON value. Numbers stay text: json.Number.
func parseJSON(text string) (any, error) {
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	var v any
	err := d.Decode(&v)
	if err == nil {
		end := d.InputOffset()
		if _, more := d.Token(); more != io.EOF {
			return nil, fmt.Errorf("byte %d: something follows the value", end+1)
		}
		return v, nil
	}
	var syntax *json.SyntaxError
	switch {
	case err == io.EOF:
		return nil, errors.New("there is nothing")
	case errors.Is(err, io.ErrUnexpectedEOF):
		return nil, errors.New("it ends too early")
	case errors.As(err, &syntax):
		return nil, fmt.Errorf("byte %d: %w", syntax.Offset, err)
	}
	return nil, err
}

// scan sets dst from text that is not JSON.
func scan(t *typemap.Type, dst reflect.Value, text string) error {
	switch {
	case t.Marshal() == manifest.MarshalBinary:
		return parseBinary(dst, text)
	case t.Marshal() != "":
		return parseText(dst, text)
	case t.Kind() == manifest.String:
		dst.SetString(text)
	case t.Kind() == manifest.Slice:
		b, err := parseBytes(text)
		if err != nil {
			return err
		}
		dst.SetBytes(b)
	default:
		return parseScalar(dst, text)
	}
	return nil
}

func parseBytes(text string) ([]byte, error) {
	coded, ok := strings.CutPrefix(text, Base64Prefix)
	if !ok {
		return []byte(text), nil
	}
	b, err := base64.StdEncoding.DecodeString(coded)
	if err != nil {
		return nil, fmt.Errorf("%q is not base64: %w", coded, err)
	}
	return b, nil
}

// parseScalar sets a bool or number.
func parseScalar(dst reflect.Value, s string) (err error) {
	bits := int(dst.Type().Size()) * 8
	switch {
	case dst.Kind() == reflect.Bool:
		v, err := strconv.ParseBool(s)
		if err != nil {
			return fmt.Errorf("%q is not a bool; write true or false", s)
		}
		dst.SetBool(v)
		return nil
	case dst.Type() == durationType:
		if d, err := time.ParseDuration(s); err == nil {
			dst.SetInt(int64(d))
			return nil
		}
		if n, err := strconv.ParseInt(s, 0, 64); err == nil {
			dst.SetInt(n)
			return nil
		}
		return fmt.Errorf("%q is not a duration; write it as in 1m30s or 250ms", s)
	case dst.CanFloat():
		var v float64
		v, err = strconv.ParseFloat(s, bits)
		dst.SetFloat(v)
	case dst.CanUint():
		var v uint64
		v, err = strconv.ParseUint(s, 0, bits)
		dst.SetUint(v)
	case dst.CanInt():
		var v int64
		v, err = strconv.ParseInt(s, 0, bits)
		dst.SetInt(v)
	default:
		var v complex128
		v, err = strconv.ParseComplex(s, bits)
		dst.SetComplex(v)
	}
	switch e, _ := err.(*strconv.NumError); {
	case e == nil:
		return nil
	case e.Err == strconv.ErrRange:
		return fmt.Errorf("%s overflows %s", s, dst.Kind())
	}
	return fmt.Errorf("%q is not a number of type %s", s, dst.Kind())
}

var durationType = reflect.TypeFor[time.Duration]()

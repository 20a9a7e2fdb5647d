package textform

import (
	"bytes"
	"encoding"
	"encoding/json"
	"fmt"
	"strings"
)

// An Object stands for a value in the plugin. *winplugin.Object is one.
type Object interface {
	Fields() []string
	encoding.TextMarshaler
	json.Marshaler
	fmt.Stringer
	Type() string
}

// objectText returns the text of the value's MarshalText. Without that method, a struct is
// JSON, a pointer to anything else is the name of its type, and any other value is what package
// fmt prints.
func objectText(o Object) (string, error) {
	if text, err := o.MarshalText(); err == nil {
		return string(text), nil
	}
	if b, ok := fieldsJSON(o); ok {
		return string(b), nil
	}
	if t, ok := strings.CutPrefix(o.Type(), "*"); ok {
		path, _, _ := strings.Cut(t, "[") // type arguments have paths as well
		return "winplugin.Object(*" + t[strings.LastIndexByte(path, '/')+1:] + ")", nil
	}
	return o.String(), nil
}

// appendObject appends a struct as JSON, and any other value as a string of its text.
func appendObject(b []byte, o Object) ([]byte, error) {
	if fields, ok := fieldsJSON(o); ok {
		return append(b, fields...), nil
	}
	text, err := objectText(o)
	return append(b, quoted(text)...), err
}

// fieldsJSON returns a value with exported fields as JSON.
func fieldsJSON(o Object) ([]byte, bool) {
	if len(o.Fields()) == 0 {
		return nil, false
	}
	b, err := o.MarshalJSON()
	return bytes.TrimSpace(b), err == nil
}

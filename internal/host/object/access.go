package object

import (
	"encoding/json"
	"fmt"
	"go/token"
	"reflect"
	"strings"

	"github.com/RamanSharma100/go-winplugin/internal/host/call"
	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// builtin calls an operation on the object. what names it in errors.
func (o *Object) builtin(n uint64, what string, take func(b []byte) error, args ...any) error {
	if o.local != nil {
		return fmt.Errorf("the object is the host's own %T; use its Value", o.local)
	}
	if _, err := o.remote.Ref(); err != nil {
		return o.named(what, err)
	}
	return o.attachment.exports.Builtin(n, what, append([]any{o.public()}, args...), take)
}

// value takes the result of a builtin.
func (o *Object) value(v *any) func([]byte) error {
	return func(b []byte) (err error) {
		*v, err = codec.UnmarshalAny(b, o.attachment.scope)
		return err
	}
}

// named adds the plugin and what failed to an error.
func (o *Object) named(what string, err error) error {
	return fmt.Errorf("plugin %s: %s: %w", o.attachment.manifest.Package, what, err)
}

func nothing([]byte) error { return nil }

// Get returns the value of a field.
func (o *Object) Get(field string) (v any, err error) {
	if f := o.localFields(); f.IsValid() {
		if t, ok := f.Type().FieldByName(field); ok && t.IsExported() {
			f, err := f.FieldByIndexErr(t.Index)
			if err != nil {
				return nil, err
			}
			return f.Interface(), nil
		}
		return nil, fmt.Errorf("the host's own %T has no exported field %s", o.local, field)
	}
	err = o.builtin(wire.BuiltinGet, "field "+field, o.value(&v), field)
	return v, err
}

// Set sets a field.
func (o *Object) Set(field string, value any) error {
	return o.builtin(wire.BuiltinSet, "field "+field, nothing, field, value)
}

// Fields returns the names of the exported fields.
func (o *Object) Fields() []string {
	if f := o.localFields(); f.IsValid() {
		return codec.FieldNames(f.Type())
	}
	var v any
	if o.builtin(wire.BuiltinFields, "its fields", o.value(&v)) != nil {
		return nil
	}
	names, _ := v.([]string)
	return names
}

// localFields returns the struct that the object holds or has a pointer to, if it is the host's.
func (o *Object) localFields() reflect.Value {
	if v := reflect.Indirect(reflect.ValueOf(o.local)); v.Kind() == reflect.Struct {
		return v
	}
	return reflect.Value{}
}

// implemented returns the names of the interfaces of the plugin's functions that the value
// implements.
func (o *Object) implemented() ([]string, error) {
	var v any
	err := o.builtin(wire.BuiltinImplements, "its interfaces", o.value(&v))
	names, _ := v.([]string)
	return names, err
}

// Copy copies the value to what dst points to.
func (o *Object) Copy(dst any) error {
	p := reflect.ValueOf(dst)
	if p.Kind() != reflect.Pointer || p.IsNil() {
		return fmt.Errorf("cannot copy an object to a %T; pass a pointer", dst)
	}
	if o.local != nil {
		return new(codec.Assigner).Assign(p.Elem(), o.local)
	}
	return o.copyTo(p.Elem())
}

func (o *Object) copyTo(dst reflect.Value) error {
	t := dst.Type()
	if t.Kind() == reflect.Pointer && t != api.Type && codec.ContentType(t.Elem()) != nil {
		p := reflect.New(t.Elem())
		if err := o.copyTo(p.Elem()); err != nil {
			return err
		}
		dst.Set(p)
		return nil
	}
	if as := codec.ContentType(t); as != nil {
		v := reflect.New(as).Elem()
		if err := o.copyTo(v); err != nil {
			return err
		}
		return new(codec.Assigner).Assign(dst, v.Interface())
	}
	what := "a copy as " + t.String()
	if gone := o.attachment.operator.Gone(); gone != nil { // it does not take descriptions of types
		return o.named(what, gone)
	}
	text, c, err := codec.KnownName(t), codec.KnownCodec(t, t), error(nil)
	if c == nil {
		text, c, err = codec.CopyOf(t, o.attachment.scope)
	}
	if err == nil && text == "any" && t != api.Type && (t.Kind() == reflect.Struct || t.Kind() == reflect.Pointer) {
		// What comes back is this object, which would be copied again.
		return fmt.Errorf("cannot copy an object to a variable of type %s, which cannot be copied itself: it has unexported fields, or its fields have; use a struct with the exported fields", t)
	}
	if err != nil {
		if text, err = o.attachment.scope.HostTable().Describe(t); err != nil {
			return fmt.Errorf("cannot copy an object to a variable whose type %w", err)
		}
	}
	return o.builtin(wire.BuiltinCopy, what, func(b []byte) error {
		v, err := codec.UnmarshalCopy(b, o.attachment.scope, text, c)
		if err != nil {
			return err
		}
		return o.attachment.Assign(dst, v, nil)
	}, text)
}

// Sprintf returns the value as package fmt prints it in the plugin.
func (o *Object) Sprintf(format string) (string, error) {
	var v any
	if o.local != nil {
		return fmt.Sprintf(format, o.local), nil
	}
	err := o.builtin(wire.BuiltinFormat, "its text", o.value(&v), format)
	s, _ := v.(string)
	return s, err
}

// MarshalText returns what the value's method returns.
func (o *Object) MarshalText() ([]byte, error) {
	var v any
	err := o.builtin(wire.BuiltinText, "MarshalText", o.value(&v))
	b, _ := v.([]byte)
	return b, err
}

// MarshalJSON returns what package encoding/json makes of the value in the plugin, or, if
// the plugin is without that package, of the value's fields.
func (o *Object) MarshalJSON() ([]byte, error) {
	if o.local != nil {
		return json.Marshal(o.local)
	}
	var v any
	if err := o.builtin(wire.BuiltinJSON, "its JSON", o.value(&v)); err != nil {
		return nil, err
	}
	if b, ok := v.([]byte); ok {
		return b, nil
	}
	if text, err := o.MarshalText(); err == nil {
		return json.Marshal(string(text))
	}
	t, err := o.structure()
	if err != nil {
		return nil, err
	}
	p := reflect.New(t)
	if err := o.copyTo(p.Elem()); err != nil {
		return nil, err
	}
	return call.JSON(p.Interface())
}

// structure returns the type that the host makes for the structure of the value's type.
func (o *Object) structure() (reflect.Type, error) {
	text, err := o.typ()
	if err != nil {
		return nil, o.named("its JSON", err)
	}
	name, pointer := strings.CutPrefix(text, "*")
	d, ok := o.attachment.manifest.Types[name]
	if !ok || d.Object {
		return nil, fmt.Errorf("plugin %s: the fields of %s are unknown to the host", o.attachment.manifest.Package, text)
	}
	t, err := o.attachment.scope.Type(&manifest.Type{Kind: d.Type.Kind, Name: name})
	if err != nil {
		return nil, err
	}
	if pointer {
		return reflect.PointerTo(t.Go()), nil
	}
	return t.Go(), nil
}

// Public returns the object as the type of the root package.
func (o *Object) Public() any { return o.public() }

// As returns a proxy of the interface type t for the object.
func (o *Object) As(t reflect.Type) (any, error) {
	if o.local != nil {
		if reflect.TypeOf(o.local).Implements(t) {
			return o.local, nil
		}
		return nil, fmt.Errorf("the host's own %T is no %s", o.local, t)
	}
	if t.Kind() == reflect.Chan {
		return o.asChan(t)
	}
	if err := o.attachment.Importable(t); err != nil {
		return nil, err
	}
	return o.attachment.ConvertTo(o.public(), t, "")
}

// asChan returns a channel of type t that is fed by the plugin's.
func (o *Object) asChan(t reflect.Type) (any, error) {
	text, err := o.typ()
	if err != nil {
		return nil, o.named("its type", err)
	}
	m := o.attachment.manifest
	for i := range m.Methods {
		f := &m.Methods[i]
		if f.Receiver != text || f.Params[0].Type.Kind != manifest.Chan {
			continue
		}
		of := f.Params[0].Type
		if of.Dir == "" && of.Name == "" && t.ChanDir() == reflect.RecvDir {
			of.Dir = "recv" // as Go assigns one
		}
		if _, err := o.attachment.scope.Match(&of, t); err != nil {
			return nil, o.named(text, err)
		}
		p := reflect.New(t)
		err := o.attachment.chanImporter(&f.Params[0].Type, t)(o.remote, p.UnsafePointer())
		return p.Elem().Interface(), err
	}
	return nil, fmt.Errorf("plugin %s: %s is no channel that the manifest knows, so it is no %s", m.Package, text, t)
}

// New makes an object of a type of the plugin.
func (o *Attachment) New(typeName string, fields any) (*Object, error) {
	var v any
	err := o.exports.Builtin(wire.BuiltinNew, "New("+typeName+")", []any{manifest.InstanceName(typeName), fields}, func(b []byte) (err error) {
		v, err = codec.UnmarshalAny(b, o.scope)
		return err
	})
	if err != nil {
		return nil, err
	}
	x, ok := api.Unwrap(v)
	if !ok || x == nil {
		return nil, fmt.Errorf("plugin %s: %s is a type that the host has itself", o.manifest.Package, typeName)
	}
	return x, nil
}

// Err returns the error that the object's value is: the one that calls return which fail with it.
func (o *Object) Err() (error, error) {
	if own, ok := o.local.(error); ok {
		return own, nil
	}
	var v any
	if err := o.builtin(wire.BuiltinError, "an error", o.value(&v)); err != nil {
		return nil, err
	}
	is, ok := v.(error)
	if !ok {
		return nil, o.named("an error", fmt.Errorf("got a %T", v))
	}
	return is, nil
}

// IsError implements typemap.Objects.
func (o *Attachment) IsError(e *codec.Error, target error) (is bool) {
	_ = o.exports.Builtin(wire.BuiltinIs, "errors.Is", []any{e.Whole(), target}, func(b []byte) error {
		v, err := codec.UnmarshalAny(b, o.scope)
		is, _ = v.(bool)
		return err
	})
	return is
}

// AsError implements typemap.Objects.
func (o *Attachment) AsError(e *codec.Error, target any) bool {
	to := reflect.ValueOf(target).Elem()
	if to.Type() != api.Type {
		return false
	}
	x, err := o.New("", e.Whole())
	if err != nil {
		return false
	}
	to.Set(reflect.ValueOf(x.public()))
	return true
}

// Const implements typemap.Objects. It is also for the values of constants.
func (o *Attachment) Const(t *manifest.Type, v any) (any, error) {
	if !o.scope.Keeps(t) {
		return v, nil
	}
	typeName := t.Name
	if own := o.manifest.OwnName(t.Name); own != "" && token.IsExported(own[strings.LastIndexByte(own, '.')+1:]) {
		typeName = own
	}
	x, err := o.New(typeName, v)
	if err != nil {
		return nil, err
	}
	return x.public(), nil
}

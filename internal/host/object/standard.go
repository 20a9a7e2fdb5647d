package object

import (
	"context"
	"encoding"
	"encoding/json"
	"flag"
	"fmt"
	"hash"
	"io"
	"reflect"
	"sort"
	"strings"
	"unsafe"
)

// standard has the types of proxies for interfaces of the standard library. A proxy has the
// methods of its interface and no others.
var standard = map[reflect.Type]reflect.Type{
	reflect.TypeFor[io.Reader](): reflect.TypeFor[struct {
		*remote
		read
	}](),
	reflect.TypeFor[io.Writer](): reflect.TypeFor[struct {
		*remote
		write
	}](),
	reflect.TypeFor[io.Closer](): reflect.TypeFor[struct {
		*remote
		closing
	}](),
	reflect.TypeFor[io.Seeker](): reflect.TypeFor[struct {
		*remote
		seek
	}](),
	reflect.TypeFor[io.ReadWriter](): reflect.TypeFor[struct {
		*remote
		read
		write
	}](),
	reflect.TypeFor[io.ReadCloser](): reflect.TypeFor[struct {
		*remote
		read
		closing
	}](),
	reflect.TypeFor[io.WriteCloser](): reflect.TypeFor[struct {
		*remote
		write
		closing
	}](),
	reflect.TypeFor[io.ReadWriteCloser](): reflect.TypeFor[struct {
		*remote
		read
		write
		closing
	}](),
	reflect.TypeFor[io.ReadSeeker](): reflect.TypeFor[struct {
		*remote
		read
		seek
	}](),
	reflect.TypeFor[io.WriteSeeker](): reflect.TypeFor[struct {
		*remote
		write
		seek
	}](),
	reflect.TypeFor[io.ReadSeekCloser](): reflect.TypeFor[struct {
		*remote
		read
		seek
		closing
	}](),
	reflect.TypeFor[io.ReadWriteSeeker](): reflect.TypeFor[struct {
		*remote
		read
		write
		seek
	}](),
	reflect.TypeFor[io.ReaderAt](): reflect.TypeFor[struct {
		*remote
		readAt
	}](),
	reflect.TypeFor[io.WriterAt](): reflect.TypeFor[struct {
		*remote
		writeAt
	}](),
	reflect.TypeFor[io.ByteReader](): reflect.TypeFor[struct {
		*remote
		readByte
	}](),
	reflect.TypeFor[io.ByteWriter](): reflect.TypeFor[struct {
		*remote
		writeByte
	}](),
	reflect.TypeFor[io.StringWriter](): reflect.TypeFor[struct {
		*remote
		writeString
	}](),
	reflect.TypeFor[io.ReaderFrom](): reflect.TypeFor[struct {
		*remote
		readFrom
	}](),
	reflect.TypeFor[io.WriterTo](): reflect.TypeFor[struct {
		*remote
		writeTo
	}](),
	reflect.TypeFor[fmt.Stringer](): reflect.TypeFor[struct {
		*remote
		text
	}](),
	reflect.TypeFor[encoding.TextMarshaler](): reflect.TypeFor[struct {
		*remote
		marshalText
	}](),
	reflect.TypeFor[encoding.TextUnmarshaler](): reflect.TypeFor[struct {
		*remote
		unmarshalText
	}](),
	reflect.TypeFor[encoding.BinaryMarshaler](): reflect.TypeFor[struct {
		*remote
		marshalBinary
	}](),
	reflect.TypeFor[encoding.BinaryUnmarshaler](): reflect.TypeFor[struct {
		*remote
		unmarshalBinary
	}](),
	reflect.TypeFor[json.Marshaler](): reflect.TypeFor[struct {
		*remote
		marshalJSON
	}](),
	reflect.TypeFor[json.Unmarshaler](): reflect.TypeFor[struct {
		*remote
		unmarshalJSON
	}](),
	reflect.TypeFor[fmt.GoStringer](): reflect.TypeFor[struct {
		*remote
		goText
	}](),
	reflect.TypeFor[flag.Value](): reflect.TypeFor[struct {
		*remote
		text
		set
	}](),
	reflect.TypeFor[io.ByteScanner](): reflect.TypeFor[struct {
		*remote
		readByte
		unreadByte
	}](),
	reflect.TypeFor[io.RuneReader](): reflect.TypeFor[struct {
		*remote
		readRune
	}](),
	reflect.TypeFor[io.RuneScanner](): reflect.TypeFor[struct {
		*remote
		readRune
		unreadRune
	}](),
	reflect.TypeFor[hash.Hash](): reflect.TypeFor[struct {
		*remote
		write
		summing
	}](),
	reflect.TypeFor[hash.Hash32](): reflect.TypeFor[struct {
		*remote
		write
		summing
		sum32
	}](),
	reflect.TypeFor[hash.Hash64](): reflect.TypeFor[struct {
		*remote
		write
		summing
		sum64
	}](),
	reflect.TypeFor[context.Context](): reflect.TypeFor[struct {
		*remote
		contextOf
	}](),
	reflect.TypeFor[sort.Interface](): reflect.TypeFor[struct {
		*remote
		sorting
	}](),
}

// standardByName has the interfaces with proxies by their full names. A context is not among
// them, as it crosses in a way of its own: see ExportContext.
var standardByName = func() map[string]reflect.Type {
	byName := make(map[string]reflect.Type, len(standard))
	for rt := range standard {
		if rt != reflect.TypeFor[context.Context]() {
			byName[rt.PkgPath()+"."+rt.Name()] = rt
		}
	}
	return byName
}()

// standardProxy makes a proxy of the struct type t. Its first field is a *remote, and the others
// are parts of standardparts.go. Each field of a part is bound to the method of the object that
// has its name.
func standardProxy(t reflect.Type, x *Object) (any, error) {
	p := reflect.New(t)
	*(**remote)(p.UnsafePointer()) = x.remote
	for i := 1; i < t.NumField(); i++ {
		part := p.Elem().Field(i)
		for j := range part.NumField() {
			field := part.Type().Field(j)
			b, err := x.BindMethod(strings.ToUpper(field.Name[:1])+field.Name[1:], field.Type)
			if err != nil {
				return nil, err
			}
			// Reflection does not set unexported fields, but what is at their addresses.
			reflect.NewAt(field.Type, unsafe.Pointer(part.Field(j).UnsafeAddr())).Elem().Set(b.Make())
		}
	}
	return p.Interface(), nil
}

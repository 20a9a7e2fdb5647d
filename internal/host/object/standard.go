package object

import (
	"fmt"
	"io"
	"reflect"
	"sort"
)

// methods is an object of the plugin's whose methods are bound one by one.
type methods struct {
	attachment *Attachment
	object     *Object
	remote     *remote
}

// method binds a method to the func type F.
func method[F any](m methods, name string, f *F, err *error) {
	if *err != nil {
		return
	}
	b, fail := m.object.BindMethod(name, reflect.TypeFor[F]())
	if fail != nil {
		*err = fail
		return
	}
	*f = b.Make().Interface().(F)
}

// The parts of the proxies below: one method of the standard library's interfaces each.
type (
	read    struct{ read func([]byte) (int, error) }
	write   struct{ write func([]byte) (int, error) }
	closing struct{ close func() error }
	seek    struct {
		seek func(int64, int) (int64, error)
	}
	readAt struct {
		readAt func([]byte, int64) (int, error)
	}
	writeAt struct {
		writeAt func([]byte, int64) (int, error)
	}
	readByte    struct{ readByte func() (byte, error) }
	writeByte   struct{ writeByte func(byte) error }
	writeString struct{ writeString func(string) (int, error) }
	readFrom    struct {
		readFrom func(io.Reader) (int64, error)
	}
	writeTo struct {
		writeTo func(io.Writer) (int64, error)
	}
	text struct{ text func() string }
)

func (p *read) Read(b []byte) (int, error)                   { return p.read(b) }
func (p *write) Write(b []byte) (int, error)                 { return p.write(b) }
func (p *closing) Close() error                              { return p.close() }
func (p *seek) Seek(offset int64, whence int) (int64, error) { return p.seek(offset, whence) }
func (p *readAt) ReadAt(b []byte, off int64) (int, error)    { return p.readAt(b, off) }
func (p *writeAt) WriteAt(b []byte, off int64) (int, error)  { return p.writeAt(b, off) }
func (p *readByte) ReadByte() (byte, error)                  { return p.readByte() }
func (p *writeByte) WriteByte(c byte) error                  { return p.writeByte(c) }
func (p *writeString) WriteString(s string) (int, error)     { return p.writeString(s) }
func (p *readFrom) ReadFrom(r io.Reader) (int64, error)      { return p.readFrom(r) }
func (p *writeTo) WriteTo(w io.Writer) (int64, error)        { return p.writeTo(w) }
func (p *text) String() string                               { return p.text() }

func (p *read) bind(m methods, err *error)        { method(m, "Read", &p.read, err) }
func (p *write) bind(m methods, err *error)       { method(m, "Write", &p.write, err) }
func (p *closing) bind(m methods, err *error)     { method(m, "Close", &p.close, err) }
func (p *seek) bind(m methods, err *error)        { method(m, "Seek", &p.seek, err) }
func (p *readAt) bind(m methods, err *error)      { method(m, "ReadAt", &p.readAt, err) }
func (p *writeAt) bind(m methods, err *error)     { method(m, "WriteAt", &p.writeAt, err) }
func (p *readByte) bind(m methods, err *error)    { method(m, "ReadByte", &p.readByte, err) }
func (p *writeByte) bind(m methods, err *error)   { method(m, "WriteByte", &p.writeByte, err) }
func (p *writeString) bind(m methods, err *error) { method(m, "WriteString", &p.writeString, err) }
func (p *readFrom) bind(m methods, err *error)    { method(m, "ReadFrom", &p.readFrom, err) }
func (p *writeTo) bind(m methods, err *error)     { method(m, "WriteTo", &p.writeTo, err) }
func (p *text) bind(m methods, err *error)        { method(m, "String", &p.text, err) }

// sorting is all of sort.Interface.
type sorting struct {
	*remote
	length func() int
	less   func(i, j int) bool
	swap   func(i, j int)
}

func (p *sorting) Len() int           { return p.length() }
func (p *sorting) Less(i, j int) bool { return p.less(i, j) }
func (p *sorting) Swap(i, j int)      { p.swap(i, j) }

// standard makes proxies for interfaces of the standard library, with those of
// standardparts.go. Each has the methods
// of its interface and no others.
var standard = map[reflect.Type]func(methods) (any, error){
	reflect.TypeFor[io.Reader](): func(m methods) (any, error) {
		p := &struct {
			*remote
			read
		}{remote: m.remote}
		return bind(m, p, &p.read)
	},
	reflect.TypeFor[io.Writer](): func(m methods) (any, error) {
		p := &struct {
			*remote
			write
		}{remote: m.remote}
		return bind(m, p, &p.write)
	},
	reflect.TypeFor[io.Closer](): func(m methods) (any, error) {
		p := &struct {
			*remote
			closing
		}{remote: m.remote}
		return bind(m, p, &p.closing)
	},
	reflect.TypeFor[io.Seeker](): func(m methods) (any, error) {
		p := &struct {
			*remote
			seek
		}{remote: m.remote}
		return bind(m, p, &p.seek)
	},
	reflect.TypeFor[io.ReadWriter](): func(m methods) (any, error) {
		p := &struct {
			*remote
			read
			write
		}{remote: m.remote}
		return bind(m, p, &p.read, &p.write)
	},
	reflect.TypeFor[io.ReadCloser](): func(m methods) (any, error) {
		p := &struct {
			*remote
			read
			closing
		}{remote: m.remote}
		return bind(m, p, &p.read, &p.closing)
	},
	reflect.TypeFor[io.WriteCloser](): func(m methods) (any, error) {
		p := &struct {
			*remote
			write
			closing
		}{remote: m.remote}
		return bind(m, p, &p.write, &p.closing)
	},
	reflect.TypeFor[io.ReadWriteCloser](): func(m methods) (any, error) {
		p := &struct {
			*remote
			read
			write
			closing
		}{remote: m.remote}
		return bind(m, p, &p.read, &p.write, &p.closing)
	},
	reflect.TypeFor[io.ReadSeeker](): func(m methods) (any, error) {
		p := &struct {
			*remote
			read
			seek
		}{remote: m.remote}
		return bind(m, p, &p.read, &p.seek)
	},
	reflect.TypeFor[io.WriteSeeker](): func(m methods) (any, error) {
		p := &struct {
			*remote
			write
			seek
		}{remote: m.remote}
		return bind(m, p, &p.write, &p.seek)
	},
	reflect.TypeFor[io.ReadSeekCloser](): func(m methods) (any, error) {
		p := &struct {
			*remote
			read
			seek
			closing
		}{remote: m.remote}
		return bind(m, p, &p.read, &p.seek, &p.closing)
	},
	reflect.TypeFor[io.ReadWriteSeeker](): func(m methods) (any, error) {
		p := &struct {
			*remote
			read
			write
			seek
		}{remote: m.remote}
		return bind(m, p, &p.read, &p.write, &p.seek)
	},
	reflect.TypeFor[io.ReaderAt](): func(m methods) (any, error) {
		p := &struct {
			*remote
			readAt
		}{remote: m.remote}
		return bind(m, p, &p.readAt)
	},
	reflect.TypeFor[io.WriterAt](): func(m methods) (any, error) {
		p := &struct {
			*remote
			writeAt
		}{remote: m.remote}
		return bind(m, p, &p.writeAt)
	},
	reflect.TypeFor[io.ByteReader](): func(m methods) (any, error) {
		p := &struct {
			*remote
			readByte
		}{remote: m.remote}
		return bind(m, p, &p.readByte)
	},
	reflect.TypeFor[io.ByteWriter](): func(m methods) (any, error) {
		p := &struct {
			*remote
			writeByte
		}{remote: m.remote}
		return bind(m, p, &p.writeByte)
	},
	reflect.TypeFor[io.StringWriter](): func(m methods) (any, error) {
		p := &struct {
			*remote
			writeString
		}{remote: m.remote}
		return bind(m, p, &p.writeString)
	},
	reflect.TypeFor[io.ReaderFrom](): func(m methods) (any, error) {
		p := &struct {
			*remote
			readFrom
		}{remote: m.remote}
		return bind(m, p, &p.readFrom)
	},
	reflect.TypeFor[io.WriterTo](): func(m methods) (any, error) {
		p := &struct {
			*remote
			writeTo
		}{remote: m.remote}
		return bind(m, p, &p.writeTo)
	},
	reflect.TypeFor[fmt.Stringer](): func(m methods) (any, error) {
		p := &struct {
			*remote
			text
		}{remote: m.remote}
		return bind(m, p, &p.text)
	},
	reflect.TypeFor[sort.Interface](): func(m methods) (any, error) {
		p := &sorting{remote: m.remote}
		var err error
		method(m, "Len", &p.length, &err)
		method(m, "Less", &p.less, &err)
		method(m, "Swap", &p.swap, &err)
		return p, err
	},
}

// bind binds the parts of a proxy.
func bind(m methods, proxy any, parts ...interface{ bind(methods, *error) }) (any, error) {
	var err error
	for _, part := range parts {
		part.bind(m, &err)
	}
	return proxy, err
}

package object

import (
	"io"
	"time"
)

// The parts of proxies: a method of the standard library's interfaces each, or those that are
// always together. A field is named after its method.
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
	unreadByte  struct{ unreadByte func() error }
	writeByte   struct{ writeByte func(byte) error }
	writeString struct{ writeString func(string) (int, error) }
	readRune    struct {
		readRune func() (rune, int, error)
	}
	unreadRune struct{ unreadRune func() error }
	readFrom   struct {
		readFrom func(io.Reader) (int64, error)
	}
	writeTo struct {
		writeTo func(io.Writer) (int64, error)
	}
	text            struct{ string func() string }
	goText          struct{ goString func() string }
	set             struct{ set func(string) error }
	marshalText     struct{ marshalText func() ([]byte, error) }
	unmarshalText   struct{ unmarshalText func([]byte) error }
	marshalBinary   struct{ marshalBinary func() ([]byte, error) }
	unmarshalBinary struct{ unmarshalBinary func([]byte) error }
	marshalJSON     struct{ marshalJSON func() ([]byte, error) }
	unmarshalJSON   struct{ unmarshalJSON func([]byte) error }
	sorting         struct {
		len  func() int
		less func(i, j int) bool
		swap func(i, j int)
	}
	summing struct {
		sum       func([]byte) []byte
		reset     func()
		size      func() int
		blockSize func() int
	}
	sum32     struct{ sum32 func() uint32 }
	sum64     struct{ sum64 func() uint64 }
	contextOf struct {
		deadline func() (time.Time, bool)
		done     func() <-chan struct{}
		err      func() error
		value    func(any) any
	}
)

func (p *read) Read(b []byte) (int, error)                   { return p.read(b) }
func (p *write) Write(b []byte) (int, error)                 { return p.write(b) }
func (p *closing) Close() error                              { return p.close() }
func (p *seek) Seek(offset int64, whence int) (int64, error) { return p.seek(offset, whence) }
func (p *readAt) ReadAt(b []byte, off int64) (int, error)    { return p.readAt(b, off) }
func (p *writeAt) WriteAt(b []byte, off int64) (int, error)  { return p.writeAt(b, off) }
func (p *readByte) ReadByte() (byte, error)                  { return p.readByte() }
func (p *unreadByte) UnreadByte() error                      { return p.unreadByte() }
func (p *writeByte) WriteByte(c byte) error                  { return p.writeByte(c) }
func (p *writeString) WriteString(s string) (int, error)     { return p.writeString(s) }
func (p *readRune) ReadRune() (r rune, size int, e error)    { return p.readRune() }
func (p *unreadRune) UnreadRune() error                      { return p.unreadRune() }
func (p *readFrom) ReadFrom(r io.Reader) (int64, error)      { return p.readFrom(r) }
func (p *writeTo) WriteTo(w io.Writer) (int64, error)        { return p.writeTo(w) }
func (p *text) String() string                               { return p.string() }
func (p *goText) GoString() string                           { return p.goString() }
func (p *set) Set(s string) error                            { return p.set(s) }
func (p *marshalText) MarshalText() ([]byte, error)          { return p.marshalText() }
func (p *unmarshalText) UnmarshalText(b []byte) error        { return p.unmarshalText(b) }
func (p *marshalBinary) MarshalBinary() ([]byte, error)      { return p.marshalBinary() }
func (p *unmarshalBinary) UnmarshalBinary(b []byte) error    { return p.unmarshalBinary(b) }
func (p *marshalJSON) MarshalJSON() ([]byte, error)          { return p.marshalJSON() }
func (p *unmarshalJSON) UnmarshalJSON(b []byte) error        { return p.unmarshalJSON(b) }
func (p *sorting) Len() int                                  { return p.len() }
func (p *sorting) Less(i, j int) bool                        { return p.less(i, j) }
func (p *sorting) Swap(i, j int)                             { p.swap(i, j) }
func (p *summing) Sum(b []byte) []byte                       { return p.sum(b) }
func (p *summing) Reset()                                    { p.reset() }
func (p *summing) Size() int                                 { return p.size() }
func (p *summing) BlockSize() int                            { return p.blockSize() }
func (p *sum32) Sum32() uint32                               { return p.sum32() }
func (p *sum64) Sum64() uint64                               { return p.sum64() }
func (p *contextOf) Deadline() (t time.Time, ok bool)        { return p.deadline() }
func (p *contextOf) Done() <-chan struct{}                   { return p.done() }
func (p *contextOf) Err() error                              { return p.err() }
func (p *contextOf) Value(key any) any                       { return p.value(key) }

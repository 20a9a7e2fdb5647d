// Package types has a function for every kind of type that crosses by value: one that
// returns its argument, and for many of them one that changes it, so that a value which
// nobody has looked at is told from one that both sides understand.
package types

// Named types of every kind of scalar.
type (
	Flag    bool
	Count   int
	Tiny    int8
	Short   int16
	Wide    int32
	Wider   int64
	Mask    uint
	Octet   uint8
	Port    uint16
	Colour  uint32
	Hash    uint64
	Address uintptr
	Ratio   float32
	Celsius float64
	Phase   complex64
	Point2  complex128
	Label   string
)

func Bool(v bool) bool                   { return v }
func Int(v int) int                      { return v }
func Int8(v int8) int8                   { return v }
func Int16(v int16) int16                { return v }
func Int32(v int32) int32                { return v }
func Int64(v int64) int64                { return v }
func Uint(v uint) uint                   { return v }
func Uint8(v uint8) uint8                { return v }
func Uint16(v uint16) uint16             { return v }
func Uint32(v uint32) uint32             { return v }
func Uint64(v uint64) uint64             { return v }
func Uintptr(v uintptr) uintptr          { return v }
func Float32(v float32) float32          { return v }
func Float64(v float64) float64          { return v }
func Complex64(v complex64) complex64    { return v }
func Complex128(v complex128) complex128 { return v }
func String(v string) string             { return v }

func NamedBool(v Flag) Flag            { return v }
func NamedInt(v Count) Count           { return v }
func NamedInt8(v Tiny) Tiny            { return v }
func NamedInt16(v Short) Short         { return v }
func NamedInt32(v Wide) Wide           { return v }
func NamedInt64(v Wider) Wider         { return v }
func NamedUint(v Mask) Mask            { return v }
func NamedUint8(v Octet) Octet         { return v }
func NamedUint16(v Port) Port          { return v }
func NamedUint32(v Colour) Colour      { return v }
func NamedUint64(v Hash) Hash          { return v }
func NamedUintptr(v Address) Address   { return v }
func NamedFloat32(v Ratio) Ratio       { return v }
func NamedFloat64(v Celsius) Celsius   { return v }
func NamedComplex64(v Phase) Phase     { return v }
func NamedComplex128(v Point2) Point2  { return v }
func NamedString(v Label) Label        { return v }
func Not(v Flag) Flag                  { return !v }
func Half(v Celsius) Celsius           { return v / 2 }
func Swap(v Point2) Point2             { return Point2(complex(imag(v), real(v))) }
func Conjugate(v complex64) complex64  { return complex(real(v), -imag(v)) }
func Quote(v Label) Label              { return "<" + v + ">" }
func Negate(v int64) int64             { return -v }
func Flip(v Hash) Hash                 { return ^v }
func Exclaim(a string, b Label) string { return a + string(b) + "!" }

// Many has a parameter and a result of nearly every way to travel.
func Many(a int8, b string, c []byte, d []string, e map[string]int, f *Line, g complex128, h any, i [2]bool) (
	j [2]bool, k any, l complex128, m *Line, n map[string]int, o []string, p []byte, q string, r int8) {
	return i, h, g, f, e, d, c, b, a
}

// Named has results with names, one of which is an error.
func Named(fail bool) (n int, text string, err error) {
	n, text = 1, "beside"
	if fail {
		err = ErrPlain
	}
	return
}

// Nothing takes and returns nothing.
func Nothing() {}

package kitchen

import "time"

func Bool(v bool) bool          { return v }
func Int(v int) int             { return v }
func Int8(v int8) int8          { return v }
func Int16(v int16) int16       { return v }
func Int32(v int32) int32       { return v }
func Int64(v int64) int64       { return v }
func Uint(v uint) uint          { return v }
func Uint8(v uint8) uint8       { return v }
func Uint16(v uint16) uint16    { return v }
func Uint32(v uint32) uint32    { return v }
func Uint64(v uint64) uint64    { return v }
func Uintptr(v uintptr) uintptr { return v }
func Float32(v float32) float32 { return v }
func Float64(v float64) float64 { return v }
func Rune(v rune) rune          { return v }

// Celsius is a named type.
type Celsius float64

// label is unexported, and yet crosses.
type label string

func Warmer(c Celsius, by float64) Celsius                                   { return c + Celsius(by) }
func Double(d time.Duration) time.Duration                                   { return 2 * d }
func Label(l label) label                                                    { return "<" + l + ">" }
func Add(a, b int) int                                                       { return a + b }
func Nothing()                                                               {}
func Many(a int8, b uint16, c float32, d bool) (bool, float32, uint16, int8) { return d, c, b, a }

// Sum takes more words than a frame holds ready.
func Sum(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t int) int {
	return a + b + c + d + e + f + g + h + i + j + k + l + m + n + o + p + q + r + s + t
}

package types

import (
	"runtime"
	"runtime/debug"
	"time"
)

// Variables of the package.
var (
	Counter   int
	Limits    = [2]float64{1, 2}
	Enabled   bool
	Title     = "first"
	Settings  = map[string][]int{"a": {1}}
	Current   = Order{ID: 1, Customer: "c"}
	Top       *Node
	Started       = time.Unix(1e9, 5).UTC()
	Anything  any = "text"
	LastError error
	Total     = Money{100, "EUR"}
	Events    chan int
)

// CountUp adds to Counter and returns it.
func CountUp(by int) int {
	Counter += by
	return Counter
}

// ReadSettings returns a setting.
func ReadSettings(key string) []int { return Settings[key] }

// ReadTitle returns the title.
func ReadTitle() string { return Title }

// Retitle sets it.
func Retitle(s string) { Title = s }

// ReadLimits returns the limits.
func ReadLimits() [2]float64 { return Limits }

// LastIsOther reports whether LastError is the package's ErrOther itself.
func LastIsOther() bool { return LastError == ErrOther }

// Peek reads what it borrows.
//
//winplugin:borrow text bytes numbers points
func Peek(text string, bytes []byte, numbers []float64, points []Pixel) (sum float64) {
	for i := range text {
		sum += float64(text[i])
	}
	for _, b := range bytes {
		sum += float64(b)
	}
	for _, n := range numbers {
		sum += n
	}
	for _, p := range points {
		sum += float64(p.R)
	}
	return sum
}

// Mark writes into what it borrows, which it must not: the tests see by it that
// nothing was copied.
//
//winplugin:borrow bytes
func Mark(bytes []byte) int {
	for i := range bytes {
		bytes[i] = 'X'
	}
	return len(bytes)
}

// MarkCopy writes into its copy.
func MarkCopy(bytes []byte) int { return Mark(bytes) }

// Texts, Blobs, Orders, Index and Failing make results of about n bytes.
func Texts(n int) string { return string(make([]byte, n)) }
func Blobs(n int) []byte { return make([]byte, n) }
func Orders(n int) Order {
	return Order{ID: int64(n), Customer: string(make([]byte, n)), Lines: make([]Line, 3)}
}
func Index(n int) map[string]int {
	m := make(map[string]int)
	for i := 0; i < n; i += 20 {
		m[string(rune('a'+i%20))+time.Duration(i).String()] = i
	}
	return m
}
func Failing(n int) error {
	return &Shortage{Missing: n, Of: string(make([]byte, n))}
}

// Live returns the objects and bytes of the heap that are in use.
func Live() (objects, bytes uint64) {
	runtime.GC()
	debug.FreeOSMemory()
	var s runtime.MemStats
	runtime.ReadMemStats(&s)
	return s.HeapObjects, s.HeapAlloc
}

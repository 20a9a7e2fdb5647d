package source

import "testing"

// Functions that write in ways that are seldom used. The comments are those of TestWrites.
const writingUnusually = `
-- go.mod --
module example.org/p

go 1.26
-- p.go --
package p

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"regexp"
	"slices"
	"sort"
	"text/template"
)

func Interface(x []string) { var s sort.Interface = byLen(x); s.Swap(0, 1) } // x
func InterfaceExpr(x []string) { sort.Interface.Swap(byLen(x), 0, 1) } // x
func Own(x []int) { var s setter = numbers(x); s.set(1) } // x
func Constraint(x []int) { set(numbers(x)) } // x
func Helper(x []int) { setIt(numbers(x)) } // x
func Context(x []int) { context.WithValue(context.Background(), 1, x).Value(1).([]int)[0] = 1 } // x
func Field(x []byte) { var h holder; h.b = x; h.write() } // x
func Made(x []byte) { h := newHolder(x); h.write() } // x
func Embedded(x []byte) { var h struct{ holder }; h.b = x; h.write() } // x
func IP(x []byte) { ip := net.IP(x); ip[0] = 1 } // x
func IP4(x []byte) { ip := net.IP(x).To4(); ip[0] = 1 } // x
func Marshaler(x []byte) { y := level(x); y[0] = 1 } // x
func Error(x []int) { var err error = failed(x); err.(failed)[0] = 1 } // x
func Passed(x []int) { breakIt(failed(x)) } // x
func Spread(x []int) { func(a, b []int) { b[0] = 1 }(nil2(x)) } // x
func New(x []int) { p := new(x); (*p)[0] = 1 } // x
func Panic(x []int) { defer func() { recover().([]int)[0] = 1 }(); panic(x) } // x
func Elements(x [][]int) bool { return slices.ContainsFunc(x, func(r []int) bool { r[0] = 1; return false }) } // x
func Largest(x [][]int) []int { return slices.MaxFunc(x, largest) } // x
func MapCopy(m map[string][]int) { d := map[string][]int{}; maps.Copy(d, m); d["a"][0] = 1 } // m
func MapInsert(m map[string][]int) { d := map[string][]int{}; maps.Insert(d, maps.All(m)); d["a"][0] = 1 } // m
func SliceInsert(x [][]int) { d := make([][]int, 0, 9); slices.Insert(d, 0, x...); d[:1][0][0] = 1 } // x
func Packet(c net.PacketConn, x []byte) { c.ReadFrom(x) } // x
func Message(c *net.UDPConn, x, oob []byte) { c.ReadMsgUDP(x, oob) } // x oob
func Datagram(c *net.UDPConn, x []byte) { c.ReadFromUDPAddrPort(x) } // x
func Replace(re *regexp.Regexp, x []byte) { re.ReplaceAllFunc(x, func(m []byte) []byte { m[0] = 1; return m }) } // re x
func Encoder(e encoder, x []byte) { e.Write(x) } // x
func Adder(e adder, x []byte) { e.Sum(x) } // x
func Printed(x []byte) { fmt.Fprint(fixed(x), "text") } // x
func Copied(x []byte, r io.Reader) { io.Copy(fixed(x), r) } // x
func Writer(x []byte) { var w io.Writer = fixed(x); fmt.Fprint(w, "text") } // x
func Asserted(x []byte) { var v any = fixed(x); fmt.Fprint(v.(io.Writer), "text") } // x
func Sprint(x []string) string { return fmt.Sprint(ordered(x)) } // x
func Wrapped(x []int) { var f failed; errors.As(fmt.Errorf("a: %w", failed(x)), &f); f[0] = 1 } // x
func Switch(x []int) { var v any = x; switch v := v.(type) { case []int: v[0] = 1 } } // x
func SwitchAny(x any) { switch v := x.(type) { case []int: v[0] = 1; case map[string]int: clear(v) } } // x
func SwitchInit(x []any) { switch v, ok := x[0], true; w := v.(type) { case []int: w[0] = 1; default: _ = ok } } // x
func Iterator(x [][]int) { slices.Values(x)(func(r []int) bool { r[0] = 1; return true }) } // x
func IteratorVar(x [][]int) { seq := slices.Values(x); seq(func(r []int) bool { r[0] = 1; return true }) } // x
func Pointers(x ...string) { for i := range x { p := &x[i]; *p += "!" } } // x
func FieldPointer(t T) { p := &t.List[0]; *p = 1 } // t
func Template(t *template.Template, x []string) { t.Execute(io.Discard, x) } // x
func VariadicCall(x ...string) { f := func(y []string) { y[0] = "" }; f(x) } // x
func VariadicKept(x ...T) { h := struct{ t []T }{x}; h.t[0].List = nil } // x
func VariadicFuncs(f func([]func()), x ...func()) { f(x) } // reads
func VariadicAny(f func([]any), x ...any) { f(x) } // reads
func Three(x []int) { y := x[0:1:2]; y = append(y, 1) } // x
func ArrayPointer(x []byte) { p := (*[4]byte)(x); p[0] = 1 } // x
func ArrayPart(x []byte) { p := (*[4]byte)(x); clear(p[1:]) } // x
func Slices(x []int) { var a [2][]int; a[1] = x; a[1][0] = 1 } // x
func Expression(m tags) { tags.add(m) } // m
func Chunks(x []int) { for c := range slices.Chunk(x, 2) { c[0] = 1 } } // x
func Values(m map[string][]int) { for v := range maps.Values(m) { v[0] = 1 } } // m
func Select(x []int) { c := make(chan []int, 1); select { case c <- x: }; (<-c)[0] = 1 } // x
func Goto(x []int) { i := 0; again: x[i] = 1; i++; if i < len(x) { goto again } } // x
func Result(x []int) (y []int) { defer func() { y[0] = 1 }(); return x } // x
func Results(x []int) (y, z []int) { defer func() { z[0] = 1 }(); return nil2(x) } // x
func RangeKey(x []int) { for x[0] = range 3 {} } // x
func Buffer(x []byte) { bytes.NewBufferString("ab").Read(x) } // x
func Mutual(x []int) { ping(x, 3) } // x
func PassedOn(x ...int) { all(x...) } // x
func Two(x, y []int) { a, b := nil2(x); _ = b; a, y = y, a; a[0] = 1 } // x y

func Writing(w io.Writer, x []byte) { fmt.Fprint(w, x); w.Write(x) } // reads
func Listing(x []fmt.Stringer) string { return fmt.Sprint(x) } // reads
func Named(x []string) string { return fmt.Sprint(byLen(x)) + fmt.Sprint(shown(x)) } // reads
func Found(x []int) bool { return slices.ContainsFunc(x, func(v int) bool { return v == 1 }) } // reads
func Same(m map[string]int) map[string]int { d := map[string]int{}; maps.Copy(d, m); return d } // reads
func Address(x []byte) string { return net.IP(x).String() + fmt.Sprint(level(x)) } // x
func Failure(x []byte, r io.Writer) error { _, err := r.Write(x); return fmt.Errorf("a: %w", err) } // reads
func Ordered(x []string) bool { return sort.SliceIsSorted(x, func(i, j int) bool { return x[i] < x[j] }) } // reads

type T struct { List []int }
type byLen []string
type numbers []int
type holder struct{ b []byte }
type level []byte
type failed []int
type fixed []byte
type ordered []string
type shown []string
type tags map[string]int
type setter interface{ set(int) }
type encoder interface{ Write([]byte) int }
type adder interface{ Sum([]byte) int }

func (s byLen) Len() int { return len(s) }
func (s byLen) Less(i, j int) bool { return len(s[i]) < len(s[j]) }
func (s byLen) Swap(i, j int) { s[i], s[j] = s[j], s[i] }
func (s numbers) set(v int) { s[0] = v }
func (h *holder) write() { h.b[0] = 1 }
func (l level) MarshalText() ([]byte, error) { return l, nil }
func (l *level) UnmarshalText(b []byte) error { *l = b; return nil }
func (f failed) Error() string { return "failed" }
func (f fixed) Write(p []byte) (int, error) { return copy(f, p), nil }
func (o ordered) String() string { sort.Strings(o); return o[0] }
func (s shown) String() string { return s[0] }
func (m tags) add() { m["a"]++ }
func newHolder(x []byte) (h holder) { h.b = x; return }
func set[T setter](t T) { t.set(1) }
func setIt(s setter) { s.set(1) }
func breakIt(err error) { err.(failed)[0] = 1 }
func nil2(x []int) ([]int, []int) { return nil, x }
func largest(a, b []int) int { a[0] = 1; return 0 }
func ping(x []int, n int) { if n > 0 { pong(x[1:], n-1) } }
func pong(x []int, n int) { x[0] = n; ping(x, n) }
func all(x ...int) { for i := range x { x[i]++ } }
`

func TestWritesUnusually(t *testing.T) { compareWrites(t, writingUnusually) }

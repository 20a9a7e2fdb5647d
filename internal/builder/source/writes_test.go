package source

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Each comment says which parameters the function may write to: the first one of each group of
// lines after it is a function.
const writing = `
-- go.mod --
module example.org/p

go 1.22
-- p.go --
package p

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"reflect"
	"slices"
	"sort"
	"strconv"
	"strings"
	"unsafe"
)

func Sum(x []float64) (s float64) { for _, v := range x { s += v }; return s } // reads
func Index(x []int, i int) int { return x[i] + len(x) + cap(x) } // reads
func Same(x []byte) []byte { return x[1:] } // reads
func Named(x []byte) (out []byte) { out = x; return } // reads
func Text(x []byte) string { return string(x) } // reads
func Copy(x []byte) []byte { y := make([]byte, len(x)); copy(y, x); return append(y, x...) } // reads
func Behind(x []byte) []byte { return append(x, 1) } // reads
func Loop(x []byte) (n int) { for len(x) > 0 { n += int(x[0]); x = x[1:] }; return n } // reads
func Numbers(x []string) int { return len(strings.Join(x, "")) + len(fmt.Sprint(x)) } // reads
func Hash(x []byte) string { return hex.EncodeToString(bytes.TrimSpace(x)) } // reads
func Order(x []byte) uint32 { return binary.BigEndian.Uint32(x) } // reads
func Send(w io.Writer, x []byte) { w.Write(x) } // reads
func Twice(x []byte) int { return help(x[2:]) } // reads
func Even(x []byte) bool { if len(x) == 0 { return true }; return odd(x[1:]) } // reads
func Keys(m map[string]int) (n int) { for k := range m { n += len(k) + m[k] }; return n } // reads
func Inner(x [][]int) int { row := x[0]; return row[1] } // reads
func Kinds(x []any) (s string) { for _, v := range x { switch v := v.(type) { case string: s += v } }; return s } // reads
func Local(x []int) int { y := [2]int{}; y[0] = x[0]; z := slices.Clone(x); z[0] = 1; return y[0] } // reads
func Struct(x []T) string { t := x[0]; t.Name = "a"; return t.Name } // reads
func Count(x ...string) int { return len(x) } // reads
func Later(x []byte) func() int { return func() int { return len(x) } } // reads
func Visit(x []string, f func(string)) { for _, v := range x { f(v) } } // reads
func Grow(x []byte) []byte { return strconv.AppendInt(x, 1, 10) } // reads
func Maximum(x []int) int { return slices.Max(x) } // reads

func Fill(x []byte) { x[0] = 1 } // x
func Add(x []byte) { x[0]++ } // x
func Xor(x, y []byte) { for i := range x { x[i] ^= y[i] } } // x
func Into(x, y []byte) int { return copy(x, y) } // x
func Part(x []byte) { y := x[1:]; z := y; z[0] = 1 } // x
func Cut(x []byte) []byte { return append(x[:0], 1) } // x
func CutLater(x []byte) []byte { y := x[:0]; for range x { y = append(y, 1) }; return y } // x
func CutThere(x []byte) []byte { return plus(x[:1]) } // x
func Encode(x, y []byte) int { return hex.Encode(x, y) } // x
func Put(x []byte) int { return binary.PutUvarint(x, 300) } // x
func Big(x []byte) { binary.BigEndian.PutUint16(x, 1) } // x
func Fetch(r io.Reader, x []byte) { io.ReadFull(r, x) } // x
func FetchSome(r io.Reader, x []byte) { r.Read(x) } // x
func Sorted(x []int) []int { sort.Ints(x); return x } // x
func ByName(x []string) int { sort.Sort(sort.StringSlice(x)); return 1 } // x
func Swap(x []string) { x[0], x[1] = x[1], x[0] } // x
func Call(x []byte) int { return fillIt(0, x) } // x
func Closure(x []byte) { f := func() { x[0] = 1 }; f() } // x
func Address(x []byte) *byte { return &x[0] } // x
func Pointer(x []byte) unsafe.Pointer { return unsafe.Pointer(unsafe.SliceData(x)) } // x
func Reflect(x []int) { reflect.ValueOf(x).Index(0).SetInt(1) } // x
func Keep(x []byte) { kept = x } // x
func Channel(c chan []byte, x []byte) { c <- x } // x
func Unknown(f func([]byte), x []byte) { f(x) } // x
func Delete(m map[string]int) { delete(m, "a") } // m
func Set(m map[string]int) int { m["a"] = 1; return 1 } // m
func Deep(x [][]int) { row := x[0]; row[1] = 1 } // x
func DeepRange(x [][]int) { for _, row := range x { row[0] = 1 } } // x
func Array(x [][2]int) { y := x[0][:]; y[0] = 1 } // x
func Field(x []T) { x[0].Name = "a" } // x
func FieldMap(x []T) { for _, t := range x { t.Tags["a"] = 1 } } // x
func Method(x []T) { x[0].rename() } // x
func Held(x []byte) { h := holder{x}; h.write() } // x
func Variadic(x ...string) int { x[0] = ""; return 1 } // x
func Anything(x any) { x.(map[string]int)["a"] = 1 } // x
func Value(t T) { t.Tags["a"] = 1 } // t
func Generic(x []int) { fill(x, 1) } // x
func Goroutine(x []int) { go func(y []int) { y[0] = 1 }(x) } // x
func (m M) Add(k string) bool { m[k] = 1; return true } // m
func (m M) Has(k string) bool { return m[k] == 1 } // reads

type T struct { Name string; Tags map[string]int }
type M map[string]int
type holder struct{ b []byte }

var kept []byte

func (t *T) rename() { t.Name = "b" }
func (h *holder) write() { h.b[0] = 1 }
func help(x []byte) int { return int(x[0]) }
func odd(x []byte) bool { if len(x) == 0 { return false }; return Even(x[1:]) }
func plus(x []byte) []byte { return append(x, 1) }
func fillIt(n int, x []byte) int { if n == 0 { return fillIt(1, x) }; x[0] = 1; return n }
func fill[E any](x []E, v E) { x[0] = v }
`

// The analysis finds which parameters a function may write to, in its source and that of the
// functions that it calls.
func TestWrites(t *testing.T) { compareWrites(t, writing) }

// compareWrites compares the parameters that functions may write to with the comments in an archive.
func compareWrites(t *testing.T, archive string) {
	t.Helper()
	m, _, err := loadArchive(t, archive, "", nil)
	if err != nil {
		t.Fatal(err)
	}
	got, want := make(map[string]string), make(map[string]string)
	for line := range strings.Lines(archive) {
		head, comment, ok := strings.Cut(strings.TrimSpace(line), " // ")
		if !ok {
			continue
		}
		head = strings.NewReplacer("func (m M) ", "M.", "func ", "").Replace(head)
		name, _, _ := strings.Cut(head, "(")
		want[name] = comment
	}
	for _, f := range m.Functions {
		var list []string
		for _, p := range f.Params {
			if p.InOut || p.Written {
				list = append(list, p.Name)
			}
		}
		if got[f.Name] = strings.Join(list, " "); list == nil {
			got[f.Name] = "reads"
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("parameters that are written to (-want +got):\n%s", diff)
	}
}

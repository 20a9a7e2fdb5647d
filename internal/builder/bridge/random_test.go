package bridge

import (
	"fmt"
	"math/rand"
	"strings"
)

// generatedImports are the packages that random packages import.
var generatedImports = []string{"context", "encoding/json", "errors", "fmt", "io", "iter", "log/slog", "math/big", "net/url", "net/http", "sync", "time", "unsafe"}

// A randomizer writes a package with random declarations. What it refers to is
// declared before, or by pointer, so that each package compiles.
type randomizer struct {
	*rand.Rand
	b       strings.Builder
	types   []string // of any kind
	keys    []string // comparable
	structs []string // that may be embedded
	ifaces  []string // interfaces that may be embedded in interfaces
	depth   int
}

func randomPackage(r *rand.Rand) string {
	g := &randomizer{Rand: r}
	g.b.WriteString("package plugin\n\nimport (\n")
	for _, path := range generatedImports {
		fmt.Fprintf(&g.b, "\t%q\n", path)
	}
	g.b.WriteString(`)

var (
	_ context.Context
	_ json.Number
	_ = errors.New
	_ fmt.Stringer
	_ io.Reader
	_ iter.Seq[int]
	_ *slog.Logger
	_ big.Int
	_ url.URL
	_ http.Header
	_ sync.Mutex
	_ time.Time
	_ unsafe.Pointer
)

type Pair[A any, B comparable] struct { First A; Second B }
type List[T any] []T
type inner[T any] struct { value T; next *inner[T] }
type Number interface { ~int | ~float64 }
type Key interface { comparable; fmt.Stringer }

func (p Pair[A, B]) Swap(b B) (A, error) { return p.First, nil }
func (l *List[T]) Push(v T)              {}
func (n *inner[T]) Next() *inner[T]      { return n.next }
func Sum[N Number](list ...N) (s N)      { return }
`)
	for i := range 4 + g.Intn(10) {
		g.declare(i)
	}
	for i := range 10 + g.Intn(20) {
		fmt.Fprintf(&g.b, "\nfunc F%d%s { panic(0) }\n", i, g.signature(true))
	}
	for i := range g.Intn(5) {
		fmt.Fprintf(&g.b, "\nvar V%d %s\n", i, g.typ())
	}
	fmt.Fprintf(&g.b, "\n//winplugin:instantiate Sum[int]\n//winplugin:instantiate Pair[%s, %s]\n", g.typ(), g.key())
	return g.b.String()
}

// pick returns one of the strings.
func (g *randomizer) pick(list ...string) string { return list[g.Intn(len(list))] }

func (g *randomizer) key() string {
	basic := g.pick("int", "string", "bool", "uint8", "rune", "float64", "complex128", "uintptr", "time.Duration", "json.Number", "error", "any", "[2]int16", "struct{ A int; b string }", "*big.Int")
	if len(g.keys) > 0 && g.Intn(3) == 0 {
		return g.pick(g.keys...)
	}
	return basic
}

func (g *randomizer) typ() string {
	if g.depth++; g.depth > 4 {
		g.depth--
		return g.key()
	}
	defer func() { g.depth-- }()
	if len(g.types) > 0 && g.Intn(3) == 0 {
		return g.pick("", "", "*", "[]") + g.pick(g.types...)
	}
	switch g.Intn(22) {
	case 0, 1, 2, 3:
		return g.key()
	case 4:
		return "[]" + g.typ()
	case 5:
		return "*" + g.typ()
	case 6:
		return fmt.Sprintf("[%d]%s", g.Intn(4), g.typ())
	case 7:
		return "map[" + g.key() + "]" + g.typ()
	case 8:
		return g.pick("chan ", "<-chan ", "chan<- ") + "(" + g.typ() + ")"
	case 9:
		return "func" + g.signature(false)
	case 10:
		return "struct{ " + g.fields() + " }"
	case 11:
		return "interface{ " + g.methods() + " }"
	case 12:
		return "Pair[" + g.typ() + ", " + g.key() + "]"
	case 13:
		return g.pick("List", "inner") + "[" + g.typ() + "]"
	case 14:
		return "iter.Seq[" + g.typ() + "]"
	case 15:
		return "iter.Seq2[" + g.key() + ", " + g.typ() + "]"
	default:
		return g.pick("context.Context", "time.Time", "*url.URL", "url.Values", "*slog.Logger", "io.ReadWriter", "io.Reader", "http.Handler", "*http.Request",
			"sync.Mutex", "*sync.WaitGroup", "big.Int", "fmt.Stringer", "unsafe.Pointer", "error", "any", "[]byte", "json.RawMessage", "http.Header", "interface{ error }")
	}
}

func (g *randomizer) signature(named bool) string {
	var params, results []string
	n := g.Intn(5)
	for i := range n {
		t := g.typ()
		if i == n-1 && g.Intn(4) == 0 {
			t = "..." + t
		}
		if named {
			t = fmt.Sprintf("%s %s", g.pick(fmt.Sprintf("p%d", i), "_"), t)
		}
		params = append(params, t)
	}
	for range g.Intn(4) {
		results = append(results, g.pick(g.typ(), g.typ(), "error"))
	}
	return "(" + strings.Join(params, ", ") + ") (" + strings.Join(results, ", ") + ")"
}

func (g *randomizer) fields() string {
	var list []string
	if len(g.structs) > 0 && g.Intn(3) == 0 {
		list = append(list, g.pick("", "*")+g.pick(g.structs...))
	}
	if g.Intn(4) == 0 {
		list = append(list, g.pick("error", "io.Reader", "*slog.Logger", "sync.Mutex", "fmt.Stringer", "time.Time", "Pair[int, string]", "*List[string]"))
	}
	for i := range g.Intn(4) {
		list = append(list, fmt.Sprintf("%s %s%s", g.pick(fmt.Sprintf("X%d", i), fmt.Sprintf("X%d", i), fmt.Sprintf("x%d", i), "_"), g.typ(), g.pick("", "", " `json:\"x\"`")))
	}
	return strings.Join(list, "; ")
}

func (g *randomizer) methods() string {
	var list []string
	if g.Intn(3) == 0 {
		list = append(list, g.pick("error", "fmt.Stringer", "io.Closer", "json.Marshaler"))
	}
	if len(g.ifaces) > 0 && g.Intn(4) == 0 {
		return g.pick(g.ifaces...) // two of them may disagree on a method
	}
	for i := range g.Intn(3) {
		list = append(list, fmt.Sprintf("%s%d%s", g.pick("M", "M", "m"), i, g.signature(false)))
	}
	return strings.Join(list, "; ")
}

// declare writes the declaration of a type, and methods for it.
func (g *randomizer) declare(i int) {
	name := fmt.Sprintf("%s%d", g.pick("T", "T", "t"), i)
	kind := g.Intn(8)
	switch kind {
	case 0, 1, 2:
		fmt.Fprintf(&g.b, "\ntype %s struct { %s }\n", name, g.fields())
		g.structs = append(g.structs, name)
	case 3:
		fmt.Fprintf(&g.b, "\ntype %s interface { %s }\n", name, g.methods())
		g.ifaces = append(g.ifaces, name)
	case 4:
		fmt.Fprintf(&g.b, "\ntype %s %s\n", name, g.pick("int", "string", "bool", "float32"))
		g.keys = append(g.keys, name)
	case 5:
		fmt.Fprintf(&g.b, "\ntype %s = %s\n", name, g.typ())
	case 6:
		fmt.Fprintf(&g.b, "\ntype %s func%s\n", name, g.signature(false))
	default:
		fmt.Fprintf(&g.b, "\ntype %s %s\n", name, g.pick("[]", "map[string]", "chan ", "[3]")+"("+g.typ()+")")
	}
	g.types = append(g.types, name)
	if kind == 3 || kind == 5 {
		return
	}
	for j := range g.Intn(4) {
		fmt.Fprintf(&g.b, "\nfunc (%s%s) Method%d_%d%s { panic(0) }\n", g.pick("", "*"), name, i, j, g.signature(true))
	}
	if g.Intn(5) == 0 {
		fmt.Fprintf(&g.b, "\nfunc (%s) String() string { return \"\" }\nfunc (*%[1]s) Error() string { return \"\" }\n", name)
	}
}

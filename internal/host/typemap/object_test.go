package typemap

import (
	"context"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"testing"
	"unsafe"

	"github.com/google/go-cmp/cmp"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// anObject stands for what stays in the plugin.
type anObject struct{ value any }

// numbered refers to everything by its number in a list.
type numbered struct {
	codec.References
	list []any
}

func (*numbered) IsError(*codec.Error, error) bool { return false }
func (*numbered) AsError(*codec.Error, any) bool   { return false }

func (l *numbered) Reference(_ *manifest.Type, rt reflect.Type) (codec.Reference, error) {
	return codec.Reference{
		Export: func(p unsafe.Pointer) (wire.Ref, error) {
			l.list = append(l.list, reflect.NewAt(rt, p).Elem().Interface())
			return wire.Ref(len(l.list)), nil
		},
		Import: func(r wire.Ref, p unsafe.Pointer) error {
			if r == 0 || int(r) > len(l.list) {
				return fmt.Errorf("no object %d", r)
			}
			reflect.NewAt(rt, p).Elem().Set(reflect.ValueOf(l.list[r-1]))
			return nil
		},
	}, nil
}

func (l *numbered) Importable(rt reflect.Type) error {
	if rt == reflect.TypeFor[fmt.Stringer]() {
		return errors.New("no proxy")
	}
	return nil
}
func (l *numbered) Interface(name string) reflect.Type {
	return map[string]reflect.Type{"io.Reader": reflect.TypeFor[io.Reader]()}[name]
}
func (l *numbered) Type() reflect.Type                                     { return reflect.TypeFor[*anObject]() }
func (l *numbered) Assign(reflect.Value, any, *manifest.Type) error        { return errors.New("no call") }
func (l *numbered) Wrap(v any) any                                         { return &anObject{v} }
func (l *numbered) Release(wire.Ref)                                       {}
func (l *numbered) ExportContext(context.Context) (wire.Ref, int64)        { return 0, 0 }
func (l *numbered) ImportContext(wire.Ref, int64) (context.Context, error) { return nil, nil }
func (l *numbered) Const(_ *manifest.Type, v any) (any, error)             { return v, nil }

var (
	mInt     = manifest.Type{Kind: manifest.Int}
	mString  = manifest.Type{Kind: manifest.String}
	mError   = manifest.Type{Kind: manifest.Interface, Name: "error"}
	mContext = manifest.Type{Kind: manifest.Interface, Name: "context.Context"}
	mBytes   = manifest.Type{Kind: manifest.Slice, Elem: &manifest.Type{Kind: manifest.Uint8}}
)

func list(types ...manifest.Type) (params []manifest.Param) {
	for _, t := range types {
		params = append(params, manifest.Param{Type: t})
	}
	return params
}

func mFunc(params, results []manifest.Param) manifest.Type {
	return manifest.Type{Kind: manifest.Func, Params: params, Results: results}
}

// objectScope has a struct that contains itself and a func, and an interface.
func objectScope() (*Scope, manifest.Types) {
	node := manifest.Type{Kind: manifest.Struct, Name: "p.Node"}
	types := manifest.Types{
		"p.Node": {Type: manifest.Type{Kind: manifest.Struct, Fields: []manifest.Field{
			{Name: "F", Exported: true, Type: mFunc(list(mInt), list(mInt))},
			{Name: "Next", Exported: true, Type: manifest.Type{Kind: manifest.Pointer, Elem: &node}},
			{Name: "N", Exported: true, Type: mInt},
		}}},
		"p.Store": {Type: manifest.Type{Kind: manifest.Interface, Methods: []manifest.Method{
			{Name: "Get", Params: list(mContext, mString), Results: list(mBytes, mError)},
			{Name: "Len", Results: list(mInt)},
		}}},
		"p.Hidden":        {Type: manifest.Type{Kind: manifest.Struct}, Object: true},
		"context.Context": {Type: manifest.Type{Kind: manifest.Interface}},
		"io.Reader": {Type: manifest.Type{Kind: manifest.Interface, Methods: []manifest.Method{
			{Name: "Read", Params: list(mBytes), Results: list(mInt, mError)},
		}}},
	}
	s := NewScope(&manifest.Manifest{Package: "p", Types: types})
	s.SetObjects(new(numbered))
	return s, types
}

type getter interface {
	Get(context.Context, string) ([]byte, error)
}

type store struct{}

func (*store) Get(context.Context, string) ([]byte, error) { return nil, nil }
func (*store) Len() int                                    { return 0 }
func (*store) More()                                       {}

type unlike interface {
	Get(context.Context, []byte) ([]byte, error)
	Len() (int, error)
}

// A storeFunc is a func that implements an interface, as http.HandlerFunc does.
type storeFunc func(key string) ([]byte, error)

func (f storeFunc) Get(_ context.Context, key string) ([]byte, error) { return f(key) }
func (storeFunc) Len() int                                            { return 0 }

func TestMatchObjects(t *testing.T) {
	s, _ := objectScope()
	mStore := manifest.Type{Kind: manifest.Interface, Name: "p.Store"}
	hidden := manifest.Type{Kind: manifest.Pointer, Elem: &manifest.Type{Kind: manifest.Struct, Name: "p.Hidden"}}
	numbers := manifest.Type{Kind: manifest.Chan, Elem: &mInt, Dir: "recv"}
	for _, test := range []struct {
		t    manifest.Type
		rt   reflect.Type
		want string
	}{
		{mFunc(list(mInt, mString), list(mError)), reflect.TypeFor[func(int, string) error](), ""},
		{mFunc(list(mInt, mString), list(mError)), reflect.TypeFor[func(int, []byte) error](), "parameter 2: plugin has string, host has []byte"},
		{mFunc(list(mInt), nil), reflect.TypeFor[func(int, int)](), "plugin has 1 parameters, host has 2"},
		{mFunc(list(mFunc(list(mInt), nil)), nil), reflect.TypeFor[func(func(int8))](), "parameter 1: parameter 1: plugin has int, host has int8"},
		{mFunc(nil, nil), reflect.TypeFor[int](), "plugin has func(), host has int"},
		{mStore, reflect.TypeFor[*store](), ""},
		{mStore, reflect.TypeFor[*anObject](), ""},
		{mStore, reflect.TypeFor[storeFunc](), ""},
		{mStore, reflect.TypeFor[func()](), "plugin has p.Store"},
		{mStore, reflect.TypeFor[store](), "host's typemap.store lacks method Get, which its pointer has; host's typemap.store lacks method Len, which its pointer has"},
		{mStore, reflect.TypeFor[getter](), "host's typemap.getter lacks method Len"},
		{mStore, reflect.TypeFor[unlike](), "method Get: parameter 2: plugin has string, host has []byte; method Len: plugin has 1 results, host has 2"},
		{hidden, reflect.TypeFor[*anObject](), ""},
		{hidden, reflect.TypeFor[*store](), "plugin has *p.Hidden, which stays in the plugin; host has *typemap.store, use *winplugin.Object"},
		{numbers, reflect.TypeFor[<-chan int](), ""},
		{numbers, reflect.TypeFor[chan int](), ""},
		{numbers, reflect.TypeFor[chan<- int](), "plugin has <-chan int, host has chan<- int"},
		{numbers, reflect.TypeFor[<-chan string](), "plugin has <-chan int, host has <-chan string"},
		{mContext, reflect.TypeFor[context.Context](), ""},
		{mContext, reflect.TypeFor[getter](), "plugin has context.Context"},
	} {
		t.Run(test.want, func(t *testing.T) {
			have := ""
			if _, err := s.Match(&test.t, test.rt); err != nil {
				have = err.Error()
			}
			if have != test.want && !(test.want != "" && strings.HasPrefix(have, test.want)) {
				t.Errorf("%s and %s:\n%s\nwant\n%s", test.t, test.rt, have, test.want)
			}
		})
	}
}

func TestTypeOfObjects(t *testing.T) {
	s, _ := objectScope()
	for _, test := range []struct {
		t    manifest.Type
		want reflect.Type
	}{
		{mFunc(list(mContext, mInt), list(mError)), reflect.TypeFor[func(context.Context, int) error]()},
		{manifest.Type{Kind: manifest.Interface, Name: "io.Reader"}, reflect.TypeFor[io.Reader]()},
		{manifest.Type{Kind: manifest.Interface, Name: "p.Store"}, reflect.TypeFor[*anObject]()},
		{manifest.Type{Kind: manifest.Chan, Dir: "send", Elem: &mInt}, reflect.TypeFor[chan<- int]()},
		{manifest.Type{Kind: manifest.Slice, Elem: &manifest.Type{Kind: manifest.Pointer, Elem: &manifest.Type{Kind: manifest.Struct, Name: "p.Hidden"}}}, reflect.TypeFor[[]*anObject]()},
		{manifest.Type{Kind: manifest.Struct, Name: "p.Node"}, reflect.TypeFor[struct {
			F    func(int) int
			Next any
			N    int
		}]()},
	} {
		t.Run(test.t.String(), func(t *testing.T) {
			ty, err := s.Type(&test.t)
			if err != nil {
				t.Fatal(err)
			}
			if got := ty.Go(); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

func TestTypeOfFuncWithTooManyParameters(t *testing.T) {
	s, _ := objectScope()
	params := make([]manifest.Type, 129)
	for i := range params {
		params[i] = mInt
	}
	f := mFunc(list(params...), nil)
	_, err := s.Type(&f)
	var failed *TypeError
	if !errors.As(err, &failed) || !strings.Contains(failed.Reason, "at most 128; gather") {
		t.Errorf("got %v, want a TypeError with the limit", err)
	}
}

// Node is the plugin's, as the host declares it.
type Node struct {
	F    func(int) int
	Next *Node
	N    int
}

// A type that contains itself and a func crosses with what it refers to.
func TestPairs(t *testing.T) {
	s, _ := objectScope()
	m := manifest.Type{Kind: manifest.Map, Key: &mString, Elem: &manifest.Type{Kind: manifest.Slice, Elem: &manifest.Type{Kind: manifest.Struct, Name: "p.Node"}}}
	c, err := s.Match(&m, reflect.TypeFor[map[string][]Node]())
	if err != nil {
		t.Fatal(err)
	}
	add := func(n int) func(int) int { return func(m int) int { return n + m } }
	last := &Node{F: add(3), N: 3}
	v := map[string][]Node{"a": {{F: add(1), N: 1, Next: last}, {F: add(2), N: 2, Next: last}}}
	e := &wire.Encoder{Scope: s}
	if err := codec.Marshal(c, e, unsafe.Pointer(&v)); err != nil {
		t.Fatal(err)
	}
	var back map[string][]Node
	if err := codec.Unmarshal(c, e.Bytes(), s, unsafe.Pointer(&back)); err != nil {
		t.Fatal(err)
	}
	var sums []int
	for _, n := range back["a"] {
		sums = append(sums, n.F(10), n.N, n.Next.F(10), n.Next.N)
	}
	if diff := cmp.Diff([]int{11, 1, 13, 3, 12, 2, 13, 3}, sums); diff != "" {
		t.Errorf("sums differ (-want +got):\n%s", diff)
	}
	if back["a"][0].Next != back["a"][1].Next {
		t.Error("a shared pointer: got two, want one")
	}
}

// An interface without a proxy is found wherever objects are in a result.
func TestImportable(t *testing.T) {
	s, _ := objectScope()
	object, taken := manifest.Type{Kind: manifest.Interface, Name: "p.Store"}, manifest.Type{Kind: manifest.Interface, Name: "io.Reader"}
	s.manifest.Functions = []manifest.Function{{Name: "Keep", Params: list(manifest.Type{Kind: manifest.Slice, Elem: &taken})}}
	of := func(k manifest.Kind) *manifest.Type { return &manifest.Type{Kind: k, Elem: &object, Key: &mString} }
	stringer := reflect.TypeFor[fmt.Stringer]()
	for _, test := range []struct {
		name string
		t    *manifest.Type
		rt   reflect.Type
		want string
	}{
		{"itself", &object, stringer, "no proxy"},
		{"result of a func", &manifest.Type{Kind: manifest.Func, Results: list(object)}, reflect.TypeFor[func() fmt.Stringer](), "its result 1: no proxy"},
		{"parameter of a func", &manifest.Type{Kind: manifest.Func, Params: list(object)}, reflect.TypeFor[func(fmt.Stringer)](), ""},
		{"from a channel", &manifest.Type{Kind: manifest.Chan, Dir: "recv", Elem: &object}, reflect.TypeFor[<-chan fmt.Stringer](), "its elements: no proxy"},
		{"to a channel", &manifest.Type{Kind: manifest.Chan, Dir: "send", Elem: &object}, reflect.TypeFor[chan<- fmt.Stringer](), ""},
		{"with a proxy", &object, reflect.TypeFor[io.Reader](), ""},
		{"that another function takes", &taken, stringer, "no proxy"},
		{"that the func itself takes", &manifest.Type{Kind: manifest.Func, Params: list(taken), Results: list(taken)}, reflect.TypeFor[func(fmt.Stringer) fmt.Stringer](), ""},
		{"in a slice", of(manifest.Slice), reflect.TypeFor[[]fmt.Stringer](), "its elements: no proxy"},
		{"in a map", of(manifest.Map), reflect.TypeFor[map[string]fmt.Stringer](), "its elements: no proxy"},
		{"in a struct", &manifest.Type{Kind: manifest.Struct, Fields: []manifest.Field{{Name: "A", Type: object}}},
			reflect.TypeFor[struct{ A fmt.Stringer }](), "field A: no proxy"},
		{"without objects", &mString, reflect.TypeFor[string](), ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := ""
			if err := s.Importable(test.t, test.rt, ToHost); err != nil {
				got = err.Error()
			}
			if got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// What goes to the plugin brings objects of the plugin to the host, as arguments.
func TestImportableOfArguments(t *testing.T) {
	s, _ := objectScope()
	object, taken := manifest.Type{Kind: manifest.Interface, Name: "p.Store"}, manifest.Type{Kind: manifest.Interface, Name: "io.Reader"}
	s.manifest.Functions = []manifest.Function{{Name: "Keep", Params: list(taken)}}
	visitor := manifest.Type{Kind: manifest.Interface, Methods: []manifest.Method{{Name: "Visit", Params: list(object)}}}
	for _, test := range []struct {
		name string
		t    *manifest.Type
		rt   reflect.Type
		want string
	}{
		{"parameter of a func", &manifest.Type{Kind: manifest.Func, Params: list(object)}, reflect.TypeFor[func(fmt.Stringer)](), "its parameter 1: no proxy"},
		{"behind a context", &manifest.Type{Kind: manifest.Func, Params: list(object)}, reflect.TypeFor[func(context.Context, fmt.Stringer)](), "its parameter 1: no proxy"},
		{"result of a func", &manifest.Type{Kind: manifest.Func, Results: list(object)}, reflect.TypeFor[func() fmt.Stringer](), ""},
		{"to a channel", &manifest.Type{Kind: manifest.Chan, Dir: "send", Elem: &object}, reflect.TypeFor[chan<- fmt.Stringer](), "its elements: no proxy"},
		{"from a channel", &manifest.Type{Kind: manifest.Chan, Dir: "recv", Elem: &object}, reflect.TypeFor[<-chan fmt.Stringer](), ""},
		{"parameter of a method", &visitor, reflect.TypeFor[interface{ Visit(fmt.Stringer) }](), "its method Visit: its parameter 1: no proxy"},
		{"that the plugin takes", &manifest.Type{Kind: manifest.Func, Params: list(taken)}, reflect.TypeFor[func(fmt.Stringer)](), ""},
		{"the host's own", &object, reflect.TypeFor[fmt.Stringer](), ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := ""
			if err := s.Importable(test.t, test.rt, ToPlugin); err != nil {
				got = err.Error()
			}
			if got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

package merge

import (
	"errors"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
)

// An inner has a field that does not cross.
type inner struct {
	X      int
	secret string
}

type object struct{ id int }

type outer struct {
	N     int64
	Own   string // the plugin's type lacks it
	In    inner
	List  []inner
	Array [2]inner
	Map   map[string]inner
	Ptr   *inner
	Lines []*inner
	Any   any
	Obj   *object
	hid   string
}

// The plugin's types.
type (
	pluginInner struct{ X int }
	pluginOuter struct {
		N     int
		In    pluginInner
		List  []pluginInner
		Array [2]pluginInner
		Map   map[string]pluginInner
		Ptr   *pluginInner
		Lines []*pluginInner
		Any   any
		Obj   *pluginInner
	}
)

func newOuter() *outer {
	return &outer{
		N: 1, Own: "own", In: inner{1, "in"}, List: []inner{{1, "l0"}, {2, "l1"}}, Array: [2]inner{{1, "a0"}, {2, "a1"}},
		Map: map[string]inner{"a": {1, "m"}, "gone": {}}, Ptr: &inner{1, "p"}, Lines: []*inner{{1, "x"}, {2, "y"}},
		Any: 5, Obj: &object{1}, hid: "hid",
	}
}

func assign(to, from reflect.Value) (bool, error) {
	objects := false
	a := codec.Assigner{Copying: true, Special: func(dst reflect.Value, _ any) (bool, error) {
		is := dst.Type() == reflect.TypeFor[*object]()
		objects = objects || is
		return is, nil
	}}
	err := a.Assign(to, from.Interface())
	return !objects, err
}

// What does not cross stays in all parts of a value: in those of another type than the plugin's, and
// in those of the same type that decoding has not restored.
func TestMergeKeepsWhatDoesNotCross(t *testing.T) {
	want := newOuter()
	want.N, want.In.X, want.List[0].X, want.List[1].X, want.Array[1].X, want.Ptr.X, want.Lines[1].X = 2, 10, 11, 12, 13, 14, 15
	want.Map, want.Any = map[string]inner{"a": {16, "m"}, "new": {17, ""}}, 6
	same := newOuter()
	same.Own, same.hid, same.N = "own", "", 2
	same.In, same.List, same.Array = inner{X: 10}, []inner{{X: 11}, {X: 12}}, [2]inner{{X: 1}, {X: 13}}
	same.Map, same.Ptr, same.Lines, same.Any = map[string]inner{"a": {X: 16}, "new": {X: 17}}, &inner{X: 14}, []*inner{{X: 1}, {X: 15}}, 6
	for _, test := range []struct {
		name string
		from any
		m    Merger
	}{
		{"of another type", &pluginOuter{
			N: 2, In: pluginInner{10}, List: []pluginInner{{11}, {12}}, Array: [2]pluginInner{{1}, {13}},
			Map: map[string]pluginInner{"a": {16}, "new": {17}}, Ptr: &pluginInner{14}, Lines: []*pluginInner{{1}, {15}}, Any: 6, Obj: &pluginInner{9},
		}, Merger{Assign: assign}},
		{"of the same type", same, Merger{}},
	} {
		t.Run(test.name, func(t *testing.T) {
			to := newOuter()
			obj, list, lines, m := to.Obj, to.List, to.Lines[1], to.Map
			if err := test.m.Content(reflect.ValueOf(to), reflect.ValueOf(test.from)); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, to, cmp.AllowUnexported(outer{}, inner{}, object{})); diff != "" {
				t.Errorf("got another value (-want +got):\n%s", diff)
			}
			if test.m.Assign != nil && to.Obj != obj {
				t.Error("the object was replaced")
			}
			if &to.List[0] != &list[0] || to.Lines[1] != lines || m["new"].X != 17 {
				t.Error("got new memory, want the host's own")
			}
		})
	}
}

// All elements of a slice keep their fields, also if it has another length now.
func TestMergeKeepsInElements(t *testing.T) {
	list := []inner{{1, "a"}, {2, "b"}}
	m := Merger{Assign: assign}
	if err := m.Content(reflect.ValueOf(list), reflect.ValueOf([]pluginInner{{3}, {4}})); err != nil {
		t.Fatal(err)
	}
	if want := []inner{{3, "a"}, {4, "b"}}; !reflect.DeepEqual(list, want) {
		t.Errorf("got %v, want %v", list, want)
	}
	longer := struct{ List []inner }{list}
	m = Merger{Assign: assign}
	if err := m.Content(reflect.ValueOf(&longer), reflect.ValueOf(&struct{ List []pluginInner }{[]pluginInner{{5}, {6}, {7}}})); err != nil {
		t.Fatal(err)
	}
	if want := []inner{{5, "a"}, {6, "b"}, {7, ""}}; !reflect.DeepEqual(longer.List, want) {
		t.Errorf("got %v, want %v", longer.List, want)
	}
}

// Maps within interfaces are written to in their place, and objects of the plugin stay.
func TestMergeInInterfaces(t *testing.T) {
	nested, o := map[string]any{"a": 1}, &object{1}
	to := map[string]any{"m": nested, "o": o, "list": []any{nested}, "gone": 1}
	from := map[string]any{"m": map[string]any{"a": 1, "b": 2}, "o": &pluginInner{3}, "list": []any{map[string]any{"a": 1, "b": 2}}}
	m := Merger{Restored: true, Keep: func(t reflect.Type) bool { return t == reflect.TypeFor[*object]() }}
	if err := m.Content(reflect.ValueOf(to), reflect.ValueOf(from)); err != nil {
		t.Fatal(err)
	}
	if nested["b"] != 2 || to["o"] != o || len(to) != 3 {
		t.Errorf("got %v with %v, want b in the nested map, the object, and nothing that is gone", to, nested)
	}
}

// A value that cannot be assigned is an error.
func TestMergeFails(t *testing.T) {
	to := struct{ N int8 }{1}
	failed := errors.New("cannot")
	m := Merger{Assign: func(_, _ reflect.Value) (bool, error) { return false, failed }}
	if err := m.Content(reflect.ValueOf(&to), reflect.ValueOf(&struct{ N int }{300})); err != failed || to.N != 1 {
		t.Errorf("got %v and %d, want an error and 1", err, to.N)
	}
}

// A value that stands for one of the other side stays when a copy comes back for it, and gives
// way to another such value.
func TestMergeKeepsStandIns(t *testing.T) {
	one, other := &object{1}, &object{2}
	keep := func(t reflect.Type) bool { return t == reflect.TypeFor[*object]() }
	for name, test := range map[string]struct {
		from any
		want *object
	}{
		"a copy":   {map[string]float64{"a": 1.5}, one},
		"a struct": {map[string]pluginInner{"a": {}}, one},
		"another":  {map[string]*object{"a": other}, other},
		"nil":      {map[string]*object{"a": nil}, nil},
		"the same": {map[string]*object{"a": one}, one},
	} {
		t.Run(name, func(t *testing.T) {
			to := map[string]*object{"a": one}
			m := Merger{Keep: keep, Assign: assign}
			if err := m.Content(reflect.ValueOf(to), reflect.ValueOf(test.from)); err != nil || to["a"] != test.want {
				t.Errorf("got %v, error %v, want %v", to["a"], err, test.want)
			}
		})
	}
}

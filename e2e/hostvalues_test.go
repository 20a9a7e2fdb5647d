package e2e

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	winplugin "github.com/RamanSharma100/go-winplugin"
	"github.com/google/go-cmp/cmp"
)

// Types of the host that the plugin does not have.
type (
	Basis  struct{ ID int }
	basis  struct{ Hidden string }
	tagged struct {
		Name  string            `json:"name,omitempty"`
		Count int               `json:"count,string"`
		Skip  bool              `json:"-"`
		Extra map[string]string `json:"extra,omitempty"`
	}
	embedding struct {
		Basis
		basis
		*tagged
		N int
	}
	partly struct {
		A int
		b int
	}
	tree struct {
		Name string
		Kids []*tree          `json:"kids,omitempty"`
		More map[string]*tree `json:",omitempty"`
	}
	grade  int
	grades []grade
	names  map[string]grade
	money  struct{ cents int64 }
	point  struct{ X, Y int }
	items  struct {
		Level  grade
		Levels grades
		Named  names
		Price  money
		Points []point
	}
)

func (l grade) MarshalText() ([]byte, error) { return fmt.Appendf(nil, "L%d", int(l)), nil }
func (l *grade) UnmarshalText(b []byte) error {
	_, err := fmt.Sscanf(string(b), "L%d", (*int)(l))
	return err
}
func (l grade) String() string               { return fmt.Sprintf("grade %d", int(l)) }
func (l grades) String() string              { return fmt.Sprintf("%d grades", len(l)) }
func (n names) String() string               { return fmt.Sprintf("%d names", len(n)) }
func (m money) String() string               { return fmt.Sprintf("%d.%02d", m.cents/100, m.cents%100) }
func (m money) MarshalJSON() ([]byte, error) { return fmt.Appendf(nil, `"%s"`, m), nil }
func (m *money) UnmarshalJSON(b []byte) error {
	var whole, cents int64
	if _, err := fmt.Sscanf(string(b), `"%d.%d"`, &whole, &cents); err != nil {
		return fmt.Errorf("money: %w", err)
	}
	m.cents = 100*whole + cents
	return nil
}
func (m *money) Scan(v any) error {
	n, ok := v.(int64)
	if !ok {
		return errors.New("no money")
	}
	m.cents = n
	return nil
}
func (p point) Format(s fmt.State, verb rune) {
	if s.Flag('+') {
		fmt.Fprintf(s, "x=%d y=%d", p.X, p.Y)
		return
	}
	fmt.Fprintf(s, "%d/%d", p.X, p.Y)
}

// hostValues are values that encoders look into by reflection and by methods.
func hostValues() []any {
	shared := &tree{Name: "shared"}
	return []any{
		tagged{Name: "n", Count: 3, Skip: true}, &tagged{Extra: map[string]string{"k": "v"}}, []tagged{{}, {Name: "x"}},
		embedding{Basis{1}, basis{"h"}, &tagged{Name: "t"}, 2}, &embedding{N: 3}, map[string]embedding{"e": {}},
		struct {
			Basis `json:"base"`
			When  time.Time
		}{Basis{4}, time.Unix(1e9, 0).UTC()},
		partly{A: 1, b: 2}, &partly{A: 2, b: 3}, struct{ A, b int }{1, 2},
		tree{Name: "root", Kids: []*tree{{Name: "kid"}, shared, shared}, More: map[string]*tree{"m": {Name: "more"}}},
		grade(5), grades{1, 2}, names{"a": 1}, map[grade]string{7: "seven"}, [2]grade{1, 2}, []any{grade(1), &tree{}, nil},
		money{1234}, &money{5}, []money{{1}, {2}}, struct{ Price *money }{&money{99}}, point{1, 2}, &point{3, 4},
		items{Level: 1, Levels: grades{2}, Named: names{"x": 3}, Price: money{450}, Points: []point{{5, 6}}},
	}
}

// What prints and encodes values of the host's types in the plugin gives what it gives in
// the host.
func TestHostValues(t *testing.T) {
	p := objects(t)
	for i, v := range hostValues() {
		t.Run(fmt.Sprintf("%d %T", i, v), func(t *testing.T) { compareHostValue(t, p, v) })
	}
}

func compareHostValue(t *testing.T, p *winplugin.Plugin, v any) {
	t.Helper()
	want, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	if got := call(t, p, "Marshal", v)[0]; got != string(want) {
		t.Errorf("JSON: got %s, want %s", got, want)
	}
	for _, format := range []string{"%T", "%v", "%+v"} {
		if strings.Contains(fmt.Sprintf("%v %+v", v, v), "0x") && format != "%T" {
			continue // addresses differ
		}
		if got, want := call(t, p, "Format", format, v)[0], fmt.Sprintf(format, v); got != want {
			t.Errorf("%s: got %s, want %s", format, got, want)
		}
	}
	to := reflect.New(reflect.TypeOf(v))
	direct := reflect.New(reflect.TypeOf(v))
	wantErr := json.Unmarshal(want, direct.Interface())
	err = bound[func([]byte, any) error](t, p, "Unmarshal")(want, to.Interface())
	if (err == nil) != (wantErr == nil) {
		t.Errorf("Unmarshal: got %v, want %v", err, wantErr)
	}
	if wantErr == nil && !reflect.DeepEqual(to.Interface(), direct.Interface()) {
		t.Errorf("Unmarshal: got %+v, want %+v", to.Elem(), direct.Elem())
	}
	call(t, p, "Stow", "value", v)
	if got := call(t, p, "Fetch", "value")[0]; !reflect.DeepEqual(got, v) {
		t.Errorf("came back as %T %+v, want %T %+v", got, got, v, v)
	}
}

// Types that a seed composes of those above.
func TestHostValuesRandom(t *testing.T) {
	p := objects(t)
	r := rand.New(rand.NewPCG(1, 2))
	parts := hostValues()
	var value func(depth int) reflect.Value
	value = func(depth int) reflect.Value {
		v := reflect.ValueOf(parts[r.IntN(len(parts))])
		if v.Kind() == reflect.Pointer {
			v = reflect.ValueOf(grade(r.IntN(100)))
		}
		switch r.IntN(6) {
		case 0:
			s := reflect.MakeSlice(reflect.SliceOf(v.Type()), 2, 2)
			s.Index(0).Set(v)
			return s
		case 1:
			m := reflect.MakeMap(reflect.MapOf(reflect.TypeFor[string](), v.Type()))
			m.SetMapIndex(reflect.ValueOf("key"), v)
			return m
		case 2, 3:
			if depth == 0 {
				return v
			}
			var fields []reflect.StructField
			var values []reflect.Value
			for i := range 1 + r.IntN(4) {
				values = append(values, value(depth-1))
				tag := []string{"", `json:"f%d,omitempty"`, `json:"t%d" yaml:"y"`}[r.IntN(3)]
				if tag != "" {
					tag = fmt.Sprintf(tag, i)
				}
				fields = append(fields, reflect.StructField{Name: fmt.Sprintf("F%d", i), Type: values[i].Type(), Tag: reflect.StructTag(tag)})
			}
			s := reflect.New(reflect.StructOf(fields)).Elem()
			for i, v := range values {
				s.Field(i).Set(v)
			}
			return s
		}
		return v
	}
	for i := range 40 {
		v := value(3).Interface()
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			compareHostValue(t, p, v)
			if t.Failed() {
				t.Logf("%T", v)
			}
		})
	}
}

// What the plugin writes to where the host's pointers point to is there after the call.
func TestHostPointers(t *testing.T) {
	p := objects(t)
	var n int64
	var text string
	var some any
	var price money
	call(t, p, "FillAll", int64(7), &n, &text, &some, &price)
	if n != 7 || text != "7" || some != int64(7) || price.cents != 7 {
		t.Errorf("got %d %q %v %v, want 7 in each", n, text, some, price)
	}

	root := tree{Kids: []*tree{{Name: "old"}}}
	kid := root.Kids[0]
	loader := call(t, p, "NewLoader", map[string]any{"Result": &root})[0].(*winplugin.Object)
	runtime.GC()
	for _, name := range []string{"a", "b"} {
		if _, err := loader.Call(t.Context(), "Load", fmt.Sprintf(`{"Name":%q,"kids":[{"Name":"kid of %[1]s"}]}`, name)); err != nil {
			t.Fatal(err)
		}
		if root.Name != name || len(root.Kids) != 1 || root.Kids[0].Name != "kid of "+name {
			t.Errorf("after a call of the object that keeps the pointer: got %+v, want %s", root, name)
		}
	}
	if kid.Name == "old" && kid == root.Kids[0] {
		t.Error("got the old name behind the value's pointer, want what the plugin wrote")
	}
	if _, err := p.Call(t.Context(), "FillAll", int64(1), new(bool)); err == nil || !strings.Contains(err.Error(), "cannot fill a *bool") {
		t.Errorf("got %v, want the plugin's error", err)
	}
}

// record is what ORMs set the key of.
type record struct {
	ID   int64
	Name string
	Next *record
}

// What the plugin writes to where pointers in slices and maps point to is there after the call.
func TestHostPointersInElements(t *testing.T) {
	p := objects(t)
	a, b := &record{Name: "a"}, &record{Name: "b"}
	tests := []struct {
		name string
		list any
		want []*record
	}{
		{"slice", []*record{a, b}, []*record{a, b}},
		{"array", [2]*record{a, b}, []*record{a, b}},
		{"map", map[string]*record{"a": a}, []*record{a}},
		{"one pointer twice", []*record{a, a}, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			a.ID, b.ID = 0, 0
			call(t, p, "Number", test.list)
			for i, r := range test.want {
				if want := int64(i + 1); r.ID != want {
					t.Errorf("element %d: got ID %d, want %d", i, r.ID, want)
				}
			}
			if test.want == nil && a.ID != 2 {
				t.Errorf("got ID %d, want 2", a.ID)
			}
		})
	}
}

// byName is sorted by the plugin, in the host.
type byName struct{ list []string }

func (b *byName) Len() int           { return len(b.list) }
func (b *byName) Less(i, j int) bool { return b.list[i] < b.list[j] }
func (b *byName) Swap(i, j int)      { b.list[i], b.list[j] = b.list[j], b.list[i] }

// settings has the method that YAML decoders call.
type settings struct{ Port int }

func (s *settings) UnmarshalYAML(unmarshal func(any) error) error {
	var raw struct {
		Port string `json:"port"`
	}
	if err := unmarshal(&raw); err != nil {
		return err
	}
	_, err := fmt.Sscan(raw.Port, &s.Port)
	return err
}

// Methods of the host's values are called in the host.
func TestHostMethods(t *testing.T) {
	p := objects(t)
	b := &byName{[]string{"c", "a", "b"}}
	if call(t, p, "SortAny", b)[0] != true || !slices.IsSorted(b.list) {
		t.Errorf("got %v, want it sorted", b.list)
	}
	if got := call(t, p, "ReadAll", strings.NewReader("a text"))[0]; got != "a text" {
		t.Errorf("ReadAll: got %q, want %q", got, "a text")
	}
	s := settings{}
	call(t, p, "Configure", &s, `{"port":"80"}`)
	if s.Port != 80 {
		t.Errorf("port %d, want 80", s.Port)
	}
	if _, err := p.Call(t.Context(), "Configure", &s, `{`); err == nil || !strings.Contains(err.Error(), "JSON") {
		t.Errorf("got %v, want the decoder's error", err)
	}
	_, err := p.Call(t.Context(), "FillAll", int64(1), &neverScans{})
	if err == nil || !strings.Contains(err.Error(), "never") {
		t.Errorf("got %v, want the method's error", err)
	}
	if diff := cmp.Diff("L3", call(t, p, "Marshal", map[string]any{"l": grade(3)})[0].(string)[6:8]); diff != "" {
		t.Errorf("got other JSON (-want +got):\n%s", diff)
	}
}

// A reader behind an any that fills little of a large buffer gives what it has filled.
func TestReaderOfFewBytes(t *testing.T) {
	p := open(t, built(t, "objects"))
	text := strings.Repeat("äöü0123456789", 50_000)
	for name, r := range map[string]io.Reader{
		"one byte":       &pointerReader{iotest.OneByteReader(strings.NewReader(text[:3000]))},
		"half":           &pointerReader{iotest.HalfReader(strings.NewReader(text))},
		"with its error": &pointerReader{iotest.DataErrReader(strings.NewReader(text))},
	} {
		t.Run(name, func(t *testing.T) {
			want := text
			if name == "one byte" {
				want = text[:3000]
			}
			if got := call(t, p, "ReadAll", r)[0]; got != want {
				t.Errorf("got %.40q…, want %.40q…", got, want)
			}
		})
	}
}

// A pointerReader has the method Read of another reader.
type pointerReader struct{ r io.Reader }

func (p *pointerReader) Read(b []byte) (int, error) { return p.r.Read(b) }

type neverScans struct{ n int }

func (*neverScans) Scan(any) error { return errors.New("never") }

package madetype

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"runtime"
	"testing"
	"unsafe"
)

func TestDeclareInt(t *testing.T) {
	m, err := Declare(reflect.TypeFor[int](), "main.text", "main", true)
	if err != nil {
		t.Fatal(err)
	}
	err = m.SetMethods([]Method{{Name: "String", Type: reflect.TypeFor[func() string](), Func: func(p unsafe.Pointer, _ []reflect.Value) []reflect.Value {
		return []reflect.Value{reflect.ValueOf(fmt.Sprintf("t%d", *(*int)(p)))}
	}}, {Name: "MarshalText", Type: reflect.TypeFor[func() ([]byte, error)](), Func: func(p unsafe.Pointer, _ []reflect.Value) []reflect.Value {
		return []reflect.Value{reflect.ValueOf([]byte(fmt.Sprintf("t%d", *(*int)(p)))), reflect.Zero(reflect.TypeFor[error]())}
	}}, {Name: "UnmarshalText", Type: reflect.TypeFor[func([]byte) error](), Pointer: true, Func: func(p unsafe.Pointer, args []reflect.Value) []reflect.Value {
		*(*int)(p) = args[0].Len()
		return []reflect.Value{reflect.Zero(reflect.TypeFor[error]())}
	}}})
	if err != nil {
		t.Fatal(err)
	}
	v := reflect.New(m.Type())
	v.Elem().SetInt(5)
	b, err := json.Marshal(v.Elem().Interface())
	if got, want := fmt.Sprintf("%v %T %T %s %v", v.Elem(), v.Elem().Interface(), v.Interface(), b, err), `t5 main.text *main.text "t5" <nil>`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if err := json.Unmarshal([]byte(`"abc"`), v.Interface()); err != nil || v.Elem().Int() != 3 {
		t.Errorf("got %v, %v, want 3, nil", v.Elem().Int(), err)
	}
	if m.Type().PkgPath() != "main" || m.Type().Name() != "text" || m.Type().NumMethod() != 2 || reflect.PointerTo(m.Type()).NumMethod() != 3 {
		t.Errorf("got %v, want main.text with 2 methods, and 3 by pointer", m.Type())
	}
	_ = errors.New
}

func TestDeclareRecursive(t *testing.T) {
	base := reflect.StructOf([]reflect.StructField{
		{Name: "Name", Type: reflect.TypeFor[string](), Tag: `json:"name"`},
		{Name: "Kids", Type: reflect.TypeFor[[]unsafe.Pointer]()},
		{Name: "M", Type: reflect.TypeFor[map[string]int]()},
	})
	m, err := Declare(base, "main.tree", "main", true)
	if err != nil {
		t.Fatal(err)
	}
	m.SetField(1, reflect.StructField{Name: "Kids", Type: reflect.SliceOf(reflect.PointerTo(m.Type()))})
	m.SetField(2, reflect.StructField{Name: "M", Type: reflect.MapOf(reflect.TypeFor[string](), reflect.PointerTo(m.Type()))})
	v := reflect.New(m.Type())
	text := `{"name":"a","Kids":[{"name":"b","Kids":null,"M":{}}],"M":{"x":{"name":"c","Kids":[],"M":null}}}`
	for range 2000 {
		v = reflect.New(m.Type())
		if err := json.Unmarshal([]byte(text), v.Interface()); err != nil {
			t.Fatal(err)
		}
	}
	runtime.GC()
	b, err := json.Marshal(v.Interface())
	if string(b) != text || err != nil {
		t.Errorf("got %s, %v, want %s", b, err, text)
	}
	if got := fmt.Sprintf("%T %v", v.Interface(), m.Type().Field(1).Type); got != "*main.tree []*main.tree" {
		t.Errorf("got %s, want *main.tree []*main.tree", got)
	}
}

func TestDeclareMap(t *testing.T) {
	m, err := Declare(reflect.TypeFor[map[string]int](), "main.set", "main", true)
	if err != nil {
		t.Fatal(err)
	}
	if err := m.SetMethods([]Method{{Name: "String", Type: reflect.TypeFor[func() string](), Func: func(p unsafe.Pointer, _ []reflect.Value) []reflect.Value {
		return []reflect.Value{reflect.ValueOf(fmt.Sprint(len(*(*map[string]int)(p))))}
	}}}); err != nil {
		t.Fatal(err)
	}
	v := reflect.MakeMap(m.Type())
	v.SetMapIndex(reflect.ValueOf("x"), reflect.ValueOf(1))
	p := reflect.New(m.Type())
	p.Elem().Set(v)
	if got := fmt.Sprintf("%v %v %T", v.Interface(), p.Interface(), p.Interface()); got != "1 1 *main.set" {
		t.Errorf("got %s, want 1 1 *main.set", got)
	}
}

// Callers may pass the receiver as a parameter, which lies in a register of its type.
func TestMethodByValue(t *testing.T) {
	for name, v := range map[string]any{"float": struct{ D float64 }{1.5}, "words": struct{ A, B, C int }{1, 2, 3}, "text": "x"} {
		t.Run(name, func(t *testing.T) {
			m, err := Declare(reflect.TypeOf(v), "main.v", "main", true)
			if err != nil {
				t.Fatal(err)
			}
			err = m.SetMethods([]Method{{Name: "Text", Type: reflect.TypeFor[func(string) string](), Func: func(p unsafe.Pointer, args []reflect.Value) []reflect.Value {
				return []reflect.Value{reflect.ValueOf(fmt.Sprintf("%v %v", reflect.NewAt(reflect.TypeOf(v), p).Elem(), args[0]))}
			}}})
			if err != nil {
				t.Fatal(err)
			}
			p := reflect.New(reflect.TypeOf(v))
			p.Elem().Set(reflect.ValueOf(v))
			made := reflect.NewAt(m.Type(), p.UnsafePointer()).Elem()
			method, _ := m.Type().MethodByName("Text")
			want := fmt.Sprintf("%v a", v)
			if got := method.Func.Call([]reflect.Value{made, reflect.ValueOf("a")})[0].String(); got != want {
				t.Errorf("by reflect.Method: got %q, want %q", got, want)
			}
			if got := made.Interface().(interface{ Text(string) string }).Text("a"); got != want {
				t.Errorf("by an interface: got %q, want %q", got, want)
			}
		})
	}
}

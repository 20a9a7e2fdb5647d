package codec

import (
	"bytes"
	"reflect"
	"strings"
	"testing"
)

type contents struct {
	Name  string
	Text  strings.Builder
	Bytes bytes.Buffer
	List  []bytes.Buffer
	Next  *contents
}

// The content of builders and buffers is assigned, and not their unexported fields.
func TestContents(t *testing.T) {
	var from contents
	from.Name = "x"
	from.Text.WriteString("text")
	from.Bytes.WriteString("bytes")
	from.List = make([]bytes.Buffer, 2)
	from.List[1].WriteString("second")
	as := ContentType(reflect.TypeFor[contents]())
	if want := "struct { Name string; Text string; Bytes string; List []string; Next *codec.contents }"; as == nil || as.String() != want {
		t.Fatalf("ContentType: got %v, want %s", as, want)
	}
	for _, test := range []struct {
		name    string
		between reflect.Type // in between, nil for none
	}{
		{"directly", nil},
		{"by texts", as},
	} {
		t.Run(test.name, func(t *testing.T) {
			var v any = &from
			if test.between != nil {
				p := reflect.New(test.between)
				a := Assigner{Copying: true}
				if err := a.Assign(p.Elem(), &from); err != nil {
					t.Fatal(err)
				}
				v = p.Interface()
			}
			type copied contents
			var to copied
			if err := new(Assigner).Assign(reflect.ValueOf(&to).Elem(), v); err != nil {
				t.Fatal(err)
			}
			moved := to.Text
			moved.WriteString("+") // panics if a builder was written to and copied
			if got := to.Name + " " + moved.String() + " " + to.Bytes.String() + " " + to.List[1].String(); got != "x text+ bytes second" {
				t.Errorf("got %s, want x text+ bytes second", got)
			}
		})
	}
	if got := ContentType(reflect.TypeFor[struct{ Next *contents }]()); got != nil {
		t.Errorf("a pointer: got %v, want nil", got)
	}
}

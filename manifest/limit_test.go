package manifest

import (
	"errors"
	"runtime"
	"strconv"
	"strings"
	"testing"
)

// A manifest of the greatest size does not take memory without end, whatever is in it.
func TestDecodeLimitsItems(t *testing.T) {
	head := `{"format":` + strconv.Itoa(Format) + `,"package":"p","goos":"linux","goarch":"amd64","bridge":{"kind":"cgo","version":1},`
	fill := func(start, item, end string) string {
		n := (MaxSize - len(head) - len(start) - len(end) - 2) / (len(item) + 1)
		return head + start + strings.Repeat(item+",", n-1) + item + end + "}"
	}
	for _, test := range []struct{ name, data string }{
		{"functions", fill(`"functions":[`, `{}`, `]`)},
		{"null functions", fill(`"functions":[`, `null`, `]`)},
		{"fields", fill(`"types":{"t":{"type":{"fields":[`, `{}`, `]}}}`)},
		{"types", fill(`"types":{`, `"":{}`, `}`)},
		{"null types", fill(`"types":{`, `"a":null`, `}`)},
		{"elements", fill(`"functions":[{"params":[{"type":{`, `"elem":{}`, `}}]}]`)},
		{"brackets", fill(`"flags":`+strings.Repeat("[", 1<<20), `[]`, "")},
	} {
		t.Run(test.name, func(t *testing.T) {
			data := []byte(test.data)
			if len(data) > MaxSize {
				t.Fatalf("the manifest has %d bytes, want at most %d", len(data), MaxSize)
			}
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := Decode(data)
			runtime.ReadMemStats(&after)
			if err == nil || !strings.Contains(err.Error(), "damaged") {
				t.Errorf("got error %v, want a damaged manifest", err)
			}
			if got := after.TotalAlloc - before.TotalAlloc; got > 256<<20 {
				t.Errorf("decoding took %d MiB, want at most 256", got>>20)
			}
		})
	}
}

// A manifest of many functions is no damaged one.
func TestDecodeManyItems(t *testing.T) {
	m := &Manifest{Format: Format, Package: "p", GOOS: "linux", GOARCH: "amd64", Bridge: Bridge{Kind: CGO, Version: 1}}
	for i := range 100_000 {
		m.Functions = append(m.Functions, Function{Name: "F" + strconv.Itoa(i), Params: []Param{{Name: "value", Type: Type{Kind: Int}}}})
	}
	data, err := m.Encode()
	if err != nil {
		t.Fatal(err)
	}
	got, err := Decode(data)
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Functions) != len(m.Functions) {
		t.Errorf("got %d functions, want %d", len(got.Functions), len(m.Functions))
	}
}

func TestDecodeOtherFormat(t *testing.T) {
	for _, test := range []struct {
		name, data string
		want       int
	}{
		{"same fields", `{"format":1}`, 1},
		{"other fields", `{"format":99,"functions":"none","package":[1]}`, 99},
		{"no format", `{}`, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := Decode([]byte(test.data))
			var format *FormatError
			if !errors.As(err, &format) || format.Got != test.want {
				t.Errorf("got %v, want a FormatError for %d", err, test.want)
			}
		})
	}
}

func FuzzDecode(f *testing.F) {
	data, err := sample().Encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add([]byte(`{"format":3,"functions":[{},null,{"params":[{"type":{"kind":"slice","elem":null}}]}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := Decode(data)
		if err != nil {
			return
		}
		// What has been accepted can be used.
		for i := range m.Functions {
			f := &m.Functions[i]
			_ = f.Signature()
			for _, list := range [][]Param{f.Params, f.Results} {
				for j := range list {
					m.Types.Form(&list[j].Type)
					_, _ = m.Types.Fixed(&list[j].Type)
					_ = list[j].Type.Text()
				}
			}
		}
		for name := range m.Types {
			d := m.Types[name]
			m.Types.Form(&d.Type)
			m.Types.MarshalerKind(&Type{Kind: Struct, Name: name})
		}
		if again, err := m.Encode(); err != nil {
			t.Errorf("encoding what was decoded: got error %v, want nil", err)
		} else if _, err := Decode(again); err != nil && len(again) <= MaxSize {
			t.Errorf("decoding it again: got error %v, want nil", err)
		}
	})
}

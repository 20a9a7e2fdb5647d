package typemap

import (
	"math"
	"math/big"
	"net/url"
	"reflect"
	"testing"
	"time"

	"github.com/RamanSharma100/go-winplugin/internal/host/typemap/typemaptest"
	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// A maker makes values of all sorts from the fuzzer's bytes.
type maker struct {
	data  []byte
	loops []any
}

func (m *maker) byte() byte {
	if len(m.data) == 0 {
		return 0
	}
	b := m.data[0]
	m.data = m.data[1:]
	return b
}

func (m *maker) uint64() (n uint64) {
	for range m.byte() % 9 {
		n = n<<8 | uint64(m.byte())
	}
	return n
}

func (m *maker) text() string {
	n := min(int(m.byte()%16), len(m.data))
	s := string(m.data[:n])
	m.data = m.data[n:]
	return s
}

var fieldNames = []string{"ID", "Lines", "Value", "Next", "Name", "Kids", "Index", "A", "B", "Qty", "SKU", "sku", "X", "_", "At", "Data"}

func (m *maker) value(depth int) any {
	if depth > 20 || len(m.data) == 0 {
		return nil
	}
	switch m.byte() % 24 {
	case 0:
		return int(m.uint64())
	case 1:
		return int8(m.byte())
	case 2:
		return m.uint64()
	case 3:
		return math.Float64frombits(m.uint64())
	case 4:
		return math.Float32frombits(uint32(m.uint64()))
	case 5:
		return complex(float64(m.byte()), 0.5)
	case 6:
		return m.byte()%2 == 0
	case 7:
		return m.text()
	case 8:
		return []byte(m.text())
	case 9:
		return time.Unix(int64(m.uint64()), 0)
	case 10:
		return big.NewInt(int64(m.uint64()))
	case 11:
		return *big.NewInt(int64(m.uint64()))
	case 12:
		return &url.URL{Scheme: "x", Path: m.text()}
	case 13:
		list := make([]any, m.byte()%5)
		m.loops = append(m.loops, list)
		for i := range list {
			list[i] = m.value(depth + 1)
		}
		return list
	case 14:
		fields := map[string]any{}
		m.loops = append(m.loops, fields)
		for range m.byte() % 5 {
			fields[fieldNames[int(m.byte())%len(fieldNames)]] = m.value(depth + 1)
		}
		return fields
	case 15:
		entries := map[any]any{}
		for range m.byte() % 5 {
			if k := m.value(depth + 1); k == nil || reflect.ValueOf(k).Comparable() {
				entries[k] = m.value(depth + 1)
			}
		}
		return entries
	case 16:
		v := m.value(depth + 1)
		return &v
	case 17:
		n := &hostNode{Value: int(m.byte())}
		n.Next = &hostNode{1, n}
		return n
	case 18:
		return hostOrder{ID: m.byte(), Lines: []*hostLine{nil, {Qty: int(m.uint64())}}}
	case 19:
		if len(m.loops) > 0 {
			return m.loops[int(m.byte())%len(m.loops)]
		}
	case 20:
		return failing{}
	case 21:
		return [][3]uint16{{1}, {uint16(m.uint64())}}
	case 22:
		return []reflect.Value{reflect.ValueOf(m)}[:m.byte()%2]
	case 23:
		return struct {
			A, B, Name, Value any
			_                 int
		}{A: m.value(depth + 1), Name: m.value(depth + 1)}
	}
	return nil
}

func FuzzConvert(f *testing.F) {
	for i := range typemaptest.Types {
		f.Add(byte(i), []byte{13, 3, 0, 1, 5, 14, 2, 0, 7, 3, 'a', 'b', 'c', 1, 3, 8, 1, 2, 3, 4, 5, 6, 7, 8})
		f.Add(byte(i), []byte{17, 5})
		f.Add(byte(i), []byte{18, 5, 2, 1, 1})
		f.Add(byte(i), []byte{14, 2, 2, 0, 1, 7, 3, 19, 0})
	}
	s := NewScope(typemaptest.Shop)
	f.Fuzz(func(t *testing.T, to byte, data []byte) {
		ty, err := s.Type(typemaptest.Type(typemaptest.Types[int(to)%len(typemaptest.Types)]))
		if err != nil {
			t.Fatal(err)
		}
		v := (&maker{data: data}).value(0)
		got, err := ty.Convert(v)
		if err != nil {
			if err.Error() == "" {
				t.Error("got an error without text, want one with text")
			}
			return
		}
		if got != nil && ty.Go().Kind() != reflect.Interface && reflect.TypeOf(got) != ty.Go() {
			t.Fatalf("%T as %s: got a %T, want a %s", v, ty, got, ty.Go())
		}
		c, arg, err := ty.Argument(v)
		if err != nil {
			t.Fatalf("%#v as %s, which converts: got error %v as an argument, want nil", v, ty, err)
		}
		// What was converted can be encoded, or is refused for what an any holds.
		for _, x := range []struct {
			c *codec.Codec
			v any
		}{{ty.Codec(), got}, {c, arg}} {
			p := reflect.New(x.c.Type())
			if x.v != nil {
				p.Elem().Set(reflect.ValueOf(x.v))
			}
			var e wire.Encoder
			e.Scope = s
			_ = codec.Marshal(x.c, &e, p.UnsafePointer())
		}
	})
}

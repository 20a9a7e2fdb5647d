package pluginrt

import (
	"testing"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// FuzzArguments calls functions of a plugin with frames whose words and messages may be
// anything. Each call gets a status.
func FuzzArguments(f *testing.F) {
	owned := exported.Export(func(n int, v any) any { return v })
	Start(&Library{References: References(), Invoke: Invoke, Functions: []Function{
		{Words: 3, Params: []string{"v"}, Run: func(f *wire.Frame) {
			r := Arguments(f)
			v := codec.TakeAny(r.Next(0, 0))
			r.Close()
			w := Results(f)
			codec.PutAny(w.Next(0, 0), v)
			w.Close()
		}},
		{Words: 3, Run: func(f *wire.Frame) { _ = ImportFunc[func()](Ref(f, 0, 2), nil) }},
		{Words: 3, Run: func(f *wire.Frame) { SetContext(f, 0, Context(f, 0, 1)) }},
		{Words: 3, Run: func(f *wire.Frame) { SetString(f, 0, f.String(0)) }},
	}}, new(Entries))
	text := encoded(func(e *wire.Encoder) { codec.PutAny(e, []any{1, "x", map[string]any{"k": 2.5}}) })
	for function := uint64(0); function < 5; function++ {
		f.Add(function, uint64(owned|wire.Owner), text)
	}
	f.Add(wire.OpInvoke, uint64(owned|wire.Owner), encoded(func(e *wire.Encoder) { codec.PutAny(e, 3) }))
	f.Add(wire.OpTypeOf, uint64(owned), text)
	f.Fuzz(func(t *testing.T, function, ref uint64, message []byte) {
		c := newCaller(5, 128)
		switch {
		case function == wire.OpRelease || function == wire.OpHost:
			return // their words are addresses
		case function == wire.OpInvoke || function >= wire.OpPing:
			c.words[0] = ref
			c.argument(1, message)
			c.argument(3, message)
		default:
			c.argument(0, message)
			c.words[2] = ref
		}
		status := c.do(function)
		if status == 0 || status > wire.StatusTooLarge {
			t.Errorf("function %d: got status %d, want one of those there are", function, status)
		}
		if c.Held != 0 {
			held.Drop(c.Held)
		} else if c.Len > c.Cap {
			t.Errorf("function %d: got %d bytes in a buffer of %d, want a ticket", function, c.Len, c.Cap)
		}
	})
}

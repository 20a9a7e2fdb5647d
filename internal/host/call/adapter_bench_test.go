package call

import (
	"reflect"
	"testing"

	"github.com/RamanSharma100/go-winplugin/internal/host/typemap"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

type benchLine struct{ c *Call }

type benchCarrier struct{ c *Call }

func (b benchCarrier) Carry() error { b.c.Frame.Status = wire.StatusOK; return nil }
func (b benchCarrier) Release()     {}

func newBenchLine() benchLine {
	c := new(Call)
	c.Init(benchCarrier{c}, new(wire.Frame), nil)
	return benchLine{c}
}

func (l benchLine) Begin(s *Signature) (*Call, error) {
	l.c.Begin(s)
	return l.c, nil
}

func benchCallback(b *testing.B, f manifest.Function, m *manifest.Manifest, scope *typemap.Scope, t reflect.Type) func(*wire.Frame, any) {
	s, err := NewCallbackSignature("p", 0, &f, m.Types)
	if err != nil {
		b.Fatal(err)
	}
	c, err := BindCallback(s, scope, t)
	if err != nil {
		b.Fatal(err)
	}
	return func(f *wire.Frame, o any) { c.Handle(f, o, nil) }
}

package call

import (
	"reflect"
	"testing"

	"github.com/RamanSharma100/go-winplugin/internal/host/backend/fake"
	"github.com/RamanSharma100/go-winplugin/internal/host/typemap"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

type benchLine = *fake.Backend

func newBenchLine() benchLine { return &fake.Backend{Reuse: true} }

func benchExports(b *testing.B, m *manifest.Manifest, line benchLine) *Exports {
	return exportsOf(b, line, m)
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

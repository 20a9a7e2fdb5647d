package winplugin_test

import (
	"context"
	"path/filepath"
	"testing"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

// Every function that takes a context takes nil for one that never ends.
func TestNilContext(t *testing.T) {
	var none context.Context
	options := []winplugin.Option{winplugin.WithCacheDir(t.TempDir())}
	loader, err := winplugin.NewLoader("examples/calculator", options...)
	if err != nil {
		t.Fatal(err)
	}
	village, err := winplugin.OpenContext(none, filepath.Join("examples", "services", "village"), options...)
	if err != nil {
		t.Fatal(err)
	}
	var plugin *winplugin.Plugin
	for _, test := range []struct {
		name string
		call func() error
	}{
		{"Check", func() error { _, err := winplugin.Check(none, "examples/calculator", options...); return err }},
		{"Build", func() error { _, err := winplugin.Build(none, "examples/calculator", options...); return err }},
		{"OpenContext", func() (err error) {
			plugin, err = winplugin.OpenContext(none, "examples/calculator", options...)
			return err
		}},
		{"Plugin.Call", func() error { _, err := plugin.Call(none, "Execute", 1, 2); return err }},
		{"Func", func() error {
			execute, err := winplugin.Func[func(context.Context, int, int) (int, error)](plugin, "Execute")
			if err == nil {
				_, err = execute(none, 1, 2)
			}
			return err
		}},
		{"Plugin.CloseContext", func() error { return plugin.CloseContext(none) }},
		{"Loader.BuildContext", func() error { return loader.BuildContext(none, "calculator.go") }},
		{"Loader.CallContext", func() error { _, err := loader.CallContext(none, "calculator", "Execute", 1, 2); return err }},
		{"Loader.CloseContext", func() error { return loader.CloseContext(none) }},
		{"Object.Call", func() error {
			results, err := village.Call(none, "NewVillager", "Ada")
			if err != nil {
				return err
			}
			_, err = results[0].(*winplugin.Object).Call(none, "Each", func(string) error { return nil })
			return err
		}},
		{"Close of a plugin with objects", func() error { return village.CloseContext(none) }},
		{"Diagnose", func() error {
			_, err := winplugin.Diagnose(none, append(options, winplugin.WithToolchain(winplugin.Toolchain{Go: "missing", CC: "missing"}))...)
			return err
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if err := test.call(); err != nil {
				t.Errorf("got error %v, want none", err)
			}
		})
	}
}

package e2e

import (
	"os"
	"testing"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

// Host and plugin have one environment, as two packages of a program have.
func TestEnvironment(t *testing.T) {
	if isolated(t, map[string]string{"environ": built(t, "environ")}) {
		return
	}
	const name = "WINPLUGIN_TEST_ENVIRON"
	t.Setenv(name, "before") // so that it is restored
	p := open(t, built(t, "environ"))
	var env struct {
		Get   func(string) (string, bool)
		Set   func(name, value string) error
		Unset func(name string) error
	}
	if err := p.Bind(&env); err != nil {
		t.Fatal(err)
	}
	inPlugin := func(t *testing.T, want string, wantOK bool) {
		t.Helper()
		if got, ok := env.Get(name); got != want || ok != wantOK {
			t.Errorf("in the plugin: got %q, %t, want %q, %t", got, ok, want, wantOK)
		}
	}
	inHost := func(t *testing.T, name, want string, wantOK bool) {
		t.Helper()
		if got, ok := os.LookupEnv(name); got != want || ok != wantOK {
			t.Errorf("in the host: got %q, %t, want %q, %t", got, ok, want, wantOK)
		}
	}
	check := func(t *testing.T, err error) {
		t.Helper()
		if err != nil {
			t.Fatalf("got error %v, want nil", err)
		}
	}
	t.Run("set before the plugin was loaded", func(t *testing.T) { inPlugin(t, "before", true) })
	t.Run("set by the host", func(t *testing.T) {
		check(t, os.Setenv(name, "a=b ü"))
		inPlugin(t, "a=b ü", true)
	})
	t.Run("removed by the host", func(t *testing.T) {
		check(t, os.Unsetenv(name))
		inPlugin(t, "", false)
	})
	t.Run("set by the plugin", func(t *testing.T) {
		check(t, env.Set(name, "by the plugin"))
		inHost(t, name, "by the plugin", true)
	})
	t.Run("removed by the plugin", func(t *testing.T) {
		check(t, env.Unset(name))
		inHost(t, name, "", false)
	})
	t.Run("set by the plugin, then by the host", func(t *testing.T) {
		check(t, env.Set(name, "first"))
		check(t, os.Setenv(name, "second"))
		inPlugin(t, "second", true)
	})
	t.Run("set by a func that the plugin calls", func(t *testing.T) {
		around, err := winplugin.Func[func(f func(), name string) string](p, "Around")
		check(t, err)
		if got := around(func() { check(t, os.Setenv(name, "nested")) }, name); got != "nested" {
			t.Errorf("in the plugin: got %q, want %q", got, "nested")
		}
	})
	t.Run("seen by another plugin", func(t *testing.T) {
		other, err := winplugin.Func[func(string) (string, bool)](open(t, copyOf(t, "environ", "environ_other")), "Get")
		check(t, err)
		for _, want := range []string{"one", "two"} {
			check(t, env.Set(name, want))
			if got, _ := other(name); got != want {
				t.Errorf("in the other plugin: got %q, want %q", got, want)
			}
		}
	})
}

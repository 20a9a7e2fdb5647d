package e2e

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	winplugin "github.com/RamanSharma100/go-winplugin"
	"github.com/RamanSharma100/go-winplugin/internal/shared/abi"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// patience is how long tests wait for what takes milliseconds on an idle machine before they say
// that it never comes. It is for slow machines: no test that passes waits for it.
const patience = time.Minute

// runChild runs a child program with the kitchen's library and returns what it
// printed. It must end well within the given time.
func runChild(t *testing.T, name string, limit time.Duration, env ...string) string {
	t.Helper()
	out, err := childOutput(t, name, limit, env...)
	if err != nil {
		t.Fatalf("child %s: got error %v, want nil\n%.5000s\n[...]\n%s", name, err, out, out[max(0, len(out)-5000):])
	}
	if !strings.Contains(out, "child is done") {
		t.Fatalf("child %s: got an early end, want \"child is done\":\n%.5000s", name, out)
	}
	return out
}

func childOutput(t testing.TB, name string, limit time.Duration, env ...string) (string, error) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	cmd := exec.CommandContext(ctx, self)
	cmd.Env = append(os.Environ(), childName+"="+name, "WINPLUGIN_TEST_CACHE="+cacheDir, "WINPLUGIN_TEST_LIBRARY="+kitchen(t))
	cmd.Env = append(cmd.Env, env...)
	cmd.WaitDelay = 5 * time.Second
	out, err := cmd.CombinedOutput()
	if ctx.Err() != nil {
		err = fmt.Errorf("not done after %v: %w", limit, err)
	}
	return string(out), err
}

// childLibrary is the library that runChild names.
func childLibrary() string { return os.Getenv("WINPLUGIN_TEST_LIBRARY") }

// openCopies opens n copies of the library, each with a runtime of its own.
func openCopies(prefix string, n int) ([]*winplugin.Plugin, error) {
	var plugins []*winplugin.Plugin
	for i := range n {
		path, err := copyLibrary(childLibrary(), fmt.Sprintf("%s_%d", prefix, i))
		if err != nil {
			return plugins, err
		}
		p, err := winplugin.Open(path)
		if err != nil {
			return plugins, err
		}
		plugins = append(plugins, p)
	}
	return plugins, nil
}

// checkPlugin calls a plugin, faults among the calls.
func checkPlugin(p *winplugin.Plugin) error {
	ctx := context.Background()
	if r, err := p.Call(ctx, "Add", 1, 2); err != nil || r[0] != 3 {
		return fmt.Errorf("Add: %v, %w", r, err)
	}
	var pe *winplugin.PanicError
	if _, err := p.Call(ctx, "NilPointer"); !errors.As(err, &pe) {
		return fmt.Errorf("NilPointer: %w", err)
	}
	if r, err := p.Call(ctx, "Echo", "text"); err != nil || r[0] != "text" {
		return fmt.Errorf("Echo: %v, %w", r, err)
	}
	return hostFault()
}

// hostFault takes a nil pointer fault in the host itself.
func hostFault() (err error) {
	err = errors.New("the host's nil pointer went unnoticed")
	defer func() {
		if recover() != nil {
			err = nil
		}
	}()
	var null *struct{ x int }
	null.x++
	return err
}

func init() {
	children["fill"] = func() error {
		plugins, err := openCopies("fill", 100)
		if !errors.Is(err, winplugin.ErrTooManyLibraries) {
			return fmt.Errorf("after %d libraries: %w", len(plugins), err)
		}
		fmt.Println("libraries:", len(plugins))
		if len(plugins) < 50 {
			return fmt.Errorf("only %d libraries could be opened", len(plugins))
		}
		for range 3 {
			for _, p := range plugins {
				if err := checkPlugin(p); err != nil {
					return err
				}
				if _, err := p.Call(context.Background(), "Collect"); err != nil {
					return err
				}
			}
			runtime.GC()
		}
		// Those that are there can be opened again.
		p, err := winplugin.Open(plugins[0].Path())
		if err != nil {
			return err
		}
		return checkPlugin(p)
	}
	children["many"] = func() error {
		n := 120
		if runtime.GOARCH == "arm64" {
			n = 100 // glibc has room for the thread-local storage of some 105
		}
		plugins, err := openCopies("many", n)
		if err != nil {
			return fmt.Errorf("after %d libraries: %w", len(plugins), err)
		}
		for _, p := range plugins {
			if err := checkPlugin(p); err != nil {
				return err
			}
		}
		runtime.GC()
		return nil
	}
	children["goexit"] = func() error {
		p, err := winplugin.Open(childLibrary())
		if err != nil {
			return err
		}
		_, err = p.Call(context.Background(), "Exit")
		var crash *winplugin.CrashError
		if p.Survives() == nil && errors.As(err, &crash) {
			return errors.Join(err, p.Close())
		}
		return fmt.Errorf("the call came back: %w", err)
	}
}

// On Windows, and by the pure bridge, a process takes a limited number of libraries,
// refuses the next, and goes on with those it has.
func TestLibraryLimit(t *testing.T) {
	if runtime.GOOS != "windows" && bridge != winplugin.Pure {
		t.Skip("there is no such limit")
	}
	t.Log(runChild(t, "fill", 3*time.Minute))
}

// Elsewhere it is memory that limits their number. The handlers of faults nest,
// each on the same small signal stack.
func TestManyLibraries(t *testing.T) {
	if runtime.GOOS == "windows" || bridge == winplugin.Pure {
		t.Skip("see TestLibraryLimit")
	}
	runChild(t, "many", time.Minute)
}

// runtime.Goexit in a call ends the plugin, and with it the process if that does not survive.
func TestGoexit(t *testing.T) {
	out, err := childOutput(t, "goexit", time.Minute)
	if err == nil || !strings.Contains(out, "runtime.Goexit was called in a call from the host") {
		t.Errorf("got %v and the output\n%.2000s\nwant an error and a message on runtime.Goexit", err, out)
	}
}

func TestDamagedLibraries(t *testing.T) {
	whole, err := os.ReadFile(kitchen(t))
	if err != nil {
		t.Fatal(err)
	}
	// Not in t.TempDir: what the system loads, if only to be refused, stays loaded,
	// and cannot be removed on Windows.
	dir, err := os.MkdirTemp(cacheDir, "damaged")
	if err != nil {
		t.Fatal(err)
	}
	write := func(name string, b []byte) string {
		path := filepath.Join(dir, name+extension())
		if err := os.WriteFile(path, b, 0o700); err != nil {
			t.Fatal(err)
		}
		return path
	}
	format, version := fmt.Sprintf(`{"format":%d,`, manifest.Format), fmt.Sprintf(`","version":%d`, abi.Version)
	later := fmt.Sprintf(`","version":%d`, abi.Version+1) // of the same length, until version 99
	replace := func(old, new string) []byte { return []byte(strings.ReplaceAll(string(whole), old, new)) }
	for _, test := range []struct {
		path string
		want winplugin.LoadReason
	}{
		{write("empty", nil), winplugin.LoadNotLibrary},
		{write("text", []byte("hello, this is no library at all")), winplugin.LoadNotLibrary},
		{write("half", whole[:len(whole)/2]), winplugin.LoadTruncated},
		{write("nearly_whole", whole[:len(whole)-1]), winplugin.LoadTruncated},
		{write("head", whole[:100]), winplugin.LoadTruncated},
		{write("format", replace(format, `{"format":9,`)), winplugin.LoadWrongFormat},
		{write("manifest", replace(format, strings.TrimSuffix(format, ",")+";")), winplugin.LoadDamaged},
		{write("version", replace(version, later)), winplugin.LoadWrongBridge},
		{write("symbol", replace("winplugin_init", "winplugin_iniT")), winplugin.LoadMissingSymbol},
		{write("magic", replace("Wplug", "Wplxg")), winplugin.LoadDamaged},
	} {
		t.Run(test.path, func(t *testing.T) {
			if name := filepath.Base(test.path); bridge == winplugin.Pure && strings.HasPrefix(name, "symbol") || bridge != winplugin.Pure && strings.HasPrefix(name, "magic") {
				return // only the other bridge has it
			}
			p, err := winplugin.Open(test.path)
			var load *winplugin.LoadError
			if !errors.As(err, &load) || load.Reason != test.want {
				t.Errorf("%s: %v, %v, want reason %q", filepath.Base(test.path), p, err, test.want)
			}
		})
	}
	if got := call(t, openKitchen(t), "Add", 2, 2)[0]; got != 4 {
		t.Errorf("Add afterwards: got %v, want 4", got)
	}
}

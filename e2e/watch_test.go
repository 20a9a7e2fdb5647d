package e2e

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

// A watched plugin is rebuilt when the test changes its files.
type watched struct {
	*winplugin.Plugin
	t   *testing.T
	dir string

	mu      sync.Mutex
	events  []winplugin.ReloadEvent
	onEvent func(winplugin.ReloadEvent)
}

func (w *watched) event(e winplugin.ReloadEvent) {
	w.mu.Lock()
	w.events = append(w.events, e)
	next := w.onEvent
	w.mu.Unlock()
	if next != nil {
		next(e)
	}
}

func (w *watched) options(policy winplugin.WatchPolicy) []winplugin.Option {
	return []winplugin.Option{
		winplugin.WithWatch(policy), winplugin.WithLowPriority(),
		winplugin.WithReload(winplugin.ReloadPolicy{OnEvent: w.event}),
	}
}

// save writes a file of the plugin.
func (w *watched) save(name, text string) { w.t.Helper(); write(w.t, filepath.Join(w.dir, name), text) }

// say saves a plugin whose Text is the text.
func (w *watched) say(text string) { w.t.Helper(); w.save("watched.go", saying(text)) }

func saying(text string) string {
	return fmt.Sprintf("package watched\n\nfunc Text() string { return %q }\n", text)
}

// within waits until done reports true.
func (w *watched) within(what string, done func() bool) {
	w.t.Helper()
	for began := time.Now(); !done(); time.Sleep(5 * time.Millisecond) {
		if time.Since(began) > 3*time.Minute {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.t.Fatalf("got no %s, and the events %v", what, w.events)
		}
	}
}

// await waits until the plugin's Text is the text.
func (w *watched) await(text string) {
	w.t.Helper()
	w.within("plugin that says "+text, func() bool { return call(w.t, w.Plugin, "Text")[0] == text })
}

// count returns how many events of a stage there were.
func (w *watched) count(stage winplugin.ReloadStage) (n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, e := range w.events {
		if e.Stage == stage {
			n++
		}
	}
	return n
}

// fails waits until as many builds have failed.
func (w *watched) fails(n int) error {
	w.t.Helper()
	w.within("failure", func() bool { return w.count(winplugin.ReloadBuildFailed) >= n })
	w.mu.Lock()
	defer w.mu.Unlock()
	for i := len(w.events) - 1; ; i-- {
		if w.events[i].Stage == winplugin.ReloadBuildFailed {
			return w.events[i].Err
		}
	}
}

// openWatched opens a plugin that is watched, in a module.
func openWatched(t *testing.T, policy winplugin.WatchPolicy, opts ...winplugin.Option) *watched {
	t.Helper()
	w := &watched{t: t, dir: filepath.Join(t.TempDir(), "мой плагин ü", "watched one")}
	w.save("go.mod", "module example.com/watched\n\ngo 1.22\n")
	w.say("first")
	w.Plugin = open(t, w.dir, append(w.options(policy), opts...)...)
	return w
}

// Every way to change what a plugin is made of leads to a new version, one after another.
func TestWatch(t *testing.T) {
	rebuilds(t)
	oneBridge(t, winplugin.Pure)
	w := openWatched(t, winplugin.WatchPolicy{})
	text, err := winplugin.Func[func() (string, error)](w.Plugin, "Text")
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		name   string
		change func()
		want   string
	}{
		{"a save", func() { w.say("saved") }, "saved"},
		{"a save by rename", func() {
			w.save("watched.go.tmp", saying("renamed"))
			rename(w.t, filepath.Join(w.dir, "watched.go.tmp"), filepath.Join(w.dir, "watched.go"))
		}, "renamed"},
		{"a save with an error, and a good one", func() {
			failed := w.count(winplugin.ReloadBuildFailed)
			w.save("watched.go", "package watched\n\nfunc Text() string { return text }\n")
			built := new(winplugin.BuildError)
			if err := w.fails(failed + 1); !errors.As(err, &built) || built.Diagnostics[0].File != "watched.go" || built.Diagnostics[0].Line != 3 {
				w.t.Errorf("a save with an error: got %v, want the position", err)
			}
			if got := call(w.t, w.Plugin, "Text")[0]; got != "renamed" {
				w.t.Errorf("after the error: got %v, want the version before", got)
			}
			w.say("fixed")
		}, "fixed"},
		{"a new file", func() {
			w.save("watched.go", "package watched\n\nfunc Text() string { return more() }\n")
			w.save("more файл.go", "package watched\n\nfunc more() string { return \"more\" }\n")
		}, "more"},
		{"a package that becomes imported", func() {
			w.save("more файл.go", "package watched\n\nimport \"example.com/watched/sub\"\n\nfunc more() string { return sub.Text }\n")
			w.fails(w.count(winplugin.ReloadBuildFailed) + 1)
			w.save("sub/sub.go", "package sub\n\nconst Text = \"sub\"\n")
		}, "sub"},
		{"an imported package", func() { w.save("sub/sub.go", "package sub\n\nconst Text = \"sub 2\"\n") }, "sub 2"},
		{"an embedded file", func() {
			w.save("sub/texts/b.txt", "embedded")
			w.save("sub/sub.go", "package sub\n\nimport \"embed\"\n\n//go:embed texts/*.txt\nvar files embed.FS\n\nvar Text = read()\n\n"+
				"func read() string {\n\tlist, _ := files.ReadDir(\"texts\")\n\ttext, _ := files.ReadFile(\"texts/\" + list[0].Name())\n\treturn string(text)\n}\n")
			w.await("embedded")
			w.save("sub/texts/b.txt", "embedded 2")
		}, "embedded 2"},
		{"a file that matches a pattern", func() { w.save("sub/texts/a.txt", "embedded 3") }, "embedded 3"},
		{"go.mod", func() {
			for _, name := range []string{"one", "two"} {
				w.save(name+"/go.mod", "module example.com/other\n\ngo 1.22\n")
				w.save(name+"/other.go", "package other\n\nconst Text = \""+name+"\"\n")
			}
			const mod = "module example.com/watched\n\ngo 1.22\n\nrequire example.com/other v1.0.0\n\nreplace example.com/other => ./"
			w.save("go.mod", mod+"one\n")
			w.save("more файл.go", "package watched\n\nimport \"example.com/other\"\n\nfunc more() string { return other.Text }\n")
			w.await("one")
			w.save("go.mod", mod+"two\n")
		}, "two"},
		{"a replaced module", func() { w.save("two/other.go", "package other\n\nconst Text = \"two 2\"\n") }, "two 2"},
		{"the folder is moved away and back", func() {
			if runtime.GOOS == "windows" && !inWine() {
				w.t.Skip("a folder with watched folders in it cannot be renamed")
			}
			away := filepath.Join(filepath.Dir(w.dir), "away")
			rename(w.t, w.dir, away)
			w.fails(w.count(winplugin.ReloadBuildFailed) + 1)
			if got := call(w.t, w.Plugin, "Text")[0]; got != "two 2" {
				w.t.Errorf("without its folder: got %v, want the version before", got)
			}
			write(w.t, filepath.Join(away, "two", "other.go"), "package other\n\nconst Text = \"back\"\n")
			rename(w.t, away, w.dir)
		}, "back"},
	} {
		if !t.Run(step.name, func(t *testing.T) {
			w.t = t
			step.change()
			w.await(step.want)
			if got, err := text(); err != nil || got != step.want {
				t.Errorf("the bound func: got %q, %v, want %q", got, err, step.want)
			}
		}) {
			break
		}
	}
	w.t = t
}

func rename(t *testing.T, from, to string) {
	t.Helper()
	patiently(t, func() error { return os.Rename(from, to) })
}

// patiently repeats an operation until it succeeds: Windows does not move or remove a file while
// it is read, as it is to learn whether it has changed.
func patiently(t *testing.T, op func() error) {
	t.Helper()
	for began := time.Now(); ; time.Sleep(time.Millisecond) {
		err := op()
		if err == nil {
			return
		}
		if time.Since(began) > time.Minute {
			t.Fatal(err)
		}
	}
}

// Many saves at once lead to few builds, and to the last content.
func TestWatchManySaves(t *testing.T) {
	rebuilds(t)
	oneBridge(t, winplugin.Pure)
	for _, policy := range []winplugin.WatchPolicy{{}, {Poll: 20 * time.Millisecond}} {
		t.Run(fmt.Sprintf("poll %v", policy.Poll), func(t *testing.T) {
			w := openWatched(t, policy)
			const saves = 20
			for i := range saves {
				w.say(fmt.Sprint("save ", i+1))
				time.Sleep(20 * time.Millisecond)
			}
			w.await(fmt.Sprint("save ", saves))
			if n := w.count(winplugin.ReloadSwitched); n > saves/2 {
				t.Errorf("%d saves: got %d versions, want few", saves, n)
			}
		})
	}
}

// A save in several steps, each of which could be built or fails to, is one version and no failure.
func TestWatchUnfinishedSave(t *testing.T) {
	rebuilds(t)
	oneBridge(t, winplugin.Pure)
	w := openWatched(t, winplugin.WatchPolicy{Quiet: 3 * time.Second})
	for _, text := range []string{"", "package watched\n\nfunc Text() string {", saying("second"), saying("third")[:30], saying("third")} {
		w.save("watched.go", text)
		time.Sleep(500 * time.Millisecond) // builds begin
	}
	w.await("third")
	if failed, switched := w.count(winplugin.ReloadBuildFailed), w.count(winplugin.ReloadSwitched); failed > 0 || switched != 1 {
		t.Errorf("got %d failures and %d versions, want none and one", failed, switched)
	}
	if n := w.Reloads().Failures; n > 0 {
		t.Errorf("got %d failures in the statistics, want none", n)
	}
}

// A change during a build cancels it, which is no failure.
func TestWatchChangeDuringBuild(t *testing.T) {
	oneBridge(t, winplugin.Pure)
	w := openWatched(t, winplugin.WatchPolicy{})
	var once sync.Once
	saved := make(chan struct{})
	w.mu.Lock()
	w.onEvent = func(e winplugin.ReloadEvent) {
		if e.Stage == winplugin.ReloadBuilding {
			<-saved // a build may begin when the file is empty and not written yet
			once.Do(func() { w.say("third") })
		}
	}
	w.mu.Unlock()
	w.say("second")
	close(saved)
	w.await("third")
	if n := w.count(winplugin.ReloadBuildFailed); n > 0 {
		t.Errorf("got %d failures, want none", n)
	}
	if n := w.Reloads().Failures; n > 0 {
		t.Errorf("got %d failures in the statistics, want none", n)
	}
}

// A reload whose context ends is no failure either.
func TestReloadCancelled(t *testing.T) {
	rebuilds(t)
	dir := filepath.Join(t.TempDir(), "watched")
	write(t, filepath.Join(dir, "watched.go"), saying("first"))
	ctx, cancel := context.WithCancelCause(t.Context())
	enough := errors.New("enough")
	p := open(t, dir, winplugin.WithReload(winplugin.ReloadPolicy{OnEvent: func(e winplugin.ReloadEvent) {
		if e.Stage == winplugin.ReloadBuilding {
			cancel(enough)
		}
	}}))
	write(t, filepath.Join(dir, "watched.go"), saying("second"))
	if _, err := p.Reload(ctx); !errors.Is(err, enough) {
		t.Errorf("got error %v, want the context's cause", err)
	}
	if n := p.Reloads().Failures; n > 0 {
		t.Errorf("got %d failures in the statistics, want none", n)
	}
}

// A library is replaced while it is loaded, in each way.
func TestWatchLibrary(t *testing.T) {
	content := map[string][]byte{}
	for _, text := range []string{"first", "second", "third"} {
		dir := filepath.Join(t.TempDir(), "watched")
		write(t, filepath.Join(dir, "watched.go"), saying(text))
		a, err := winplugin.Build(context.Background(), dir, options()...)
		if err != nil {
			t.Fatal(err)
		}
		if content[text], err = os.ReadFile(a.Path); err != nil {
			t.Fatal(err)
		}
	}
	w := &watched{t: t, dir: filepath.Join(t.TempDir(), "библиотека ü")}
	name := "my plugin" + extension()
	w.save(name, string(content["first"]))
	w.Plugin = open(t, filepath.Join(w.dir, name), w.options(winplugin.WatchPolicy{})...)
	w.await("first")
	w.save(name, string(content["second"]))
	w.await("second")
	w.save("new", string(content["third"]))
	rename(t, filepath.Join(w.dir, "new"), filepath.Join(w.dir, name))
	w.await("third")
	patiently(t, func() error { return os.Remove(filepath.Join(w.dir, name)) })
	w.await("third")
	w.save(name, string(content["first"]))
	w.await("first")
}

// With KeepTrying, a plugin that cannot be built is opened when it can.
func TestWatchKeepTrying(t *testing.T) {
	rebuilds(t)
	oneBridge(t, winplugin.Pure)
	w := &watched{t: t, dir: filepath.Join(t.TempDir(), "watched")}
	w.onEvent = func(e winplugin.ReloadEvent) {
		if e.Stage == winplugin.ReloadBuildFailed {
			switch w.count(e.Stage) {
			case 1:
				w.save("watched.go", "package watched\n\nfunc Text() string { return x }\n")
			case 2:
				w.say("at last")
			}
		}
	}
	w.Plugin = open(t, w.dir, w.options(winplugin.WatchPolicy{KeepTrying: true})...)
	w.await("at last")
	if n := w.count(winplugin.ReloadBuildFailed); n != 2 {
		t.Errorf("got %d failures, want 2", n)
	}

	t.Run("ends with its context", func(t *testing.T) {
		w := &watched{t: t, dir: t.TempDir()}
		ctx, cancel := context.WithCancelCause(t.Context())
		enough := errors.New("enough")
		w.onEvent = func(e winplugin.ReloadEvent) {
			if e.Stage == winplugin.ReloadBuildFailed {
				cancel(enough)
			}
		}
		_, err := winplugin.OpenContext(ctx, w.dir, options(w.options(winplugin.WatchPolicy{KeepTrying: true})...)...)
		if !errors.Is(err, enough) || !errors.Is(err, winplugin.ErrNoPackage) {
			t.Errorf("got error %v, want the context's cause and ErrNoPackage", err)
		}
	})
	t.Run("not by default", func(t *testing.T) {
		_, err := winplugin.Open(t.TempDir(), options(winplugin.WithWatch(winplugin.WatchPolicy{}))...)
		if !errors.Is(err, winplugin.ErrNoPackage) {
			t.Errorf("got error %v, want ErrNoPackage", err)
		}
	})
}

// Nothing is left of a watched plugin that is closed while it is built.
func TestWatchCloseDuringBuild(t *testing.T) {
	rebuilds(t)
	oneBridge(t, winplugin.Pure)
	w := &watched{t: t, dir: filepath.Join(t.TempDir(), "watched")}
	cache := t.TempDir()
	w.say("first")
	opts := append(w.options(winplugin.WatchPolicy{}), winplugin.WithCacheDir(cache))
	before := runtime.NumGoroutine()
	for i := range 3 {
		building := make(chan struct{}, 1)
		w.mu.Lock()
		w.onEvent = func(e winplugin.ReloadEvent) {
			if e.Stage == winplugin.ReloadBuilding {
				select {
				case building <- struct{}{}:
				default:
				}
			}
		}
		w.mu.Unlock()
		p, err := winplugin.Open(w.dir, options(opts...)...)
		if err != nil {
			t.Fatal(err)
		}
		for len(building) > 0 {
			<-building
		}
		w.say(fmt.Sprint("version ", i))
		<-building
		if err := p.Close(); err != nil && !errors.As(err, new(*winplugin.RetiredError)) {
			t.Errorf("Close during a build: got error %v, want nil", err)
		}
		left, err := os.ReadDir(filepath.Join(cache, "work"))
		if err != nil || len(left) > 0 {
			t.Errorf("after Close: got workspaces %v, error %v, want none", left, err)
		}
		partial, err := filepath.Glob(filepath.Join(cache, "artifacts", "*", "*"))
		for _, path := range partial {
			if strings.Contains(filepath.Base(path), "tmp") {
				t.Errorf("got the file %s, want none that is half written", path)
			}
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	w.within("end of all that was started", func() bool { return runtime.NumGoroutine() <= before })
}

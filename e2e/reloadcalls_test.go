package e2e

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

// versions returns the libraries of versions 1 and 2 of testdata/evolving.
func versions(t testing.TB) (list [][]byte) {
	t.Helper()
	for _, name := range []string{"evolving", evolved} {
		library, err := os.ReadFile(built(t, name))
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, library)
	}
	return list
}

// openReplaced opens a library whose file the returned func replaces by that of the other version,
// and reloads it.
func openReplaced(t testing.TB, policy winplugin.ReloadPolicy, opts ...winplugin.Option) (e *evolving, replace func() (winplugin.Generation, error)) {
	t.Helper()
	list := versions(t)
	path := filepath.Join(t.TempDir(), "evolving"+extension())
	write(t, path, string(list[0]))
	e = &evolving{t: t}
	e.Plugin = open(t, path, append(opts, winplugin.WithReload(e.policy(policy)))...)
	next := 0
	return e, func() (winplugin.Generation, error) {
		next = 1 - next
		if err := os.WriteFile(path, list[next], 0o600); err != nil {
			return winplugin.Generation{}, err
		}
		return e.Reload(context.Background())
	}
}

// Calls of many goroutines go on while the plugin is replaced again and again. None is lost, none
// fails, each gets one version, and no call gets the old version after another has got the new
// one.
func TestReloadWhileCalling(t *testing.T) {
	if apart(t) {
		return
	}
	const callers, pause = 8, 8 * time.Millisecond
	switches := 30
	if raceDetector {
		switches = 10 // each takes ten times as long
	}
	e, replace := openReplaced(t, winplugin.ReloadPolicy{MaxResident: -1})
	count := bound[func() (int, error)](t, e.Plugin, "Count")
	type pair = struct{ A, B int }
	var (
		counted, calls atomic.Int64
		wg             sync.WaitGroup
		order          sync.Mutex // a call under it sees what the one before has seen, or later
		last, flips    int
	)
	stop := make(chan struct{})
	caller := func(n int) error {
		var fields struct {
			Versions func(context.Context) (pair, error)
			Version  func() (int, error)
		}
		if err := e.Bind(&fields); err != nil {
			return err
		}
		for i := 0; ; i++ {
			select {
			case <-stop:
				return nil
			case <-time.After(pause):
			}
			calls.Add(1)
			switch i % 4 {
			case 0:
				if _, err := count(); err != nil {
					return err
				}
				counted.Add(1)
			case 1:
				if v, err := fields.Versions(context.Background()); err != nil || v.A != v.B {
					return fmt.Errorf("versions %v, %w", v, err)
				}
			case 2:
				order.Lock()
				v, err := fields.Version()
				if v != last {
					last, flips = v, flips+1
				}
				order.Unlock()
				if err != nil {
					return err
				}
			case 3:
				if _, err := e.Call(context.Background(), "Count"); err != nil {
					return err
				}
				counted.Add(1)
			}
		}
	}
	errs := make([]error, callers)
	for i := range callers {
		wg.Go(func() { errs[i] = caller(i) })
	}
	var failed error
	for range switches {
		_, err := replace()
		failed = errors.Join(failed, err)
	}
	close(stop)
	wg.Wait()
	if err := errors.Join(append(errs, failed)...); err != nil {
		t.Fatal(err)
	}
	if flips > switches+1 {
		t.Errorf("the version has changed %d times in the order of calls, want at most %d times", flips, switches+1)
	}
	got, err := count()
	if want := int(counted.Load()) + 1; got != want || err != nil {
		t.Errorf("got %d calls counted, %v, want %d", got, err, want)
	}
	s := e.Reloads()
	if s.Switches != switches || s.Failures != 0 {
		t.Errorf("got %+v, want %d switches", s, switches)
	}
	t.Logf("%d calls, %+v", calls.Load(), s)
}

// A call that is under way ends in its generation, also when it waits for the host.
func TestReloadCallsInFlight(t *testing.T) {
	if apart(t) {
		return
	}
	for _, policy := range []winplugin.ReloadPolicy{{}, {EndObjects: true}} {
		t.Run(fmt.Sprintf("EndObjects=%t", policy.EndObjects), func(t *testing.T) {
			e, replace := openReplaced(t, policy)
			version := bound[func() int](t, e.Plugin, "Version")
			through := bound[func(func()) struct{ A, B int }](t, e.Plugin, "Through")
			ctx, cancel := context.WithCancel(context.Background())
			waited := make(chan any, 1)
			wait := bound[func(context.Context) (int, error)](t, e.Plugin, "Wait")
			go func() {
				n, err := wait(ctx)
				waited <- fmt.Sprint(n, " ", err)
			}()
			e.notes.await("wait")
			nested := 1 // a callback's calls go to its generation
			if policy.EndObjects {
				nested = 2 // which takes no calls any more
			}
			got := through(func() {
				if g, err := replace(); err != nil || g.Number != 2 {
					t.Errorf("within a call: got %v, error %v, want generation 2", g, err)
				}
				late := bound[func() int](t, e.Plugin, "Version")
				versions := []any{version(), late(), call(t, e.Plugin, "Version")[0]}
				if diff := cmp.Diff([]any{nested, nested, nested}, versions); diff != "" {
					t.Errorf("versions of nested calls (-want +got):\n%s", diff)
				}
				done := make(chan int)
				go func() { done <- version() }()
				if n := <-done; n != 2 {
					t.Errorf("on another goroutine: got version %d, want 2", n)
				}
			})
			if n := version(); n != 2 {
				t.Errorf("after the call: got version %d, want 2", n)
			}
			if got.A != 1 || got.B != 1 {
				t.Errorf("got version %v of a call, want 1", got)
			}
			if old := e.Reloads().Old; len(old) != 1 || old[0].Number != 1 || old[0].Calls == 0 {
				t.Errorf("got %+v, want the first generation", old)
			}
			cancel()
			if got := <-waited; got != "1 waited" {
				t.Errorf("got %v, want the first version", got)
			}
			e.awaitEvents(winplugin.ReloadRetired, 1)
			if got := e.Reloads(); len(got.Old) != 0 || got.Retired != 1 {
				t.Errorf("got %+v, want one that has retired", got)
			}
		})
	}
}

// A call that is nested in one which the handover waits for does not wait for the handover.
func TestReloadNestedCalls(t *testing.T) {
	if apart(t) {
		return
	}
	e, replace := openReplaced(t, winplugin.ReloadPolicy{Pause: time.Minute})
	version := bound[func() int](t, e.Plugin, "Version")
	through := bound[func(func()) struct{ A, B int }](t, e.Plugin, "Through")
	inside, reloaded := make(chan bool), make(chan error)
	go func() {
		<-inside
		_, err := replace()
		reloaded <- err
	}()
	through(func() {
		close(inside)
		for began := time.Now(); time.Since(began) < 100*time.Millisecond; {
			if v := version(); v != 1 {
				t.Errorf("got version %d of a nested call, want 1", v)
			}
		}
	})
	if err := <-reloaded; err != nil || version() != 2 {
		t.Errorf("got error %v and version %d, want version 2", err, version())
	}
}

// The contexts of calls that go on after the deadline end.
func TestReloadDeadline(t *testing.T) {
	if apart(t) {
		return
	}
	e, replace := openReplaced(t, winplugin.ReloadPolicy{Deadline: time.Millisecond, Grace: -1})
	wait := bound[func(context.Context) (int, error)](t, e.Plugin, "Wait")
	waited := make(chan any, 1)
	go func() {
		n, err := wait(t.Context())
		waited <- fmt.Sprint(n, " ", err)
	}()
	e.notes.await("wait")
	if _, err := replace(); err != nil {
		t.Fatal(err)
	}
	if got := <-waited; got != "1 waited" {
		t.Errorf("got %v, want the first version", got)
	}
	e.awaitEvents(winplugin.ReloadRetired, 1)
	if got := e.notes.all(); len(got) != 4 || got[3] != "end" {
		t.Errorf("got notes %v, want the end of the first generation last", got)
	}
}

// A plugin is replaced by two that reload it at once.
func TestReloadTwice(t *testing.T) {
	rebuilds(t)
	if runtime.GOOS == "windows" && testing.Short() {
		t.Skip("builds take seconds in Wine; TestReloadInTwoProcesses is much the same")
	}
	if apart(t) {
		return
	}
	dir := copyPlugin(t, "evolving")
	var all []*evolving
	for range 2 {
		e := &evolving{t: t, dir: dir}
		e.Plugin = open(t, dir, winplugin.WithReload(e.policy(winplugin.ReloadPolicy{})))
		all = append(all, e)
	}
	for _, v := range []int{2, 3, 2} {
		all[0].edit(to(fmt.Sprint(v))...)
		var wg sync.WaitGroup
		for i, e := range all {
			wg.Go(func() {
				if _, err := e.Reload(context.Background()); err != nil {
					t.Error(err)
				}
				for range i + 1 {
					call(t, e.Plugin, "Count")
				}
			})
		}
		wg.Wait()
		for _, e := range all {
			if got := call(t, e.Plugin, "Version")[0]; got != v {
				t.Errorf("got version %v, want %d", got, v)
			}
		}
	}
	for i, e := range all { // each has a library and a state of its own
		if got, want := call(t, e.Plugin, "Count")[0], 3*(i+1)+1; got != want {
			t.Errorf("plugin %d: got %v calls, want %d", i, got, want)
		}
	}
}

// A plugin is edited while two processes reload it.
func TestReloadInTwoProcesses(t *testing.T) {
	rebuilds(t)
	e := &evolving{t: t, dir: copyPlugin(t, "evolving")}
	ended := make(chan error)
	for range 2 {
		go func() {
			out, err := childOutput(t, "reload beside", 2*time.Minute, "WINPLUGIN_TEST_EVOLVING="+e.dir)
			if err != nil {
				err = fmt.Errorf("%w\n%s", err, out)
			}
			ended <- err
		}()
	}
	for _, v := range []string{"2", "3"} {
		time.Sleep(100 * time.Millisecond)
		e.edit(to(v)...)
	}
	for range 2 {
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
}

func init() {
	children["reload beside"] = func() error {
		p, err := winplugin.Open(os.Getenv("WINPLUGIN_TEST_EVOLVING"), options(winplugin.WithReload(winplugin.ReloadPolicy{InitArgs: []any{new(notes)}}))...)
		if err != nil {
			return err
		}
		version, err := winplugin.Func[func() (int, error)](p, "Version")
		if err != nil {
			return err
		}
		for {
			_, err := p.Reload(context.Background())
			if err != nil && !errors.As(err, new(*winplugin.BuildError)) { // the source is being written
				return err
			}
			if v, err := version(); v == 3 || err != nil {
				return errors.Join(err, p.Close())
			}
			time.Sleep(10 * time.Millisecond)
		}
	}
}

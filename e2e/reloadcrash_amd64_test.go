//go:build linux || windows

package e2e

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

// A plugin that has ended is replaced, and one that was replaced is opened again.
func TestReloadAfterCrash(t *testing.T) {
	rebuilds(t)
	skipResident(t)
	e := &evolving{t: t, dir: copyPlugin(t, "evolving")}
	e.edit(append(to("3"), "host = h\n", "host = h\n\tCrash()\n")...)
	a, err := winplugin.Build(t.Context(), e.dir, options()...)
	if err != nil {
		t.Fatal(err)
	}
	reloadChild(t, "reload and crash", "WINPLUGIN_TEST_ENDS_IN_INIT="+a.Path)
}

// A plugin is replaced again and again. The process has no more threads, descriptors, mappings
// and memory afterwards.
func TestReloadLeavesNothing(t *testing.T) {
	rebuilds(t)
	skipResident(t)
	rounds := 60
	if *soakTime > 5*time.Second {
		rounds = 200
	}
	reloadChild(t, "reload again", fmt.Sprint("WINPLUGIN_TEST_ROUNDS=", rounds))
}

// skipResident skips the test for plugins that are not unloaded.
func skipResident(t *testing.T) {
	t.Helper()
	if bridge != winplugin.Pure || runtime.GOARCH != "amd64" {
		t.Skip("plugins of the pure bridge on amd64 end alone, and are unloaded")
	}
}

// reloadChild runs a child with the libraries of versions 1 and 2 of testdata/evolving.
func reloadChild(t *testing.T, name string, env ...string) {
	t.Helper()
	paths := []string{built(t, "evolving"), built(t, evolved)}
	t.Log(runChild(t, name, 4*time.Minute, append(env, "WINPLUGIN_TEST_EVOLVING="+strings.Join(paths, string(filepath.ListSeparator)))...))
}

// replaced is testdata/evolving in a child.
type replaced struct {
	*winplugin.Plugin
	path  string
	paths []string

	init    func() // called in Init
	retired atomic.Int64
	version func() (int, error)
	crash   func() error
	spin    func() error
}

// Note implements the plugin's Host.
func (r *replaced) Note(text string) {
	if r.init != nil && text == "init" {
		r.init()
	}
}

func openReplacedChild(policy winplugin.ReloadPolicy, opts ...winplugin.Option) (*replaced, error) {
	r := &replaced{paths: append(filepath.SplitList(os.Getenv("WINPLUGIN_TEST_EVOLVING")), os.Getenv("WINPLUGIN_TEST_ENDS_IN_INIT"))}
	var err error
	if r.path, err = copyLibrary(r.paths[0], "evolving"); err != nil {
		return nil, err
	}
	policy.InitArgs = []any{r}
	policy.OnEvent = func(e winplugin.ReloadEvent) {
		if e.Stage == winplugin.ReloadRetired {
			r.retired.Add(1)
		}
	}
	if r.Plugin, err = winplugin.Open(r.path, append(opts, winplugin.WithReload(policy))...); err != nil {
		return nil, err
	}
	var err1, err2, err3 error
	r.version, err1 = winplugin.Func[func() (int, error)](r.Plugin, "Version")
	r.crash, err2 = winplugin.Func[func() error](r.Plugin, "Crash")
	r.spin, err3 = winplugin.Func[func() error](r.Plugin, "Spin")
	return r, errors.Join(err1, err2, err3)
}

// replace replaces the plugin by a version.
func (r *replaced) replace(version int) error {
	library, err := os.ReadFile(r.paths[version-1])
	if err == nil {
		err = os.WriteFile(r.path, library, 0o600)
	}
	if err == nil {
		_, err = r.Reload(context.Background())
	}
	return err
}

func (r *replaced) want(version, generation int) error {
	if n, err := r.version(); n != version || err != nil || r.Generation().Number != generation {
		return fmt.Errorf("version %d in %v, %w, want %d in generation %d", n, r.Generation(), err, version, generation)
	}
	return nil
}

func init() {
	children["reload and crash"] = func() error {
		restart := winplugin.RestartPolicy{FirstDelay: time.Millisecond, MaxRestarts: 1, Window: time.Hour, Wait: -1}
		r, err := openReplacedChild(winplugin.ReloadPolicy{Deadline: 20 * time.Millisecond, Grace: 20 * time.Millisecond}, winplugin.WithRestart(restart))
		if err != nil {
			return err
		}
		steps := []struct {
			name string
			do   func() error
		}{
			{"a generation ends and is opened again", func() error {
				return errors.Join(r.replace(2), r.want(2, 2), wantCrash(r.crash(), false), r.want(2, 2))
			}},
			{"it ends again, stays away, and is replaced", func() error {
				if err := wantCrash(r.crash(), false); err != nil {
					return err
				}
				if err := eventually("giving up", func() bool { s := r.Restarts(); return !s.Up && !s.Away }); err != nil {
					return err
				}
				if _, err := r.version(); wantCrash(err, false) != nil {
					return fmt.Errorf("while it is away: %w", err)
				}
				return errors.Join(r.replace(1), r.want(1, 3))
			}},
			{"unchanged, but it has ended", func() error {
				return errors.Join(wantCrash(r.crash(), false), r.replace(1), r.want(1, 4))
			}},
			{"a new generation ends in Init", func() error {
				if err := r.replace(3); wantCrash(err, false) != nil {
					return fmt.Errorf("got %w, want a crash", err)
				}
				return r.want(1, 4)
			}},
			{"the old generation ends meanwhile", func() error {
				r.init = func() { _ = r.crash() }
				defer func() { r.init = nil }()
				return errors.Join(r.replace(2), r.want(2, 5))
			}},
			{"a call that does not end is killed", func() error {
				spun := make(chan error, 1)
				go func() { spun <- r.spin() }()
				time.Sleep(50 * time.Millisecond)
				if err := errors.Join(r.replace(1), r.want(1, 6)); err != nil {
					return err
				}
				return wantCrash(<-spun, false)
			}},
			{"all have retired", func() error {
				return errors.Join(eventually("retirement", func() bool { return r.retired.Load() == 5 && len(r.Reloads().Old) == 0 }), r.want(1, 6))
			}},
		}
		for _, step := range steps {
			if err := step.do(); err != nil {
				return fmt.Errorf("%s: %w; %+v; %+v", step.name, err, r.Reloads(), r.Restarts())
			}
		}
		return errors.Join(r.Close(), r.Close())
	}

	children["reload again"] = func() error {
		rounds, err := strconv.Atoi(os.Getenv("WINPLUGIN_TEST_ROUNDS"))
		if err != nil {
			return err
		}
		r, err := openReplacedChild(winplugin.ReloadPolicy{}, isolation()...)
		if err != nil {
			return err
		}
		round := func(rounds int) error {
			for i := range rounds {
				version := 2 - i%2
				if err := r.replace(version); err != nil {
					return err
				}
				if n, err := r.version(); n != version || err != nil {
					return fmt.Errorf("got version %d, %w, want %d", n, err, version)
				}
			}
			return eventually("retirement", func() bool { return int(r.retired.Load()) == r.Generation().Number-1 })
		}
		if err := round(20); err != nil { // the host's own pools grow
			return err
		}
		return errors.Join(flat(func() error { return round(rounds) }), r.Close())
	}
}

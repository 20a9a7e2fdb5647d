package reload

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/RamanSharma100/go-winplugin/manifest"
)

func TestSameArtifact(t *testing.T) {
	for _, test := range []struct {
		name string
		a, b Artifact
		want bool
	}{
		{"one library of the cache", Artifact{Path: "a", Stored: true}, Artifact{Path: "a", Stored: true}, true},
		{"two libraries of the cache", Artifact{Path: "a", Stored: true}, Artifact{Path: "b", Stored: true}, false},
		{"one file, which may have been replaced", Artifact{Path: "a"}, Artifact{Path: "a"}, false},
		{"one content", Artifact{Path: "a", Library: []byte("x")}, Artifact{Path: "b", Library: []byte("x")}, true},
		{"two contents", Artifact{Path: "a", Library: []byte("x")}, Artifact{Path: "a", Library: []byte("y")}, false},
		{"a library of the cache and a content", Artifact{Path: "a", Stored: true}, Artifact{Path: "a", Library: []byte("y")}, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := test.a.same(test.b); got != test.want {
				t.Errorf("got %t, want %t", got, test.want)
			}
		})
	}
}

func TestFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "library")
	source := File(path)
	if _, err := source(context.Background(), false); !errors.As(err, new(*manifest.LoadError)) {
		t.Errorf("there is no file: got %v, want a LoadError", err)
	}
	for _, content := range []string{"one", "two"} {
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		a, err := source(context.Background(), false)
		if err != nil || string(a.Library) != content || a.Path != path {
			t.Errorf("got %+v, %v, want %q of %s", a, err, content, path)
		}
	}
}

// What is not waited for any more is discarded later.
func TestWithin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var discarded atomic.Int64 // the race detector does not know the order
		slow := func() (int, error) {
			time.Sleep(time.Second)
			return 5, nil
		}
		discard := func(n int) { discarded.Add(int64(n)) }
		if n, err := within(context.Background(), slow, discard); n != 5 || err != nil || discarded.Load() != 0 {
			t.Errorf("got %d, %v, %d discarded, want 5", n, err, discarded.Load())
		}
		ctx, cancel := context.WithTimeout(context.Background(), time.Millisecond)
		defer cancel()
		if n, err := within(ctx, slow, discard); n != 0 || !errors.Is(err, context.DeadlineExceeded) || discarded.Load() != 0 {
			t.Errorf("got %d, %v, %d discarded, want the context's end", n, err, discarded.Load())
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if discarded.Load() != 5 {
			t.Errorf("got %d discarded, want 5", discarded.Load())
		}
	})
}

// A plugin that is away, or stays away, is up when another generation has taken its place.
func TestReplacedWhileAway(t *testing.T) {
	for _, test := range []struct {
		name   string
		policy Policy
		after  time.Duration // the end
		stop   bool
		want   State
	}{
		{name: "away", policy: Policy{FirstDelay: time.Minute}, after: time.Second, want: Up},
		{name: "gave up", policy: Policy{MaxRestarts: 1}, after: time.Second, want: Up},
		{name: "stopped", policy: Policy{FirstDelay: time.Minute}, after: time.Second, stop: true, want: Down},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newTrial(test.policy)
				r.fails = func(int) error { return errOpen }
				r.crash(test.after)
				if test.stop {
					r.stop()
				}
				r.replaced()
				time.Sleep(time.Hour)
				synctest.Wait()
				if got := r.Stats().State; got != test.want {
					t.Errorf("got state %d, want %d", got, test.want)
				}
				r.stop()
			})
		})
	}
}

package watch

import (
	"context"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// A disk is what inputs look at.
type disk struct {
	n *Notifier

	mu   sync.Mutex
	text string
}

func newDisk() *disk {
	signal := make(chan struct{}, 1)
	return &disk{n: &Notifier{C: signal, signal: signal}}
}

func (d *disk) save(text string) {
	d.mu.Lock()
	d.text = text
	d.mu.Unlock()
	d.n.report()
}

func (d *disk) now() Inputs {
	d.mu.Lock()
	defer d.mu.Unlock()
	return content{d, d.text}
}

// content is a disk's text at some time.
type content struct {
	disk *disk
	text string
}

func (content) Folders() []string     { return nil }
func (content) Concerns(string) bool  { return true }
func (c content) Now() Inputs         { return c.disk.now() }
func (c content) Changed() (s string) { return strings.TrimPrefix(c.Now().(content).text, c.text) }

func TestLoop(t *testing.T) {
	const build = 300 * time.Millisecond
	for _, test := range []struct {
		name string
		run  func(d *disk)
		want []string // what actions ended with
	}{
		{"nothing changes", func(*disk) { time.Sleep(time.Minute) }, []string{"built 0"}},
		{"a save of the same content", func(d *disk) {
			time.Sleep(time.Second)
			d.save("0")
			time.Sleep(time.Minute)
		}, []string{"built 0"}},
		{"a save", func(d *disk) {
			time.Sleep(time.Second)
			d.save("01")
			time.Sleep(time.Minute)
		}, []string{"built 0", "built 01"}},
		{"a save in several steps", func(d *disk) {
			time.Sleep(time.Second)
			for _, text := range []string{"01", "012", "0123"} {
				d.save(text)
				time.Sleep(20 * time.Millisecond)
			}
			time.Sleep(time.Minute)
		}, []string{"built 0", "built 0123"}},
		{"a save during an action", func(d *disk) {
			time.Sleep(time.Second)
			d.save("01")
			time.Sleep(200 * time.Millisecond)
			d.save("012")
			time.Sleep(time.Minute)
		}, []string{"built 0", "cancelled 01", "built 012"}},
		{"a save that is undone during an action", func(d *disk) {
			time.Sleep(time.Second)
			d.save("01")
			time.Sleep(150 * time.Millisecond)
			d.save("012")
			time.Sleep(70 * time.Millisecond) // cancelled by now
			d.save("01")
			time.Sleep(time.Minute)
		}, []string{"built 0", "cancelled 01", "built 01"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { // fails if a goroutine is left
				d := newDisk()
				d.text = "0"
				var got []string
				loop := &Loop{Notifier: d.n, First: d.now, Action: func(ctx context.Context, _ string, seen func(Inputs)) bool {
					in := d.now().(content)
					seen(in)
					select {
					case <-time.After(build):
						got = append(got, "built "+in.text)
					case <-ctx.Done():
						got = append(got, "cancelled "+in.text)
					}
					return false
				}}
				ctx, cancel := context.WithCancel(t.Context())
				var running sync.WaitGroup
				running.Go(func() { loop.Run(ctx) })
				test.run(d)
				cancel()
				running.Wait()
				if diff := cmp.Diff(test.want, got); diff != "" {
					t.Errorf("actions (-want +got):\n%s", diff)
				}
			})
		})
	}
}

// Saves that are faster than an action do not keep it from ending now and then.
func TestLoopFastSaves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDisk()
		var ended []string
		loop := &Loop{Notifier: d.n, First: d.now, Action: func(ctx context.Context, _ string, seen func(Inputs)) bool {
			in := d.now().(content)
			seen(in)
			select {
			case <-time.After(300 * time.Millisecond):
				d.mu.Lock()
				ended = append(ended, in.text)
				d.mu.Unlock()
			case <-ctx.Done():
			}
			return false
		}}
		ctx, cancel := context.WithCancel(t.Context())
		var running sync.WaitGroup
		running.Go(func() { loop.Run(ctx) })
		const saves = 20
		for range saves {
			d.save(d.now().(content).text + "x")
			time.Sleep(200 * time.Millisecond)
		}
		d.mu.Lock()
		during := len(ended)
		d.mu.Unlock()
		time.Sleep(time.Minute)
		cancel()
		running.Wait()
		if during < 3 || during > saves/maxCancels {
			t.Errorf("got %d actions that ended during the saves, want one after %d that were cancelled", during, maxCancels)
		}
		if got, want := ended[len(ended)-1], strings.Repeat("x", saves); got != want {
			t.Errorf("the last action: got %q, want %q", got, want)
		}
	})
}

// The end of the context cancels an action.
func TestLoopEndsWithinAction(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDisk()
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		ended := false
		loop := &Loop{Notifier: d.n, First: d.now, Action: func(ctx context.Context, _ string, _ func(Inputs)) bool {
			<-ctx.Done()
			ended = true
			return true
		}}
		loop.Run(ctx)
		if !ended {
			t.Error("Run has returned while its action ran, want its end before")
		}
	})
}

// An action that wants to run again does so without a change.
func TestLoopAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDisk()
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		runs := 0
		loop := &Loop{Notifier: d.n, First: d.now, Action: func(context.Context, string, func(Inputs)) bool {
			runs++
			return runs < 5
		}}
		loop.Run(ctx)
		if runs != 5 {
			t.Errorf("got %d runs, want 5", runs)
		}
	})
}

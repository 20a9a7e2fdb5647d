package watch

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// A disk is what inputs look at.
type disk struct {
	n   *Notifier
	end func() // of the loop

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

// While a change settles, the action is prepared, again if there is another change. It runs when
// the files are quiet and that has ended.
func TestLoopEarly(t *testing.T) {
	for _, test := range []struct {
		name string
		took time.Duration // by Early
		run  func(d *disk)
		want []string
	}{
		{"a save", 20 * time.Millisecond, func(d *disk) { d.save("01") }, []string{"begun 01 at 5ms", "ready 01 at 25ms", "built 01 at 50ms"}},
		{"more than the files need", time.Second, func(d *disk) { d.save("01") }, []string{"begun 01 at 5ms", "ready 01 at 1.005s", "built 01 at 1.005s"}},
		{"a save in several steps", 40 * time.Millisecond, func(d *disk) {
			for _, text := range []string{"01", "012", "0123"} {
				d.save(text)
				time.Sleep(2 * time.Millisecond)
			}
		}, []string{"begun 0123 at 9ms", "ready 0123 at 49ms", "built 0123 at 54ms"}},
		{"another save", 100 * time.Millisecond, func(d *disk) {
			d.save("01")
			time.Sleep(30 * time.Millisecond)
			d.save("012")
		}, []string{"begun 01 at 5ms", "cancelled 01 at 35ms", "begun 012 at 35ms", "ready 012 at 135ms", "built 012 at 135ms"}},
		{"another save when the files were quiet", time.Second, func(d *disk) {
			d.save("01")
			time.Sleep(200 * time.Millisecond)
			d.save("012")
		}, []string{"begun 01 at 5ms", "cancelled 01 at 205ms", "begun 012 at 205ms", "ready 012 at 1.205s", "built 012 at 1.205s"}},
		{"the same content again", 100 * time.Millisecond, func(d *disk) {
			d.save("01")
			time.Sleep(30 * time.Millisecond)
			d.save("01")
		}, []string{"begun 01 at 5ms", "ready 01 at 105ms", "built 01 at 105ms"}},
		{"a save that is undone", 100 * time.Millisecond, func(d *disk) {
			d.save("01")
			time.Sleep(30 * time.Millisecond)
			d.save("0")
		}, []string{"begun 01 at 5ms", "cancelled 01 at 35ms"}},
		{"the end", 100 * time.Millisecond, func(d *disk) {
			d.save("01")
			time.Sleep(20 * time.Millisecond)
			d.end()
		}, []string{"begun 01 at 5ms", "cancelled 01 at 20ms"}},
		{"saves without a pause", time.Minute, func(d *disk) {
			for range 50 {
				d.save(d.now().(content).text + "x")
				time.Sleep(4 * time.Millisecond)
			}
			for range 10 {
				d.save(d.now().(content).text + "x")
				time.Sleep(40 * time.Millisecond)
			}
			d.end()
		}, []string{
			"begun 51x at 205ms", "cancelled 51x at 245ms", "begun 52x at 245ms", "cancelled 52x at 285ms", "begun 53x at 285ms", "cancelled 53x at 325ms",
			"begun 54x at 325ms", "cancelled 54x at 365ms", "begun 55x at 365ms", "cancelled 55x at 405ms", "begun 56x at 405ms", "cancelled 56x at 445ms",
			"begun 57x at 445ms", "cancelled 57x at 485ms", "begun 58x at 485ms", "cancelled 58x at 500ms", "built 58x at 500ms",
			"begun 59x at 525ms", "cancelled 59x at 565ms", "begun 60x at 565ms", "cancelled 60x at 600ms",
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				d := newDisk()
				d.text, d.end = "0", cancel
				var began time.Time
				var got []string
				note := func(what, text string) {
					if n := len(text) - 1; n > 10 {
						text = fmt.Sprintf("%dx", n)
					}
					got = append(got, fmt.Sprintf("%s %s at %v", what, text, time.Since(began)))
				}
				loop := &Loop{Notifier: d.n, Inputs: d.now(), Action: func(_ context.Context, _ string, seen func(Inputs)) bool {
					in := d.now().(content)
					seen(in)
					note("built", in.text)
					return false
				}, Early: func(ctx context.Context) {
					text := d.now().(content).text
					note("begun", text)
					select {
					case <-time.After(test.took):
						note("ready", text)
					case <-ctx.Done():
						note("cancelled", text)
					}
				}}
				var running sync.WaitGroup
				running.Go(func() { loop.Run(ctx) })
				time.Sleep(time.Second)
				began = time.Now()
				test.run(d)
				time.Sleep(time.Minute)
				cancel()
				running.Wait()
				if diff := cmp.Diff(test.want, got); diff != "" {
					t.Errorf("steps (-want +got):\n%s", diff)
				}
			})
		})
	}
}

// A change at the end of an action, too late to cancel it, settles before the next one.
func TestLoopChangeAtEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDisk()
		d.text = "0"
		var got []string
		loop := &Loop{Notifier: d.n, First: d.now, Action: func(ctx context.Context, _ string, seen func(Inputs)) bool {
			in := d.now().(content)
			seen(in)
			select {
			case <-time.After(100 * time.Millisecond):
				got = append(got, "built "+in.text)
			case <-ctx.Done():
				got = append(got, "cancelled "+in.text)
			}
			return false
		}}
		ctx, cancel := context.WithCancel(t.Context())
		var running sync.WaitGroup
		running.Go(func() { loop.Run(ctx) })
		time.Sleep(90 * time.Millisecond)
		d.save("01")
		time.Sleep(30 * time.Millisecond)
		d.save("012")
		time.Sleep(time.Minute)
		cancel()
		running.Wait()
		if diff := cmp.Diff([]string{"built 0", "built 012"}, got); diff != "" {
			t.Errorf("actions (-want +got):\n%s", diff)
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

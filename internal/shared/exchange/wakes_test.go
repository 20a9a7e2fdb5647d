package exchange

import (
	"errors"
	"io"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// newPair returns the Wakes of two sides that are joined by pipes, and serves both until the end of
// the test.
func newPair(t *testing.T) (host, plugin *Wakes) {
	t.Helper()
	toPlugin, fromHost, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	toHost, fromPlugin, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	host, plugin = NewWakes(Host, fromHost), NewWakes(Plugin, fromPlugin)
	var served sync.WaitGroup
	for _, side := range []struct {
		wakes *Wakes
		read  io.Reader
	}{{host, toHost}, {plugin, toPlugin}} {
		served.Add(1)
		go func() {
			defer served.Done()
			if err := side.wakes.Serve(side.read); !errors.Is(err, io.EOF) {
				t.Errorf("side %d: got %v at the end of the pipe, want %v", side.wakes.self, err, io.EOF)
			}
		}()
	}
	t.Cleanup(func() {
		fromHost.Close()
		fromPlugin.Close()
		served.Wait()
		toHost.Close()
		toPlugin.Close()
	})
	return host, plugin
}

// noPolls makes each wait of the test sleep.
func noPolls(t *testing.T) {
	t.Helper()
	was, limits := mostPollers, naps
	t.Cleanup(func() { mostPollers, naps = was, limits })
	mostPollers, naps = 0, [2]int64{}
}

// Sides on many lanes take turns by the pipes alone.
func TestWakesTakeTurns(t *testing.T) {
	noPolls(t)
	host, plugin := newPair(t)
	const lanes, rounds = 32, 200
	var (
		turns [2][lanes]Turn
		group sync.WaitGroup
	)
	never := func() bool { return false }
	for own := range turns {
		for i := range lanes {
			turn, here, there := &turns[own][i], host.Lane(own == 1, i), plugin.Lane(own == 1, i)
			group.Add(2)
			go func() {
				defer group.Done()
				for range rounds {
					turn.Set(Call, here)
					if got := turn.Await(Call, here, never); got != Return {
						t.Errorf("host: got turn %d, want %d", got, Return)
					}
				}
			}()
			go func() {
				defer group.Done()
				for round, was := 0, Idle; round < rounds; round, was = round+1, Return {
					if got := turn.Await(was, there, never); got != Call {
						t.Errorf("plugin: got turn %d, want %d", got, Call)
					}
					turn.Set(Return, there)
				}
			}()
		}
	}
	group.Wait()
}

// A bell is heard, and numbers that no side has and parts of numbers do no harm.
func TestWakesRing(t *testing.T) {
	noPolls(t)
	host, plugin := newPair(t)
	var b Bell
	here, there := host.Header(), plugin.Header()
	done := make(chan uint32)
	go func() { done <- b.Await(0, here, func() bool { return false }) }()
	for _, garbage := range [][]byte{{0xff, 0xff, 0xff, 0xff}, {wakePlaces & 0xff, wakePlaces >> 8, 0, 0}, {7, 0, 0, 0}, {1, 2}, {3, 4}} {
		if _, err := plugin.write.Write(garbage); err != nil {
			t.Fatal(err)
		}
	}
	for b.waiting.Load() == 0 {
		time.Sleep(time.Millisecond)
	}
	b.Ring(there)
	if got, want := <-done, uint32(1); got != want {
		t.Errorf("got %d, want %d", got, want)
	}
}

// The end of the other side ends a wait, and waking it does no harm.
func TestWakesEnd(t *testing.T) {
	noPolls(t)
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer write.Close()
	read.Close() // the other side has ended
	side := NewWakes(Host, write).Lane(false, 0)
	var (
		turn  Turn
		ended atomic.Bool
		done  = make(chan struct{})
	)
	turn.waiting[Plugin].Store(1)
	turn.Set(Call, side)
	go func() {
		defer close(done)
		turn.Await(Call, side, ended.Load)
	}()
	for turn.waiting[Host].Load() == 0 {
		time.Sleep(time.Millisecond)
	}
	ended.Store(true)
	turn.End(side)
	<-done
}

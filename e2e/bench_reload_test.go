package e2e

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"
	"slices"
	"testing"
	"time"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

// BenchmarkReload measures, for a plugin whose library is replaced again and again: the time for
// which calls are held, with 100 bound funcs and a state of one number; the time of the whole
// Reload; and the memory that a generation which has retired leaves. It is the same whatever b.N
// is.
func BenchmarkReload(b *testing.B) {
	const rounds = 100
	e, replace := openReplaced(b, winplugin.ReloadPolicy{MaxResident: -1})
	var funcs []func() int
	for range 100 {
		funcs = append(funcs, bound[func() int](b, e.Plugin, "Version"))
	}
	var whole []float64
	run := func(n int) {
		for range n {
			began := time.Now()
			if _, err := replace(); err != nil {
				b.Fatal(err)
			}
			whole = append(whole, milliseconds(began))
			for _, f := range funcs {
				f()
			}
		}
		e.awaitEvents(winplugin.ReloadRetired, len(whole))
	}
	run(20) // the host's own pools grow
	debug.FreeOSMemory()
	before := committed()
	run(rounds)
	debug.FreeOSMemory()
	after := committed()
	var held []float64
	for _, event := range e.events {
		if event.Stage == winplugin.ReloadSwitched {
			held = append(held, float64(event.Took)/float64(time.Millisecond))
		}
	}
	slices.Sort(held)
	b.ReportMetric(median(held), "ms-held")
	b.ReportMetric(held[len(held)-1], "ms-held-most")
	b.ReportMetric(median(whole), "ms-reload")
	b.ReportMetric(float64(after-before)/rounds/(1<<20), "MB/retired")
	b.ReportMetric(0, "ns/op")
}

// BenchmarkReloadPace runs a loop of 60 frames a second that calls the plugin, first alone, and then
// while the plugin is watched, edited, built with low priority and replaced. It reports by how much
// frames came too late, and how many by more than 5 ms. It is the same whatever b.N is.
func BenchmarkReloadPace(b *testing.B) {
	const frame, edits = time.Second / 60, 8
	e := &evolving{t: b, dir: copyPlugin(b, "evolving")}
	e.Plugin = open(b, e.dir, winplugin.WithWatch(winplugin.WatchPolicy{}), winplugin.WithLowPriority(), winplugin.WithReload(e.policy(winplugin.ReloadPolicy{MaxResident: -1})))
	count := bound[func() (int, error)](b, e.Plugin, "Count")
	loop := func(stop <-chan struct{}) (late []float64) {
		for next := time.Now(); ; next = next.Add(frame) {
			time.Sleep(time.Until(next))
			if _, err := count(); err != nil {
				b.Error(err)
				return late
			}
			late = append(late, milliseconds(next))
			select {
			case <-stop:
				return late
			default:
			}
		}
	}
	report := func(name string, during func()) {
		stop, done := make(chan struct{}), make(chan []float64)
		go func() { done <- loop(stop) }()
		during()
		close(stop)
		late := <-done
		slices.Sort(late)
		within, _ := slices.BinarySearch(late, 5)
		b.ReportMetric(late[len(late)*99/100], "ms-late-99%-"+name)
		b.ReportMetric(late[len(late)-1], "ms-late-most-"+name)
		b.ReportMetric(float64(len(late)-within), "frames-over-5ms-"+name)
		b.ReportMetric(float64(len(late)), "frames-"+name)
	}
	report("alone", func() { time.Sleep(5 * time.Second) })
	report("reloading", func() {
		for i := range edits {
			e.edit(to(fmt.Sprint(i + 2))...)
			e.awaitEvents(winplugin.ReloadSwitched, i+1)
		}
	})
	b.ReportMetric(0, "ns/op")
}

// BenchmarkFuncReload compares a func of a plugin that cannot be replaced with that of one that can:
// before a switch, after one, and after one while the old generation has an object in use. The
// differences are in ns a call. It is the same whatever b.N is.
func BenchmarkFuncReload(b *testing.B) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	calls := func(p *winplugin.Plugin) func(n int) {
		version := bound[func() int](b, p, "Version")
		return func(n int) {
			for range n {
				if version() == 0 {
					b.Fatal("got version 0, want another")
				}
			}
		}
	}
	replaced := func(held bool) *winplugin.Plugin {
		e, replace := openReplaced(b, winplugin.ReloadPolicy{})
		if held {
			object := call(b, e.Plugin, "NewCounter")[0]
			b.Cleanup(func() { runtime.KeepAlive(object) })
		}
		if _, err := replace(); err != nil {
			b.Fatal(err)
		}
		if !held {
			e.awaitEvents(winplugin.ReloadRetired, 1)
		}
		return e.Plugin
	}
	fixed := open(b, copyOf(b, "evolving", "fixed"))
	ctx, cancel := context.WithCancel(context.Background())
	b.Cleanup(cancel) // its Shutdown waits for that
	if _, err := fixed.Call(ctx, "Init", new(notes)); err != nil {
		b.Fatal(err)
	}
	fresh, _ := openReplaced(b, winplugin.ReloadPolicy{})
	variants := []struct {
		name  string
		calls func(n int)
		times []float64
	}{
		{name: "fixed", calls: calls(fixed)},
		{name: "reload", calls: calls(fresh.Plugin)},
		{name: "switched", calls: calls(replaced(false))},
		{name: "held", calls: calls(replaced(true))},
	}
	const rounds, batch = 500, 2000
	for round := range rounds {
		for i := range variants {
			v := &variants[(i+round)%len(variants)]
			start := b.Elapsed() // finer than package time's on Windows
			v.calls(batch)
			v.times = append(v.times, float64((b.Elapsed()-start).Nanoseconds())/batch)
		}
	}
	limit := median(variants[0].times)
	b.ReportMetric(limit, "fixed-ns")
	for _, v := range variants[1:] {
		b.ReportMetric(median(v.times)-limit, v.name+"-ns-more")
	}
	b.ReportMetric(0, "ns/op")
}

package e2e

import (
	"context"
	"fmt"
	"runtime"
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
	const rounds = 30
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
	run(4)
	runtime.GC()
	before := committed()
	run(rounds)
	runtime.GC()
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
// while the plugin's source is edited, built and replaced. It reports by how much frames came
// too late. It is the same whatever b.N is.
func BenchmarkReloadPace(b *testing.B) {
	const frame = time.Second / 60
	e := openEvolving(b, winplugin.ReloadPolicy{MaxResident: -1})
	count := bound[func() (int, error)](b, e.Plugin, "Count")
	loop := func(stop <-chan struct{}) (late []float64) {
		for next := time.Now(); ; next = next.Add(frame) {
			time.Sleep(time.Until(next))
			if _, err := count(); err != nil {
				b.Error(err)
				return late
			}
			late = append(late, float64(time.Since(next))/float64(time.Millisecond))
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
		b.Logf("%-10s %4d frames, late by: median %6.2f ms, 99 %% %6.2f ms, most %6.2f ms", name, len(late), median(late), late[len(late)*99/100], late[len(late)-1])
	}
	report("alone", func() { time.Sleep(5 * time.Second) })
	report("reloading", func() {
		for i := range 8 {
			e.edit(to(fmt.Sprint(i + 2))...)
			if _, err := e.Reload(context.Background()); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.ReportMetric(0, "ns/op")
}

// BenchmarkFuncReload compares a func of a plugin that can be replaced with that of one that
// cannot.
func BenchmarkFuncReload(b *testing.B) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	calls := func(opts ...winplugin.Option) func(n int) {
		add := bound[func(int, int) int](b, openCopy(b, "bench_reload", opts...), "Add")
		return func(n int) {
			for i := range n {
				if sum := add(i, 1); sum != i+1 {
					b.Fatalf("Add: got %d, want %d", sum, i+1)
				}
			}
		}
	}
	compare(b, "reload", calls(winplugin.WithReload(winplugin.ReloadPolicy{})), calls())
}

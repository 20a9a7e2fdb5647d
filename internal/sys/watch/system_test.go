package watch

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"
)

// Notifiers that share a System get what concerns them, and one that is closed takes nothing from
// the others.
func TestSystem(t *testing.T) {
	path := filepath.Join(t.TempDir(), "plugins", "one", "input.go")
	in := files{[]string{path}}
	save(t, path)
	s := NewSystem()
	defer s.Close()
	var all []*Notifier
	for range 3 {
		n := NewNotifier(Options{Poll: time.Hour, System: s})
		n.Watch(in)
		all = append(all, n)
	}
	without := NewNotifier(Options{Poll: time.Hour, System: s}) // has no inputs so far
	defer without.Close()
	other := NewNotifier(Options{Poll: time.Hour, System: s})
	defer other.Close()
	other.Watch(files{[]string{filepath.Join(filepath.Dir(path), "other.go")}})
	saved := func(what string) {
		t.Helper()
		save(t, path)
		for _, n := range all {
			await(t, n)
		}
		for _, n := range all {
			n.Watch(in)
			for len(n.C) > 0 {
				<-n.C
			}
		}
		if len(other.C) > 0 {
			t.Errorf("%s: got a report of another file, want none", what)
		}
	}
	saved("a write")
	all[0].Close()
	all = all[1:]
	saved("a write after one was closed")
	if runtime.GOOS == "windows" {
		return // a folder that is watched cannot be renamed
	}
	dir := filepath.Dir(path)
	if err := os.Rename(dir, dir+" old"); err != nil {
		t.Fatal(err)
	}
	for _, n := range append(all, other) {
		await(t, n)
	}
	all[0].Close() // before it has looked again
	all = all[1:]
	all[0].Watch(in)
	save(t, path)
	await(t, all[0])
	all[0].Watch(in)
	for len(all[0].C) > 0 {
		<-all[0].C
	}
	save(t, path)
	await(t, all[0])
	all[0].Close()
}

package fsutil

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestState(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file ü")
	put := func(t *testing.T, content string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	put(t, "one")
	past := time.Now().Add(-time.Hour)
	for _, test := range []struct {
		name   string
		change func(t *testing.T)
		same   bool
	}{
		{"nothing", func(*testing.T) {}, true},
		{"read", func(t *testing.T) { os.ReadFile(path) }, true},
		{"another size", func(t *testing.T) { put(t, "three") }, false},
		{"another time", func(t *testing.T) { os.Chtimes(path, past, past) }, false},
		{"same size and time", func(t *testing.T) {
			time.Sleep(20 * time.Millisecond) // longer than the clock of a file system ticks
			put(t, "throw"[:3])
			os.Chtimes(path, past, past)
		}, false},
		{"another file", func(t *testing.T) {
			other := path + "2"
			os.WriteFile(other, []byte("six"), 0o600)
			os.Rename(other, path)
			os.Chtimes(path, past, past)
		}, false},
		{"removed", func(t *testing.T) { os.Remove(path) }, false},
	} {
		before, err := Look(path)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(test.name, func(t *testing.T) {
			test.change(t)
			if got := before.Same(path); got != test.same {
				t.Errorf("Same is %t, want %t", got, test.same)
			}
		})
	}
	if (State{}).Same(path) {
		t.Error("the zero State: Same = true, want false")
	}
}

func TestSettled(t *testing.T) {
	now := time.Now()
	for _, test := range []struct {
		name string
		age  time.Duration
		want bool
	}{{"just now", 0, false}, {"a second ago", time.Second, false}, {"a minute ago", time.Minute, true}, {"in the future", -time.Hour, false}} {
		t.Run(test.name, func(t *testing.T) {
			at := now.Add(-test.age).UnixNano()
			if got := (State{1, 2, 3, at, at}).Settled(now) != (State{}); got != test.want {
				t.Errorf("settled is %t, want %t", got, test.want)
			}
		})
	}
}

func TestHash(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x")
	if err := os.WriteFile(path, []byte("abc"), 0o600); err != nil {
		t.Fatal(err)
	}
	sum, s, err := Hash(path, 10)
	const want = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
	if err != nil || sum != want || !s.Same(path) {
		t.Errorf("Hash gives %s, %v, want %s", sum, err, want)
	}
	if _, _, err := Hash(path, 2); err == nil {
		t.Error("Hash beyond the limit: got no error, want one")
	}
}

package e2e

import (
	"context"
	"errors"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

// store is a plugin whose state has the given declarations, and is set and shown as text.
func store(t testing.TB, dir, types, more string) {
	t.Helper()
	write(t, filepath.Join(dir, "store.go"), `package store

import ("encoding/json"; "errors"; "time")

var _ = errors.New
var _ time.Time

`+types+`

var state State

func Snapshot() (State, error) { return state, nil }
func Set(text string) error { state = State{}; return json.Unmarshal([]byte(text), &state) }
func Show() (string, error) { b, err := json.Marshal(state); return string(b), err }
`+more)
}

const restore = `func Restore(s State) error { state = s; return nil }`

// State goes through generations whose types gain and lose fields.
func TestReloadState(t *testing.T) {
	rebuilds(t) // TestReloadMoves hands over a state of a library that is there
	if apart(t) {
		return
	}
	dir := filepath.Join(t.TempDir(), "store")
	node := "\ntype Node struct { Name string; Next *Node }\n"
	store(t, dir, "type State struct { Count int; Items []Item; At time.Time }\ntype Item struct { Name string; Price int; Tags map[string]Tag }\ntype Tag struct { Text string; Old bool }", restore)
	var lost [][]string
	p := open(t, dir, winplugin.WithReload(winplugin.ReloadPolicy{OnEvent: func(e winplugin.ReloadEvent) {
		if e.Stage == winplugin.ReloadSwitched {
			lost = append(lost, e.Lost)
		}
	}}))
	call(t, p, "Set", `{"Count": 300, "At": "2026-01-02T03:04:05Z", "Items": [{"Name": "a", "Price": 5, "Tags": {"x": {"Text": "y", "Old": true}}}, {"Name": "b", "Price": 7}]}`)
	steps := []struct {
		name, types string
		show        string
		lost        []string
	}{
		{
			"gains fields", "type State struct { More string; Count int64; Items []Item; At time.Time; Nodes *Node }\ntype Item struct { Price float64; Name string; Tags map[string]Tag; Extra []int }\ntype Tag struct { Old bool; Text string }" + node,
			`{"More":"","Count":300,"Items":[{"Price":5,"Name":"a","Tags":{"x":{"Old":true,"Text":"y"}},"Extra":null},{"Price":7,"Name":"b","Tags":null,"Extra":null}],"At":"2026-01-02T03:04:05Z","Nodes":null}`,
			nil,
		},
		{
			"loses fields", "type State struct { Count int64; Items []Item; At time.Time; Nodes *Node }\ntype Item struct { Name string; Tags map[string]Tag }\ntype Tag struct { Text string }" + node,
			`{"Count":300,"Items":[{"Name":"a","Tags":{"x":{"Text":"y"}}},{"Name":"b","Tags":null}],"At":"2026-01-02T03:04:05Z","Nodes":null}`,
			[]string{"Items[].Price: there is no such field any more", "Items[].Tags[].Old: there is no such field any more"},
		},
		{
			"changes types", "type State struct { Count int8; Items map[string]Item; At time.Time; Nodes *Node }\ntype Item struct { Name string }" + node,
			`{"Count":0,"Items":null,"At":"2026-01-02T03:04:05Z","Nodes":null}`,
			[]string{"Count: ", "Items: "},
		},
		{
			"is set again, and loses nothing", "type State struct { At time.Time; Nodes *Node; Empty string }" + node,
			`{"At":"2026-01-02T03:04:05Z","Nodes":null,"Empty":""}`, nil,
		},
	}
	short := runtime.GOOS == "windows" && testing.Short() // a build takes seconds in Wine
	if short {
		steps = steps[:1]
	}
	for _, test := range steps {
		t.Run(test.name, func(t *testing.T) {
			store(t, dir, test.types, restore)
			lost = nil
			if _, err := p.Reload(context.Background()); err != nil {
				t.Fatal(err)
			}
			if got := call(t, p, "Show")[0]; got != test.show {
				t.Errorf("got  %v\nwant %s", got, test.show)
			}
			if len(lost) != 1 || len(lost[0]) != len(test.lost) {
				t.Fatalf("got lost %q, want %q", lost, test.lost)
			}
			for i, want := range test.lost {
				if !strings.HasPrefix(lost[0][i], want) {
					t.Errorf("got lost %q, want %q", lost[0][i], want)
				}
			}
		})
	}
	if short {
		return
	}
	// A type that contains itself.
	call(t, p, "Set", `{"Nodes": {"Name": "a", "Next": {"Name": "b", "Next": {"Name": "c"}}}}`)
	store(t, dir, "type State struct { Nodes *Node }\ntype Node struct { More int; Name string; Next *Node }", restore)
	if _, err := p.Reload(context.Background()); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(`{"Nodes":{"More":0,"Name":"a","Next":{"More":0,"Name":"b","Next":{"More":0,"Name":"c","Next":null}}}}`, call(t, p, "Show")[0]); diff != "" {
		t.Errorf("a type that contains itself (-want +got):\n%s", diff)
	}
}

// A state that cannot be handed over leaves the old generation in its place.
func TestReloadStateRefused(t *testing.T) {
	rebuilds(t)
	if apart(t) {
		return
	}
	dir := filepath.Join(t.TempDir(), "store")
	const types = "type State struct { N int }"
	store(t, dir, types, restore+"\n// first\n")
	var last winplugin.ReloadEvent
	p := open(t, dir, winplugin.WithReload(winplugin.ReloadPolicy{MaxResident: -1, Pause: 100 * time.Millisecond, OnEvent: func(e winplugin.ReloadEvent) {
		if e.Stage != winplugin.ReloadRetired {
			last = e
		}
	}}))
	show := bound[func() (string, error)](t, p, "Show")
	call(t, p, "Set", `{"N": 5}`)
	tests := []struct {
		name, types, restore string
		want                 string
		is                   func(error) bool
	}{
		{"Restore fails", types, `func Restore(s State) error { state = s; return errors.New("bad state") }`, "Restore has failed: bad state", func(err error) bool { return errors.As(err, new(*winplugin.ErrorResult)) }},
		{"Restore panics", types, `func Restore(s State) error { panic("bad state") }`, "panic in Restore: bad state", func(err error) bool { return errors.As(err, new(*winplugin.PanicError)) }},
		{"Restore takes too long", types, `func Restore(s State) error { time.Sleep(400*time.Millisecond); return nil }`, "ReloadPolicy.Pause", nil},
		{"another kind of state", types, `func Restore(s int) error { return nil }`, "does not fit", func(err error) bool { return errors.As(err, new(*winplugin.SignatureError)) }},
		{"a state that stays", types, `func Restore(s chan int) error { return nil }`, "cannot be copied", func(err error) bool { return errors.As(err, new(*winplugin.SignatureError)) }},
	}
	if runtime.GOOS == "windows" && testing.Short() {
		tests = tests[:2] // a build takes seconds in Wine
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			store(t, dir, test.types, test.restore)
			_, err := p.Reload(context.Background())
			if err == nil || !strings.Contains(err.Error(), test.want) || test.is != nil && !test.is(err) {
				t.Errorf("got %v, want %q", err, test.want)
			}
			if got, err := show(); got != `{"N":5}` || err != nil || last.Stage != winplugin.ReloadRefused {
				t.Errorf("afterwards: got %s, %v, event %+v", got, err, last)
			}
		})
	}
	t.Run("there is no Restore", func(t *testing.T) {
		store(t, dir, types, "")
		if _, err := p.Reload(context.Background()); err != nil {
			t.Fatal(err)
		}
		if got, err := show(); got != `{"N":0}` || err != nil || len(last.Lost) != 1 {
			t.Errorf("got %s, %v, event %+v, want a lost state", got, err, last)
		}
	})
	if got := p.Reloads().Failures; got != len(tests) {
		t.Errorf("got %+v, want %d failures", p.Reloads(), len(tests))
	}
}

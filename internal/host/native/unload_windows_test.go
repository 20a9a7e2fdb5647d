package native

import (
	"errors"
	"strings"
	"testing"

	"github.com/RamanSharma100/go-winplugin/internal/shared/abi"
)

func TestUnloadableReasons(t *testing.T) {
	image := new(abi.ImageHeader)
	pinned := new(abi.Ledger)
	pinned.Rules[abi.NumHooks+len(general)+len(extensions)].Seen = 1
	for _, test := range []struct {
		name string
		pure pureStart
		want string // a part of the error; "" for none
	}{
		{"cgo bridge", pureStart{}, "made by the cgo bridge"},
		{"kept", pureStart{image: image, keep: notUnloadable("switched off")}, "switched off"},
		{"too many handles", pureStart{image: image, ledger: &abi.Ledger{Full: abi.FullHandles}}, "ledger of its handles is full"},
		{"too many operations", pureStart{image: image, ledger: &abi.Ledger{Full: abi.FullPending}}, "ledger of its I/O under way is full"},
		{"pinning API", pureStart{image: image, ledger: pinned}, "the plugin has used " + pinningAPIs[0]},
		{"unloadable", pureStart{image: image, ledger: new(abi.Ledger)}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			checkNotUnloadable(t, (&Library{pure: test.pure}).Unloadable(), test.want)
		})
	}
}

func checkNotUnloadable(t *testing.T, err error, want string) {
	t.Helper()
	if want == "" {
		if err != nil {
			t.Errorf("got %v, want no error", err)
		}
		return
	}
	if !errors.Is(err, ErrNotUnloadable) || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v, want ErrNotUnloadable with %q", err, want)
	}
}

// A library that cannot be unloaded gets no hooks but those of its start.
func TestOpenLedgerRefuses(t *testing.T) {
	for _, test := range []struct {
		name   string
		ledger *abi.Ledger
		slots  []importSlot
		opt    Options
		want   string
	}{
		{"by option", new(abi.Ledger), nil, Options{NoUnload: true, NoSurvival: true}, "switched off by option"},
		{"no ledger", nil, nil, Options{}, "windows/amd64 only"},
		{"unknown import", new(abi.Ledger), []importSlot{{name: "NewFunction", dll: "kernel32.dll"}}, Options{}, "imports NewFunction of kernel32.dll"},
		{"another DLL", new(abi.Ledger), []importSlot{{name: "VirtualAlloc", dll: "other.dll"}}, Options{}, "imports VirtualAlloc of other.dll"},
		{"missing import", new(abi.Ledger), nil, Options{}, "does not import " + requiredImports[0]},
	} {
		t.Run(test.name, func(t *testing.T) {
			l := new(Library)
			hooks := map[string]uintptr{"ExitProcess": 1}
			checkNotUnloadable(t, l.openLedger(test.ledger, new(abi.ImageHeader), test.slots, hooks, test.opt), test.want)
			if len(hooks) != 1 || l.pure.ledger != nil || l.binding.callbacks != nil {
				t.Errorf("got hooks %v, ledger %p and callback slot %p, want only the hook of the start", hooks, l.pure.ledger, l.binding.callbacks)
			}
		})
	}
}

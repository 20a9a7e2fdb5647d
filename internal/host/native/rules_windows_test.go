package native

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/RamanSharma100/go-winplugin/internal/shared/abi"
)

// There is a thunk for each handler of each slot.
func TestHandlerThunks(t *testing.T) {
	text, err := os.ReadFile("callbackslot_windows_amd64.s")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := 64*strings.Count(string(text), "\n\tTHUNKS64"), maxCallbackSlots*handlersPerSlot; got != want {
		t.Errorf("got %d thunks, want %d", got, want)
	}
}

// Each function has one rule, and there is room for all.
func TestRules(t *testing.T) {
	set := rules()
	seen := make(map[uint64]bool)
	for i, rule := range set.rules {
		if rule.Hash != 0 && seen[rule.Hash] {
			t.Errorf("rule %d: got the name of another, want its own", i)
		}
		seen[rule.Hash] = true
	}
	if n := abi.NumHooks + len(general) + len(extensions) + len(pinningAPIs); n > abi.NumRules {
		t.Errorf("got %d rules, want %d at most", n, abi.NumRules)
	}
	for name := range unhookedImports {
		t.Run(name, func(t *testing.T) {
			if _, ok := set.imported[name]; ok && name != "WriteFile" { // by name only
				t.Errorf("%s: got a hook, want none, as it is in unhookedImports", name)
			}
		})
	}
	for _, name := range requiredImports {
		t.Run(name, func(t *testing.T) {
			if _, ok := set.imported[name]; !ok && !unhookedImports[name] {
				t.Errorf("%s: got no rule, want one, as it is in requiredImports", name)
			}
		})
	}
}

// The imports of the Go that builds this test are known.
func TestImportsAreKnown(t *testing.T) {
	var slots []importSlot
	for _, file := range []string{"runtime/os_windows.go", "syscall/dll_windows.go"} {
		text, err := os.ReadFile(filepath.Join(runtime.GOROOT(), "src", file))
		if err != nil {
			t.Skip(err)
		}
		for _, m := range regexp.MustCompile(`(?m)^//go:cgo_import_dynamic \S+ (\w+)%\d+ "([^"]+)"`).FindAllStringSubmatch(string(text), -1) {
			slots = append(slots, importSlot{name: m[1], dll: m[2]})
		}
	}
	if len(slots) < len(requiredImports) {
		t.Fatalf("got only %d imports, want at least %d", len(slots), len(requiredImports))
	}
	if err := knownImports(slots); err != nil {
		t.Error(err)
	}
	more := append(slices.Clone(slots), importSlot{name: "CreateSomethingNew", dll: "kernel32.dll"})
	if err := knownImports(more); !errors.Is(err, ErrNotUnloadable) || !strings.Contains(err.Error(), "CreateSomethingNew") {
		t.Errorf("with a new import: got %v, want %v and \"CreateSomethingNew\" in it", err, ErrNotUnloadable)
	}
	other := append(slices.Clone(slots), importSlot{name: "SetEvent", dll: "other.dll"})
	if err := knownImports(other); !errors.Is(err, ErrNotUnloadable) {
		t.Errorf("with an import from another DLL: got %v, want %v", err, ErrNotUnloadable)
	}
	less := slices.DeleteFunc(slices.Clone(slots), func(s importSlot) bool { return s.name == "VirtualAlloc" })
	if err := knownImports(less); !errors.Is(err, ErrNotUnloadable) || !strings.Contains(err.Error(), "VirtualAlloc") {
		t.Errorf("with an import less: got %v, want %v and \"VirtualAlloc\" in it", err, ErrNotUnloadable)
	}
}

func TestPlace(t *testing.T) {
	if got := place(procSetEvent.Addr() + 1); !strings.EqualFold(got, "kernel32.dll!SetEvent+0x1") && !strings.HasSuffix(got, "!SetEvent+0x1") {
		t.Errorf("got %s, want SetEvent+0x1", got)
	}
	if got := place(1); got != "0x1" {
		t.Errorf("got %s, want 0x1", got)
	}
}

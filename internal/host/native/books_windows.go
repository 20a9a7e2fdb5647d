package native

import (
	"fmt"
	"maps"
	"strings"
	"sync"
	"sync/atomic"
	"unsafe"

	"golang.org/x/sys/windows"

	"github.com/RamanSharma100/go-winplugin/internal/shared/abi"
)

// All that the runtime of a library of the pure bridge takes from the system it takes
// through its import table, and through GetProcAddress, which is in that table. With
// hooks in these places the library keeps books of it (abi.Ledger), by which the host
// gives it back.

func notUnloadable(format string, args ...any) error {
	return fmt.Errorf("%w: %w", ErrNotUnloadable, fmt.Errorf(format, args...))
}

// openBooks prepares the library's books, and adds to hooks what must be put into its
// import table for them. The error says why the library cannot be unloaded.
func (l *Library) openBooks(image *abi.ImageHeader, slots []importSlot, hooks map[string]uintptr, opt Options) error {
	switch {
	case opt.NoUnload:
		return notUnloadable("this was switched off by option")
	case image.Ledger == 0:
		return notUnloadable("the pure bridge can unload on windows/amd64 only")
	case procGetNextThread.Find() != nil || procQueryThread.Find() != nil:
		return notUnloadable("this version of Windows does not tell which threads there are")
	}
	if err := knownImports(slots); err != nil {
		return err
	}
	if !l.claim() {
		return notUnloadable("%d libraries are there already", maxClaims)
	}
	books := (*abi.Ledger)(pointer(image.Ledger))
	halted, leave, err := newEvents()
	if err != nil {
		return notUnloadable("%w", err)
	}
	books.Halted, books.Leave = halted, leave
	books.SetEvent, books.ExitThread = image.SetEvent, image.ExitThread
	books.WaitForMultipleObjects = procWaitForMultiple.Addr()
	for i := range books.Vectored {
		v, c := &books.Vectored[i], &books.Console[i]
		v.Thunk, v.Slot = l.binding.claim.thunk(i), l.binding.claim.handler(i)
		c.Thunk, c.Slot = l.binding.claim.thunk(i+abi.HandlerSlots), l.binding.claim.handler(i+abi.HandlerSlots)
	}
	for i, name := range []string{"kernel32.dll", "kernelbase.dll", "ntdll.dll"} {
		if module, err := windows.UTF16PtrFromString(name); err == nil {
			var handle windows.Handle
			if windows.GetModuleHandleEx(windows.GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT, module, &handle) == nil {
				books.Modules[i] = uintptr(handle) | 1
			}
		}
	}
	set := rules()
	books.Rules = set.rules
	for i := range books.Rules {
		if rule := &books.Rules[i]; rule.Hook != 0 {
			rule.Hook = hook(books, i)
		}
	}
	start := maps.Clone(hooks) // these keep their place
	for _, slot := range slots {
		i, ok := set.imported[slot.name]
		if _, taken := start[slot.name]; taken || !ok {
			continue
		}
		books.Rules[i].Real = *slot.word
		hooks[slot.name] = hook(books, i)
	}
	l.pure.books = books
	return nil
}

// hook is the address of the code that is called in the place of the function that rule
// i is for.
func hook(books *abi.Ledger, i int) uintptr {
	if i < abi.NumHooks {
		return books.Hooks[i]
	}
	return books.Stubs + uintptr(i)*abi.StubSize
}

func (c *claim) handler(i int) uintptr { return uintptr(unsafe.Pointer(&c.handlers[i])) }

// knownImports compares what the library imports with what this package knows.
func knownImports(slots []importSlot) error {
	have := make(map[string]bool, len(slots))
	set := rules()
	for _, slot := range slots {
		_, hooked := set.imported[slot.name]
		if !strings.EqualFold(slot.dll, "kernel32.dll") || !hooked && !harmless[slot.name] {
			return notUnloadable("its runtime imports %s of %s, which this host does not know; a later version of this module may", slot.name, slot.dll)
		}
		have[slot.name] = true
	}
	for _, name := range needed {
		if !have[name] {
			return notUnloadable("its runtime does not import %s, against what this host knows; a later version of this module may do without", name)
		}
	}
	return nil
}

// A ruleSet is the rules for all libraries. Rule.Hook is not 0 where there is a hook.
type ruleSet struct {
	rules    [abi.NumRules]abi.Rule
	imported map[string]int // index of the rule for an import
}

var rules = sync.OnceValue(func() *ruleSet {
	s := &ruleSet{imported: make(map[string]int)}
	byName := make(map[string]bool)
	for i, f := range special {
		if f.imported {
			s.imported[f.name] = i
		}
		if f.byName {
			s.rules[i].Hash, s.rules[i].Hook = abi.HashName(f.name), 1
			byName[f.name] = true
		}
	}
	n := abi.NumHooks
	for _, f := range general {
		s.imported[f.name] = n
		s.rules[n].Op = f.op
		if !byName[f.name] {
			s.rules[n].Hash, s.rules[n].Hook = abi.HashName(f.name), 1
		}
		n++
	}
	for _, f := range extensions {
		s.rules[n].Hash, s.rules[n].Hook, s.rules[n].Op = f.guid, 1, f.op
		n++
	}
	for _, name := range keepers {
		s.rules[n].Hash = abi.HashName(name)
		n++
	}
	return s
})

func (l *Library) unloadable() error {
	if l.pure.image == nil {
		return notUnloadable("it was made by the cgo bridge; libraries of the pure bridge can be")
	}
	if l.pure.keep != nil {
		return l.pure.keep
	}
	books := l.pure.books
	full := atomic.LoadUint64(&books.Full)
	for i, what := range []string{"memory blocks", "handles", "DLLs", "exception handlers", "console handlers", "I/O under way"} {
		if full&(1<<i) != 0 {
			return notUnloadable("the books of its %s are full", what)
		}
	}
	first := abi.NumHooks + len(general) + len(extensions)
	for i, name := range keepers {
		if atomic.LoadUint64(&books.Rules[first+i].Seen) != 0 {
			return notUnloadable("the plugin has used %s, by which the system keeps an address of it", name)
		}
	}
	return nil
}

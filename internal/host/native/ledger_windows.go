package native

import (
	"maps"
	"strings"
	"sync"
	"sync/atomic"

	"golang.org/x/sys/windows"

	"github.com/RamanSharma100/go-winplugin/internal/shared/abi"
)

// The runtime of a library of the pure bridge calls Windows through its import table, and
// through what GetProcAddress returns, which is in that table. Hooks in both places record
// in the library's ledger (abi.Ledger) what the library gets from Windows. The host
// releases it when it unloads the library.

// openLedger prepares the library's ledger, which is nil if the library has none, and adds
// the hooks that replace its imports. The error says why the library cannot be unloaded.
func (l *Library) openLedger(ledger *abi.Ledger, header *abi.ImageHeader, slots []importSlot, hooks map[string]uintptr, opt Options) error {
	switch {
	case opt.NoUnload && opt.NoSurvival:
		return notUnloadable(switchedOff)
	case ledger == nil:
		return notUnloadable("the pure bridge can unload on windows/amd64 only")
	case procGetNextThread.Find() != nil || procQueryThread.Find() != nil:
		return notUnloadable("this version of Windows cannot list the threads of a process")
	}
	if err := knownImports(slots); err != nil {
		return err
	}
	if !l.takeCallbackSlot() {
		return notUnloadable("%d libraries are loaded, which is the limit for unloading", maxCallbackSlots)
	}
	halted, leave, err := newEvents()
	if err != nil {
		return notUnloadable("%w", err)
	}
	ledger.Halted, ledger.Leave = halted, leave
	ledger.SetEvent, ledger.ExitThread = header.SetEvent, header.ExitThread
	ledger.WaitForMultipleObjects = procWaitForMultiple.Addr()
	for i := range ledger.Vectored {
		v, c := &ledger.Vectored[i], &ledger.Console[i]
		v.Thunk, v.Slot = l.binding.callbacks.thunk(i), l.binding.callbacks.handler(i)
		c.Thunk, c.Slot = l.binding.callbacks.thunk(i+abi.HandlerSlots), l.binding.callbacks.handler(i+abi.HandlerSlots)
	}
	for i, name := range []string{"kernel32.dll", "kernelbase.dll", "ntdll.dll"} {
		if module, err := windows.UTF16PtrFromString(name); err == nil {
			var handle windows.Handle
			if windows.GetModuleHandleEx(windows.GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT, module, &handle) == nil {
				ledger.Modules[i] = uintptr(handle) | 1
			}
		}
	}
	set := rules()
	ledger.Rules = set.rules
	for i := range ledger.Rules {
		if rule := &ledger.Rules[i]; rule.Hook != 0 {
			rule.Hook = hook(ledger, i)
		}
	}
	start := maps.Clone(hooks) // not replaced
	for _, slot := range slots {
		i, ok := set.imported[slot.name]
		if _, taken := start[slot.name]; taken || !ok {
			continue
		}
		ledger.Rules[i].Real = *slot.word
		hooks[slot.name] = hook(ledger, i)
	}
	l.pure.ledger = ledger
	return nil
}

// hook is the address of the code that replaces the function of rule i.
func hook(ledger *abi.Ledger, i int) uintptr {
	if i < abi.NumHooks {
		return ledger.Hooks[i]
	}
	return ledger.Stubs + uintptr(i)*abi.StubSize
}

// knownImports returns an error unless this package knows all imports of the library, and
// the library has those that unloading relies on.
func knownImports(slots []importSlot) error {
	have := make(map[string]bool, len(slots))
	set := rules()
	for _, slot := range slots {
		_, hooked := set.imported[slot.name]
		if !strings.EqualFold(slot.dll, "kernel32.dll") || !hooked && !unhookedImports[slot.name] {
			return notUnloadable("its runtime imports %s of %s, which this host does not know; a later version of this module may", slot.name, slot.dll)
		}
		have[slot.name] = true
	}
	for _, name := range requiredImports {
		if !have[name] {
			return notUnloadable("its runtime does not import %s, against what this host knows; a later version of this module may not need it", name)
		}
	}
	return nil
}

// A ruleSet is the rules for all libraries. Rule.Hook is not 0 where there is a hook.
type ruleSet struct {
	rules    [abi.NumRules]abi.Rule
	imported map[string]int // index of the rule for an import
	free     int            // index of the first rule that is not used
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
	for _, name := range pinningAPIs {
		s.rules[n].Hash = abi.HashName(name)
		n++
	}
	s.free = n
	return s
})

func (l *Library) unloadable() error {
	if l.pure.image == nil {
		return notUnloadable(madeByCGO)
	}
	if l.pure.keep != nil {
		return l.pure.keep
	}
	ledger := l.pure.ledger
	full := atomic.LoadUint64(&ledger.Full)
	for i, what := range []string{"memory blocks", "handles", "DLLs", "exception handlers", "console handlers", "I/O under way"} {
		if full&(1<<i) != 0 {
			return notUnloadable("the ledger of its %s is full", what)
		}
	}
	first := abi.NumHooks + len(general) + len(extensions)
	for i, name := range pinningAPIs {
		if atomic.LoadUint64(&ledger.Rules[first+i].Seen) != 0 {
			return notUnloadable("the plugin has used %s, which makes Windows keep an address in it", name)
		}
	}
	return nil
}

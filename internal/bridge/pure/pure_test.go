package pure

import (
	"regexp"
	"strconv"
	"testing"
	"unsafe"

	"github.com/google/go-cmp/cmp"

	"github.com/RamanSharma100/go-winplugin/internal/wire"
)

// The hooks have the layout and the sizes of the books in them.
func TestHooksKnowTheBooks(t *testing.T) {
	var text []byte
	for _, name := range []string{"hooks_windows_amd64.s", "rules_windows_amd64.s"} {
		b, err := Source.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		text = append(text, b...)
	}
	got := make(map[string]uintptr)
	for _, m := range regexp.MustCompile(`(?m)^#define (\w+) +(\d+)$`).FindAllStringSubmatch(string(text), -1) {
		n, err := strconv.ParseUint(m[2], 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		if old, ok := got[m[1]]; ok && old != uintptr(n) {
			t.Errorf("%s is %d in one file and %d in the other", m[1], old, n)
		}
		got[m[1]] = uintptr(n)
	}
	var image wire.Image
	var b wire.Books
	var r wire.Rule
	bit := func(flag uint64) (n uintptr) {
		for ; flag > 1; flag >>= 1 {
			n++
		}
		return n
	}
	want := map[string]uintptr{
		"image_state": unsafe.Offsetof(image.State),

		"books_stubs": unsafe.Offsetof(b.Stubs), "books_memory": unsafe.Offsetof(b.Memory), "books_handles": unsafe.Offsetof(b.Handles), "books_pending": unsafe.Offsetof(b.Pending),
		"books_hooks": unsafe.Offsetof(b.Hooks), "books_stopping": unsafe.Offsetof(b.Stopping),
		"books_halted": unsafe.Offsetof(b.Halted), "books_leave": unsafe.Offsetof(b.Leave), "books_setevent": unsafe.Offsetof(b.SetEvent),
		"books_exitthread": unsafe.Offsetof(b.ExitThread), "books_waitmultiple": unsafe.Offsetof(b.WaitForMultipleObjects),
		"books_full": unsafe.Offsetof(b.Full), "books_periods": unsafe.Offsetof(b.Periods),
		"books_nvectored": unsafe.Offsetof(b.NVectored), "books_nconsole": unsafe.Offsetof(b.NConsole),
		"books_vectored": unsafe.Offsetof(b.Vectored), "books_console": unsafe.Offsetof(b.Console),
		"books_modules": unsafe.Offsetof(b.Modules), "books_rules": unsafe.Offsetof(b.Rules), "books_all": unsafe.Sizeof(b),

		"vectored_size": unsafe.Sizeof(b.Vectored[0]), "console_size": unsafe.Sizeof(b.Console[0]),
		"handler_thunk": unsafe.Offsetof(b.Vectored[0].Thunk), "handler_slot": unsafe.Offsetof(b.Vectored[0].Slot),
		"handler_handle": unsafe.Offsetof(b.Vectored[0].Handle), "handler_continue": unsafe.Offsetof(b.Vectored[0].Continue),
		"handler_function": unsafe.Offsetof(b.Console[0].Function),

		"rule_size": unsafe.Sizeof(r), "rule_hash": unsafe.Offsetof(r.Hash), "rule_real": unsafe.Offsetof(r.Real),
		"rule_hook": unsafe.Offsetof(r.Hook), "rule_op": unsafe.Offsetof(r.Op), "rule_seen": unsafe.Offsetof(r.Seen),

		"memory_slots": wire.MemorySlots, "handle_slots": wire.HandleSlots, "pending_slots": wire.PendingSlots, "pending_probes": 64,
		"handler_slots": wire.HandlerSlots,
		"module_slots":  wire.ModuleSlots, "num_rules": wire.NumRules,

		"full_memory": uintptr(wire.FullMemory), "full_handles": uintptr(wire.FullHandles), "full_modules": uintptr(wire.FullModules),
		"full_vectored": uintptr(wire.FullVectored), "full_console": uintptr(wire.FullConsole), "full_pending": uintptr(wire.FullPending),

		"op_result": wire.OpResult, "op_out": wire.OpOut, "op_close": wire.OpClose, "op_wait": wire.OpWait, "op_begin": wire.OpBegin,
		"op_zeroissuccess": bit(wire.OpZeroIsSuccess), "op_ifownprocess": bit(wire.OpIfOwnProcess), "op_nextargument": bit(wire.OpNextArgument),
		"op_minusonefails": bit(wire.OpMinusOneFails), "op_dequeues": bit(wire.OpDequeues),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if n := len(regexp.MustCompile(`(?m)^\tSTUBS16$`).FindAllString(string(text), -1)); n*16 != wire.NumRules {
		t.Errorf("there are %d stubs for %d rules", n*16, wire.NumRules)
	}
}

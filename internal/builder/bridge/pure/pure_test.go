package pure

import (
	"regexp"
	"strconv"
	"testing"
	"unsafe"

	"github.com/google/go-cmp/cmp"

	"github.com/RamanSharma100/go-winplugin/internal/shared/abi"
)

// The hooks have the layout and the sizes of the ledger in them.
func TestHookLayout(t *testing.T) {
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
			t.Errorf("%s: got %d in one file and %d in the other, want one value", m[1], old, n)
		}
		got[m[1]] = uintptr(n)
	}
	var image abi.ImageHeader
	var b abi.Ledger
	var r abi.Rule
	bit := func(flag uint64) (n uintptr) {
		for ; flag > 1; flag >>= 1 {
			n++
		}
		return n
	}
	want := map[string]uintptr{
		"image_state": unsafe.Offsetof(image.State),

		"ledger_stubs": unsafe.Offsetof(b.Stubs), "ledger_memory": unsafe.Offsetof(b.Memory), "ledger_handles": unsafe.Offsetof(b.Handles), "ledger_pending": unsafe.Offsetof(b.Pending),
		"ledger_hooks": unsafe.Offsetof(b.Hooks), "ledger_stopping": unsafe.Offsetof(b.Stopping),
		"ledger_halted": unsafe.Offsetof(b.Halted), "ledger_leave": unsafe.Offsetof(b.Leave), "ledger_setevent": unsafe.Offsetof(b.SetEvent),
		"ledger_exitthread": unsafe.Offsetof(b.ExitThread), "ledger_waitmultiple": unsafe.Offsetof(b.WaitForMultipleObjects),
		"ledger_full": unsafe.Offsetof(b.Full), "ledger_periods": unsafe.Offsetof(b.Periods),
		"ledger_nvectored": unsafe.Offsetof(b.NVectored), "ledger_nconsole": unsafe.Offsetof(b.NConsole),
		"ledger_vectored": unsafe.Offsetof(b.Vectored), "ledger_console": unsafe.Offsetof(b.Console),
		"ledger_hooksstart": unsafe.Offsetof(b.HooksStart), "ledger_hooksend": unsafe.Offsetof(b.HooksEnd), "ledger_modules": unsafe.Offsetof(b.Modules), "ledger_rules": unsafe.Offsetof(b.Rules), "ledger_all": unsafe.Sizeof(b),

		"vectored_size": unsafe.Sizeof(b.Vectored[0]), "console_size": unsafe.Sizeof(b.Console[0]),
		"handler_thunk": unsafe.Offsetof(b.Vectored[0].Thunk), "handler_slot": unsafe.Offsetof(b.Vectored[0].Slot),
		"handler_handle": unsafe.Offsetof(b.Vectored[0].Handle), "handler_continue": unsafe.Offsetof(b.Vectored[0].Continue),
		"handler_function": unsafe.Offsetof(b.Console[0].Function),

		"rule_size": unsafe.Sizeof(r), "rule_hash": unsafe.Offsetof(r.Hash), "rule_real": unsafe.Offsetof(r.Real),
		"rule_hook": unsafe.Offsetof(r.Hook), "rule_op": unsafe.Offsetof(r.Op), "rule_seen": unsafe.Offsetof(r.Seen),

		"memory_slots": abi.MemorySlots, "handle_slots": abi.HandleSlots, "pending_slots": abi.PendingSlots, "pending_probes": 64,
		"handler_slots": abi.HandlerSlots,
		"module_slots":  abi.ModuleSlots, "num_rules": abi.NumRules,

		"full_memory": uintptr(abi.FullMemory), "full_handles": uintptr(abi.FullHandles), "full_modules": uintptr(abi.FullModules),
		"full_vectored": uintptr(abi.FullVectored), "full_console": uintptr(abi.FullConsole), "full_pending": uintptr(abi.FullPending),

		"op_result": abi.OpResult, "op_out": abi.OpOut, "op_close": abi.OpClose, "op_wait": abi.OpWait, "op_begin": abi.OpBegin,
		"op_zeroissuccess": bit(abi.OpZeroIsSuccess), "op_ifownprocess": bit(abi.OpIfOwnProcess), "op_nextargument": bit(abi.OpNextArgument),
		"op_minusonefails": bit(abi.OpMinusOneFails), "op_dequeues": bit(abi.OpDequeues),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if n := len(regexp.MustCompile(`(?m)^\tSTUBS16$`).FindAllString(string(text), -1)); n*16 != abi.NumRules {
		t.Errorf("got %d stubs, want %d", n*16, abi.NumRules)
	}
}

package pure

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
	"unsafe"

	"github.com/google/go-cmp/cmp"

	"github.com/RamanSharma100/go-winplugin/internal/shared/abi"
)

// The assembly has the layout and the sizes of package abi in it.
func TestELFAssemblyLayout(t *testing.T) {
	got := make(map[string]uintptr)
	for _, pattern := range []string{"elf/*.s", "../../../shared/nolibc/*.s"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: got %v, %v, want files", pattern, files, err)
		}
		for _, name := range files {
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range regexp.MustCompile(`(?m)^#define ([a-z]\w+|STACK|BLOCK|FSOFF|THREADS) +(\d+)\b`).FindAllStringSubmatch(string(text), -1) {
				n, err := strconv.ParseUint(m[2], 10, 64)
				if err != nil {
					t.Fatal(err)
				}
				if old, ok := got[m[1]]; ok && old != uintptr(n) {
					t.Errorf("%s: got %d in one file and %d in another, want one value", m[1], old, n)
				}
				got[m[1]] = uintptr(n)
			}
		}
	}
	var h abi.ELFHeader
	table := unsafe.Offsetof(h.EntryTable)
	want := map[string]uintptr{
		"header_magic": 0, "header_call": table + unsafe.Offsetof(h.EntryTable.Call), "header_unbind": table + unsafe.Offsetof(h.EntryTable.Unbind),
		"header_hooks": unsafe.Offsetof(h.Hooks), "header_criticalstart": unsafe.Offsetof(h.CriticalStart), "header_criticalend": unsafe.Offsetof(h.CriticalEnd),
		"header_syscallreturn": unsafe.Offsetof(h.SyscallReturn), "header_signals": unsafe.Offsetof(h.Signals), "header_threads": unsafe.Offsetof(h.Threads),
		"header_memory": unsafe.Offsetof(h.Memory), "header_files": unsafe.Offsetof(h.Files), "header_systemcalls": unsafe.Offsetof(h.SystemCalls),
		"header_threadwords": unsafe.Offsetof(h.ThreadWords), "header_slot": unsafe.Offsetof(h.Slot), "header_hostentry": unsafe.Offsetof(h.HostEntry),
		"header_bounds": unsafe.Offsetof(h.Bounds), "header_process": unsafe.Offsetof(h.Process), "header_state": unsafe.Offsetof(h.State),
		"header_exitcode": unsafe.Offsetof(h.ExitCode), "header_printed": unsafe.Offsetof(h.Printed), "header_full": unsafe.Offsetof(h.Full),
		"header_light": unsafe.Offsetof(h.Light), "header_output": unsafe.Offsetof(h.Output), "header_all": unsafe.Sizeof(h), "output_size": uintptr(len(h.Output)),
		"header_ended": unsafe.Offsetof(h.Ended), "header_dying": unsafe.Offsetof(h.Dying), "header_text": unsafe.Offsetof(h.Text), "header_textlen": unsafe.Offsetof(h.TextLen), "header_dies": unsafe.Offsetof(h.Dies), "header_leaving": unsafe.Offsetof(h.Leaving),
		"text_size": abi.TextSize, "ends_process": abi.EndsProcess, "image_up": uintptr(abi.ImageUp),

		"image_starting": uintptr(abi.ImageStarting), "image_exited": uintptr(abi.ImageExited),

		"files": abi.FileSlots, "system_calls": abi.SystemCallSlots, "memory_blocks": abi.MemoryBlocks,
		"file_result": abi.FileResult, "file_pair1": abi.FilePairArg1, "file_close": abi.FileClose, "file_pair4": abi.FilePairArg4, "file_duplicate": abi.FileDuplicate,

		"STACK": abi.ThreadStack, "BLOCK": abi.ThreadBlock, "FSOFF": abi.ThreadFS, "THREADS": abi.ThreadSlots,
		"block_self": 0, "block_slot": 8, "block_pthread": 16,

		"clone_flags": 0, "clone_pidfd": 8, "stat_mode": 24, // the kernel's
		"g_stackguard1": 24, // the Go linker's
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for what, size := range map[string]uintptr{"ThreadSlot": unsafe.Sizeof(abi.ThreadSlot{}), "MemoryBlock": unsafe.Sizeof(abi.MemoryBlock{})} {
		t.Run(what, func(t *testing.T) {
			if size != 16 {
				t.Errorf("%s has %d bytes, want 16", what, size)
			}
		})
	}
	if size := unsafe.Sizeof(abi.SignalAction{}); size != 32 {
		t.Errorf("SignalAction has %d bytes, want 32", size)
	}
}

//go:build amd64

package native

import (
	"debug/elf"
	"os"
	"regexp"
	"strconv"
	"testing"
	"unsafe"

	"github.com/google/go-cmp/cmp"

	"github.com/RamanSharma100/go-winplugin/internal/host/tlswords"
	"github.com/RamanSharma100/go-winplugin/internal/shared/abi"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// The assembly of the pure bridge has the layout of slots, words, transitions and requests
// in it.
func TestPureAssemblyLayout(t *testing.T) {
	var text []byte
	for _, name := range []string{"slot_linux.h", "pure_linux_amd64.s", "end_linux_amd64.s"} {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		text = append(text, b...)
	}
	got := make(map[string]uintptr)
	for _, m := range regexp.MustCompile(`(?m)^#define ((?:slot|words|transition|frame|request|in|ended|entry|answer)_\w+|THREADS) +(\d+)$`).FindAllStringSubmatch(string(text), -1) {
		n, err := strconv.ParseUint(m[2], 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		got[m[1]] = uintptr(n)
	}
	var (
		s slot
		c Transition
		r request
		e threadEntry
	)
	want := map[string]uintptr{
		"slot_codestart": unsafe.Offsetof(s.codeStart), "slot_codeend": unsafe.Offsetof(s.codeEnd), "slot_signals": unsafe.Offsetof(s.signals),
		"slot_generation": unsafe.Offsetof(s.generation), "slot_words": unsafe.Offsetof(s.words), "slot_inside": unsafe.Offsetof(s.inside),
		"slot_unbind": unsafe.Offsetof(s.unbind), "slot_closing": unsafe.Offsetof(s.closing),
		"slot_criticalstart": unsafe.Offsetof(s.criticalStart), "slot_criticalend": unsafe.Offsetof(s.criticalEnd),
		"slot_syscallhook": unsafe.Offsetof(s.syscallHook), "slot_syscallreturn": unsafe.Offsetof(s.syscallReturn),
		"slot_requests": unsafe.Offsetof(s.requests), "slot_arrivals": unsafe.Offsetof(s.arrivals), "slot_spinning": unsafe.Offsetof(s.spinning), "slot_size": unsafe.Sizeof(s),

		"words_g": 0, "words_generation": 8, "words_preempt": 12, "words_record": 16, "in_host": 1, "ended_exit": 32,
		"slot_ended": unsafe.Offsetof(s.ended), "slot_threads": unsafe.Offsetof(s.threads),
		"entry_thread": unsafe.Offsetof(e.thread), "entry_answer": unsafe.Offsetof(e.answer), "entry_size": unsafe.Sizeof(e),
		"answer_inside": answerInside, "answer_out": answerOut, "THREADS": uintptr(len(threadTable{})),

		"transition_call": unsafe.Offsetof(c.call), "transition_frame": unsafe.Offsetof(c.frame), "transition_slot": unsafe.Offsetof(c.tls),
		"frame_preempt": unsafe.Offsetof(wire.Frame{}.PreemptPending),

		"request_next": unsafe.Offsetof(r.next), "request_frame": unsafe.Offsetof(r.frame), "request_done": unsafe.Offsetof(r.done), "request_size": unsafe.Sizeof(r), "request_asleep": requestAsleep,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if tlswords.Count*tlswords.Size != 1536 { // in the assembly and the C of package tlswords
		t.Errorf("got %d libraries with %d bytes each, want 1536 bytes together", tlswords.Count, tlswords.Size)
	}
}

// A library whose header names addresses outside of it is refused.
func TestPureHeaderIsChecked(t *testing.T) {
	const base, code, data = 0x10000, 0x11000, 0x20000
	m := &elfImage{base: base, size: 0x100000, code: elf.ProgHeader{Vaddr: code - base, Memsz: 0x2000}}
	good := func() *abi.ELFHeader {
		h := &abi.ELFHeader{
			CriticalStart: code + 0x100, SyscallReturn: code + 0x300, CriticalEnd: code + 0x500,
			Signals: data, Threads: data + 0x1000, Memory: data + 0x10000, Files: data + 0x40000, SystemCalls: data + 0x60000, ThreadWords: data + 0x70000, Text: data + 0x80000,
		}
		for i := range h.Hooks {
			h.Hooks[i] = code + 0x200
		}
		h.Hooks[abi.PatchPipe2] = code + 0x400
		h.EntryTable.Call, h.EntryTable.Unbind = pointer(code), pointer(code)
		return h
	}
	for _, test := range []struct {
		name   string
		change func(h *abi.ELFHeader)
		ok     bool
	}{
		{"as it is", func(*abi.ELFHeader) {}, true},
		{"no table of threads", func(h *abi.ELFHeader) { h.Threads = 0 }, false},
		{"descriptors beyond the end", func(h *abi.ELFHeader) { h.Files = base + 0x100000 - 1 }, false},
		{"table below", func(h *abi.ELFHeader) { h.Signals = base - 8 }, false},
		{"hook in data", func(h *abi.ELFHeader) { h.Hooks[abi.PatchExit] = data }, false},
		{"no entry", func(h *abi.ELFHeader) { h.EntryTable.Call = nil }, false},
		{"another order", func(h *abi.ELFHeader) { h.SyscallReturn = code + 0x450 }, false},
		{"critical code everywhere", func(h *abi.ELFHeader) { h.CriticalEnd = code + 0x1fff }, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			h := good()
			test.change(h)
			if err := m.checkHeader(h); (err == nil) != test.ok {
				t.Errorf("got %v, want accepted: %v", err, test.ok)
			}
		})
	}
}

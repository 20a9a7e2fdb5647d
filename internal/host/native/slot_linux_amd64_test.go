package native

import (
	"os"
	"regexp"
	"strconv"
	"testing"
	"unsafe"

	"github.com/google/go-cmp/cmp"

	"github.com/RamanSharma100/go-winplugin/internal/host/tlswords"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// The assembly of the pure bridge has the layout of slots, words, transitions and requests
// in it.
func TestPureAssemblyLayout(t *testing.T) {
	text, err := os.ReadFile("pure_linux_amd64.s")
	if err != nil {
		t.Fatal(err)
	}
	got := make(map[string]uintptr)
	for _, m := range regexp.MustCompile(`(?m)^#define ((?:slot|words|transition|frame|request)_\w+) +(\d+)$`).FindAllStringSubmatch(string(text), -1) {
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
	)
	want := map[string]uintptr{
		"slot_codestart": unsafe.Offsetof(s.codeStart), "slot_codeend": unsafe.Offsetof(s.codeEnd), "slot_signals": unsafe.Offsetof(s.signals),
		"slot_generation": unsafe.Offsetof(s.generation), "slot_words": unsafe.Offsetof(s.words), "slot_inside": unsafe.Offsetof(s.inside),
		"slot_unbind": unsafe.Offsetof(s.unbind), "slot_closing": unsafe.Offsetof(s.closing),
		"slot_criticalstart": unsafe.Offsetof(s.criticalStart), "slot_criticalend": unsafe.Offsetof(s.criticalEnd),
		"slot_syscallhook": unsafe.Offsetof(s.syscallHook), "slot_syscallreturn": unsafe.Offsetof(s.syscallReturn),
		"slot_requests": unsafe.Offsetof(s.requests), "slot_arrivals": unsafe.Offsetof(s.arrivals), "slot_size": unsafe.Sizeof(s),

		"words_g": 0, "words_generation": 8, "words_preempt": 16,

		"transition_call": unsafe.Offsetof(c.call), "transition_frame": unsafe.Offsetof(c.frame), "transition_slot": unsafe.Offsetof(c.tls),
		"frame_preempt": unsafe.Offsetof(wire.Frame{}.PreemptPending),

		"request_next": unsafe.Offsetof(r.next), "request_frame": unsafe.Offsetof(r.frame), "request_done": unsafe.Offsetof(r.done), "request_size": unsafe.Sizeof(r),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if tlswords.Count*tlswords.Size != 1536 { // in the assembly and the C of package tlswords
		t.Errorf("%d libraries with %d bytes each", tlswords.Count, tlswords.Size)
	}
}

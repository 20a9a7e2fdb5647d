package handle

import (
	"testing"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

func TestResults(t *testing.T) {
	var r Results
	words, buffer := make([]uint64, 1), make([]byte, 4)
	fetch := func(ticket, size uint64) (string, uint64) {
		words[0] = ticket
		f := &wire.Frame{
			Words: uintptr(unsafe.Pointer(unsafe.SliceData(words))), NWords: 1,
			Buf: uintptr(unsafe.Pointer(unsafe.SliceData(buffer))), Cap: size,
		}
		status := r.Fetch(f)
		return string(buffer[:f.Len]), status
	}
	first, second := r.Hold([]byte("one")), r.Hold([]byte("two"))
	r.Replace(second, []byte("four"))
	for _, test := range []struct {
		name         string
		ticket, size uint64
		want         string
		status       uint64
	}{
		{"into a small buffer", first, 2, "", wire.StatusTicket},
		{"into a large one", first, 4, "one", wire.StatusOK},
		{"again", first, 4, "", wire.StatusTicket},
		{"replaced", second, 4, "four", wire.StatusOK},
		{"never held", 99, 4, "", wire.StatusTicket},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got, status := fetch(test.ticket, test.size); got != test.want || status != test.status {
				t.Errorf("got %q, status %d, want %q, status %d", got, status, test.want, test.status)
			}
		})
	}
	r.Drop(r.Hold(nil))
	r.Hold(nil)
	if got := r.Len(); got != 1 {
		t.Errorf("%d are held, want 1", got)
	}
	r.Clear()
	if got := r.Len(); got != 0 {
		t.Errorf("%d are held after Clear, want 0", got)
	}
}

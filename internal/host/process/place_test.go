//go:build !race && amd64 && (linux || windows)

package process

import (
	"testing"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/shared/exchange"
)

// Arguments that overlap do so in the plugin's memory, and only what the plugin changes comes back.
func TestWrittenArguments(t *testing.T) {
	memory := []byte("abcdefgh")
	var (
		b       *Backend
		between int64
	)
	b = newAnswering(t, func(s *exchange.Slot) {
		words := b.section.words(s.Words-b.base, s.NWords)
		between = int64(words[2] - words[0])
		first := b.section.piece(words[0]-b.base, words[1])
		first[3] = 'x'
		memory[0] = 'y' // by another goroutine of the host
	})
	v, _, err := b.Begin(0, 6)
	if err != nil {
		t.Fatal(err)
	}
	defer v.Release()
	v.SetWritten(0, unsafe.Pointer(&memory[0]), 5, 1)
	v.SetWritten(2, unsafe.Pointer(&memory[2]), 4, 1)
	v.SetBytes(4, unsafe.Pointer(&memory[6]), 2)
	if err := v.Invoke(); err != nil {
		t.Fatal(err)
	}
	if got, want := string(memory), "ybcxefgh"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if between != 2 {
		t.Errorf("the plugin's arguments are %d bytes apart, want 2", between)
	}
}

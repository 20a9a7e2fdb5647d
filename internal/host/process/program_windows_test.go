//go:build amd64

package process

import (
	"encoding/binary"
	"testing"
)

// A library becomes a program with an entry, and what is none is refused.
func TestMakeProgram(t *testing.T) {
	const at, entry = 0x80, 0x1000
	library := func() []byte {
		b := make([]byte, 0x200)
		b[peOffset] = at
		copy(b[at:], peSignature)
		binary.LittleEndian.PutUint16(b[at+peCharacteristics:], 0x22|peIsDLL)
		return b
	}
	for _, test := range []struct {
		name   string
		forge  func(b []byte) []byte
		entry  uint32
		wantOK bool
	}{
		{"library", func(b []byte) []byte { return b }, entry, true},
		{"no entry", func(b []byte) []byte { return b }, 0, false},
		{"empty", func([]byte) []byte { return nil }, entry, false},
		{"cut off", func(b []byte) []byte { return b[:at+8] }, entry, false},
		{"header outside", func(b []byte) []byte { b[peOffset+3] = 0xff; return b }, entry, false},
		{"no signature", func(b []byte) []byte { b[at] = 0; return b }, entry, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			b := test.forge(library())
			if err := makeProgram(b, test.entry); (err == nil) != test.wantOK {
				t.Fatalf("got %v, want success: %t", err, test.wantOK)
			}
			if !test.wantOK {
				return
			}
			if got, want := binary.LittleEndian.Uint16(b[at+peCharacteristics:]), uint16(0x22); got != want {
				t.Errorf("characteristics: got %#x, want %#x", got, want)
			}
			if got := binary.LittleEndian.Uint32(b[at+peEntryPoint:]); got != entry {
				t.Errorf("entry: got %#x, want %#x", got, entry)
			}
		})
	}
}

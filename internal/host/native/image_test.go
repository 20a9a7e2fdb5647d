package native

import (
	"encoding/binary"
	"errors"
	"fmt"
	"testing"
)

// tinyImage is a mapped DLL with a section, two imports and an export.
func tinyImage() image {
	m := make(image, 0x1000)
	put16 := func(at int, v uint16) { binary.LittleEndian.PutUint16(m[at:], v) }
	put := func(at int, values ...uint32) {
		for i, v := range values {
			binary.LittleEndian.PutUint32(m[at+4*i:], v)
		}
	}
	const header = 0x80
	put(0x3c, header)
	copy(m[header:], "PE\x00\x00")
	file := header + 4
	put16(file+2, 1)    // sections
	put16(file+16, 240) // size of the optional header
	put16(file+20, 0x20b)
	put(file+20+56, uint32(len(m)))
	put(file+20+112, 0x300, 0x80, 0x400, 40) // exports, imports
	section := file + 20 + 240
	copy(m[section:], ".winplug")
	put(section+8, 4, 0x280)
	copy(m[0x280:], "text")
	put(0x300+24, 1, 0x340, 0x348, 0x350)
	put(0x340, 0x800)
	put(0x348, 0x360)
	copy(m[0x360:], "Exported\x00")
	put(0x400, 0x440, 0, 0, 0x480, 0x4a0)
	put(0x440, 0x500, 0, 7, 1<<31) // by name and by number
	copy(m[0x480:], "kernel32.dll\x00")
	copy(m[0x502:], "WriteFile\x00")
	return m
}

func TestImage(t *testing.T) {
	m := tinyImage()
	if size, err := m.size(); err != nil || int(size) != len(m) {
		t.Errorf("size: got %d, %v, want %d", size, err, len(m))
	}
	if got, err := m.section(".winplug"); err != nil || string(got) != "text" {
		t.Errorf("section: got %q, %v, want %q", got, err, "text")
	}
	if _, err := m.section(".other"); err == nil || errors.Is(err, errHeader) {
		t.Errorf("a missing section: got error %v, want one other than errHeader", err)
	}
	slots, err := m.importSlots()
	if err != nil || len(slots) != 2 || slots[0].name != "WriteFile" || slots[0].dll != "kernel32.dll" || slots[1].name != "" {
		t.Errorf("imports: got %+v, error %v, want WriteFile of kernel32.dll and one without a name", slots, err)
	}
	if name, distance := m.nearestExport(0x805); name != "Exported" || distance != 5 {
		t.Errorf("export: got %s+%d, want Exported+5", name, distance)
	}
	if name, _ := m.nearestExport(0x7ff); name != "" {
		t.Errorf("export: got %s before the first one, want none", name)
	}
	for _, cut := range []int{0, 0x3c, 0x81, 0x100} {
		t.Run(fmt.Sprint("cut to ", cut), func(t *testing.T) {
			if _, err := m[:cut].importSlots(); !errors.Is(err, errHeader) {
				t.Errorf("cut to %d bytes: got %v, want errHeader", cut, err)
			}
		})
	}
}

func FuzzImage(f *testing.F) {
	f.Add([]byte(tinyImage()), uint32(0x900))
	f.Fuzz(func(t *testing.T, b []byte, offset uint32) {
		m := image(b)
		_, _ = m.size()
		_, _ = m.section(".winplug")
		_, _ = m.importSlots()
		m.nearestExport(offset)
	})
}

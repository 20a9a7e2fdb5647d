package native

import (
	"errors"
	"testing"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/shared/abi"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

func TestImageHeaderIsChecked(t *testing.T) {
	const at, size = 0x1000, 0x8000
	for _, test := range []struct {
		name   string
		change func(*manifest.Bridge, *abi.ImageHeader)
		want   manifest.LoadReason // "": no error
	}{
		{"as it is", func(*manifest.Bridge, *abi.ImageHeader) {}, ""},
		{"header beyond the end", func(b *manifest.Bridge, _ *abi.ImageHeader) { b.Image = size - 8 }, manifest.LoadDamaged},
		{"no entry", func(b *manifest.Bridge, _ *abi.ImageHeader) { b.Entry = 0 }, manifest.LoadDamaged},
		{"entry beyond the end", func(b *manifest.Bridge, _ *abi.ImageHeader) { b.Entry = size }, manifest.LoadDamaged},
		{"address of something else", func(b *manifest.Bridge, _ *abi.ImageHeader) { b.Image += 8 }, manifest.LoadDamaged},
		{"unloaded, and still mapped", func(_ *manifest.Bridge, h *abi.ImageHeader) { h.State = abi.ImageUp }, manifest.LoadDied},
		{"other version", func(_ *manifest.Bridge, h *abi.ImageHeader) { h.EntryTable.Version++ }, manifest.LoadWrongBridge},
		{"other size", func(_ *manifest.Bridge, h *abi.ImageHeader) { h.EntryTable.Size += 8 }, manifest.LoadWrongBridge},
	} {
		t.Run(test.name, func(t *testing.T) {
			memory := make(image, size)
			header := (*abi.ImageHeader)(unsafe.Pointer(&memory[at]))
			header.Magic = abi.ImageMagic
			header.EntryTable.Version, header.EntryTable.Size = abi.Version, uint64(unsafe.Sizeof(abi.EntryTable{}))
			b := &manifest.Bridge{Image: at, Entry: 0x100}
			test.change(b, header)
			got, err := (&Library{path: "lib"}).imageHeader(memory, b)
			if test.want == "" {
				if err != nil || got != header {
					t.Errorf("got %p, %v, want %p", got, err, header)
				}
				return
			}
			var load *manifest.LoadError
			if !errors.As(err, &load) || load.Reason != test.want {
				t.Errorf("got %v, want reason %q", err, test.want)
			}
		})
	}
}

package abi

import (
	"bytes"
	"encoding/binary"
)

// ImageMagic is what an [ImageHeader] begins with. This file is not part of plugins, so
// that the pattern is in no other place of a library.
var ImageMagic = [2]uint64{0x676d_4967_756c_7057, 0x9e37_79b9_7f4a_7c16}

// FindMagic returns the offsets in data at which ImageMagic is.
func FindMagic(data []byte) (offsets []uint32) {
	pattern := binary.LittleEndian.AppendUint64(nil, ImageMagic[0])
	pattern = binary.LittleEndian.AppendUint64(pattern, ImageMagic[1])
	for at := 0; ; at += len(pattern) {
		i := bytes.Index(data[at:], pattern)
		if i < 0 {
			return offsets
		}
		at += i
		offsets = append(offsets, uint32(at))
	}
}

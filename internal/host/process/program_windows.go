//go:build amd64

package process

import (
	"encoding/binary"
	"errors"
)

// Offsets in the headers of an image, as in package peimage, which has made a library of the
// program.
const (
	peOffset          = 0x3c
	peSignature       = "PE\x00\x00"
	peCharacteristics = 4 + 18
	peEntryPoint      = 4 + 20 + 16
	peIsDLL           = 0x2000 // IMAGE_FILE_DLL
)

// makeProgram makes the library a program again, which begins at entry.
func makeProgram(library []byte, entry uint32) error {
	le := binary.LittleEndian
	if len(library) < peOffset+4 {
		return errors.New("it is too short")
	}
	at := uint64(le.Uint32(library[peOffset:]))
	if at+peEntryPoint+4 > uint64(len(library)) || string(library[at:at+4]) != peSignature || entry == 0 {
		return errors.New("it is not what the pure bridge makes")
	}
	header := library[at:]
	le.PutUint16(header[peCharacteristics:], le.Uint16(header[peCharacteristics:])&^peIsDLL)
	le.PutUint32(header[peEntryPoint:], entry)
	return nil
}

// remedy says how a plugin must be built that runs in a process of its own.
const remedy = "with the pure bridge"

var errProgram = errors.New("it is a program, and Windows has libraries for that; build it " + remedy)

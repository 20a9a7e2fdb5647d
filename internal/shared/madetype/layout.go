//go:build go1.22

// Package madetype makes declared types at run time: named types with methods, struct
// tags, embedded fields and recursion, which package reflect cannot make. A plugin makes such
// types for the host's types. So code that encodes a value of the host by reflection has the
// same result in the plugin as in the host.
//
// A type is a copy of the descriptor of one that package reflect has made, with another
// name and with methods. The layout of descriptors is that of internal/abi/type.go. It
// is the same from Go 1.20 to 1.26, and [Check] compares it with the running program.
package madetype

import (
	"encoding/binary"
	"reflect"
	"unsafe"
)

// rtype is abi.Type.
type rtype struct {
	size, ptrBytes uintptr
	hash           uint32
	tflag          uint8
	align          uint8
	fieldAlign     uint8
	kind           uint8
	equal          func(unsafe.Pointer, unsafe.Pointer) bool
	gcdata         *byte
	str            int32
	ptrToThis      int32
}

// Bits of rtype.tflag.
const (
	tflagUncommon  = 1 << 0
	tflagExtraStar = 1 << 1
	tflagNamed     = 1 << 2
)

// structType is abi.StructType.
type structType struct {
	rtype
	pkgPath *byte
	fields  []structField
}

type structField struct {
	name   *byte
	typ    *rtype
	offset uintptr
}

// elemType is abi.PtrType and abi.SliceType.
type elemType struct {
	rtype
	elem *rtype
}

// arrayType is abi.ArrayType.
type arrayType struct {
	rtype
	elem, slice *rtype
	len         uintptr
}

// mapType has room for abi.MapType, whose size depends on the release: see mapSize.
type mapType [256]byte

// uncommon is abi.UncommonType. The methods follow it, sorted by name.
type uncommon struct {
	pkgPath        int32
	mcount, xcount uint16
	moff           uint32
	_              uint32
}

// method is abi.Method.
type method struct{ name, mtyp, ifn, tfn int32 }

// MaxMethods bounds the methods of a type.
const MaxMethods = 64

type methods struct {
	u uncommon
	m [MaxMethods]method
}

// header returns the descriptor of a type.
func header(t reflect.Type) *rtype {
	return (*rtype)((*[2]unsafe.Pointer)(unsafe.Pointer(&t))[1])
}

// typeAt returns the type that a descriptor describes.
func typeAt(p *rtype) reflect.Type {
	t := reflect.TypeOf(0)
	(*[2]unsafe.Pointer)(unsafe.Pointer(&t))[1] = unsafe.Pointer(p)
	return t
}

// nameOf returns an abi.Name: flags, length, name, and length and text of a tag.
func nameOf(name, tag string, exported, embedded bool) *byte {
	b := []byte{0}
	if exported {
		b[0] |= 1
	}
	if embedded {
		b[0] |= 8
	}
	b = append(binary.AppendUvarint(b, uint64(len(name))), name...)
	if tag != "" {
		b[0] |= 2
		b = append(binary.AppendUvarint(b, uint64(len(tag))), tag...)
	}
	return &b[0]
}

// addReflectOff returns an offset that stands for p in descriptors. It keeps p alive.
// The runtime keeps the name open for others (golang.org/issue/67401).
//
//go:linkname addReflectOff reflect.addReflectOff
func addReflectOff(p unsafe.Pointer) int32

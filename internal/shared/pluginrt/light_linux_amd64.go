//go:build go1.22

package pluginrt

import (
	"encoding/binary"
	"reflect"
	"runtime"
	"strings"
	"unsafe"
)

// LightPlaces is what the light entry of the pure bridge needs to know of this runtime:
// offsets of fields in runtime.g and runtime.m, and the addresses of two functions. The entry
// does by itself what runtime.cgocallback does, in the order of that: see light_linux_amd64.s
// of the bridge.
type LightPlaces [len(lightFields) + 2]uintptr

// lightFields are the fields in the order of the assembly.
var lightFields = [...]struct {
	in, name string
	size     uintptr
	optional bool
}{
	{"g", "m", 8, false},
	{"g", "sched.sp", 8, false},
	{"g", "sched.pc", 8, false},
	{"g", "syscallsp", 8, false},
	{"g", "syscallpc", 8, false},
	{"g", "syscallbp", 8, true}, // since Go 1.23
	{"g", "lockedm", 8, false},
	{"m", "curg", 8, false},
	{"m", "incgo", 1, false},
	{"m", "isExtraInC", 1, false},
	{"m", "lockedInt", 4, false},
	{"m", "lockedExt", 4, false},
	{"m", "lockedg", 8, false},
	{"m", "profilehz", 4, false},
}

// Indexes of lightFields.
const (
	lightM         = 0
	lightLockedM   = 6
	lightCurg      = 7
	lightInCgo     = 8
	lightLockedInt = 10
	lightLockedExt = 11
	lightLockedG   = 12
)

// Find finds the places, and reports whether they are right. g is that of the calling
// goroutine. The compiler's descriptions of the runtime's types have the offsets, so they are
// those of the Go release that has built this library. Find also compares the fields with the
// state of this goroutine.
func (p *LightPlaces) Find(g unsafe.Pointer) bool {
	for i, f := range lightFields {
		offset, ok := runtimeField(f.in, f.name, f.size)
		if !ok && !f.optional {
			return false
		}
		p[i] = offset
	}
	n := len(lightFields)
	p[n] = pcOf(exitsyscall)
	p[n+1] = calledBy(pcOf(entersyscall), "runtime.reentersyscall")
	if g0, ok := runtimeField("m", "g0", 8); !ok || g0 != 0 || p[n+1] == 0 || runtime.FuncForPC(p[n]).Name() != "runtime.exitsyscall" {
		return false
	}
	return p.matches(g)
}

// matches reports whether the fields have the values that they must have while the goroutine
// is locked to its thread.
func (p *LightPlaces) matches(g unsafe.Pointer) bool {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	m := *(*unsafe.Pointer)(unsafe.Add(g, p[lightM]))
	g0 := *(*unsafe.Pointer)(m)
	word := func(p unsafe.Pointer, at uintptr) uintptr { return *(*uintptr)(unsafe.Add(p, at)) }
	return word(m, p[lightCurg]) == uintptr(g) && word(m, p[lightLockedG]) == uintptr(g) &&
		word(g, p[lightLockedM]) == uintptr(m) && word(g0, p[lightM]) == uintptr(m) &&
		*(*bool)(unsafe.Add(m, p[lightInCgo])) == false &&
		*(*uint32)(unsafe.Add(m, p[lightLockedInt])) == 0 && *(*uint32)(unsafe.Add(m, p[lightLockedExt])) > 0
}

// runtimeField returns the offset of a field of a type of package runtime. The name may have
// two parts.
func runtimeField(in, name string, size uintptr) (offset uintptr, ok bool) {
	types := typesByString("*runtime." + in)
	if len(types) != 1 {
		return 0, false
	}
	var v any = (*byte)(nil)
	*(*unsafe.Pointer)(unsafe.Pointer(&v)) = types[0] // a value's first word is its type
	t := reflect.TypeOf(v).Elem()
	for _, part := range strings.Split(name, ".") {
		f, found := t.FieldByName(part)
		if !found {
			return 0, false
		}
		offset, t = offset+f.Offset, f.Type
	}
	return offset, t.Size() == size
}

// calledBy returns the address of the function of that name that the function at an address
// calls, or 0.
func calledBy(address uintptr, name string) uintptr {
	const call, size, most = 0xe8, 5, 256
	caller := runtime.FuncForPC(address)
	for ; caller != nil && address < caller.Entry()+most && runtime.FuncForPC(address) == caller; address++ {
		code := *(**[size]byte)(unsafe.Pointer(&address))
		if code[0] != call {
			continue
		}
		to := address + size + uintptr(int32(binary.LittleEndian.Uint32(code[1:])))
		if f := runtime.FuncForPC(to); f != nil && f.Entry() == to && f.Name() == name {
			return to
		}
	}
	return 0
}

func pcOf(f func()) uintptr { return reflect.ValueOf(f).Pointer() }

// The runtime lets other packages link to these, see golang.org/issue/67401.

//go:linkname typesByString reflect.typesByString
func typesByString(s string) []unsafe.Pointer

//go:linkname entersyscall runtime.entersyscall
func entersyscall()

//go:linkname exitsyscall runtime.exitsyscall
func exitsyscall()

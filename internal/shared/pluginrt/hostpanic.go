//go:build go1.22

package pluginrt

import (
	"slices"
	"sync"
	"sync/atomic"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// A method of a proxy panics with the value that the host's code panicked with, so recover gives the
// plugin what it would give without the boundary. The value does not have the host's stack, which the
// host wants to see if nothing in the plugin recovers the panic. So the stack is remembered until the
// call from the host ends.

// A hostPanic is a panic of the host's whose value the plugin has.
type hostPanic struct {
	number    uint64
	goroutine uint64     // its id
	value     [2]uintptr // the value's words, which do not keep it alive
	failure   *HostError
}

// An ownPanic is a panic of the plugin's that the host may pass back to it: it ended a call that the
// host has made within a callback.
type ownPanic struct {
	number    uint64
	goroutine uint64
	value     any
}

const (
	recentPanics = 4 // of each kind, of a goroutine in a call from the host
	panicsBeside = 8 // of goroutines that are in no call
)

// A panicMemory has the panics that are remembered. Its lock guards the lists.
type panicMemory struct {
	last atomic.Uint64 // the number of the last one
	n    atomic.Int64  // how many inCalls and own has

	sync.Mutex
	own     []ownPanic
	inCalls []hostPanic // of goroutines in calls from the host
	beside  []hostPanic // of other goroutines, which may pass their panics on to one in a call
}

var hostPanics panicMemory

// count sets n. The lock is held.
func (m *panicMemory) count() { m.n.Store(int64(len(m.own) + len(m.inCalls))) }

// words returns the words of an interface. recover returns those that panic was given.
func words(v any) [2]uintptr { return *(*[2]uintptr)(unsafe.Pointer(&v)) }

// panicValue returns the value of a panic of the host's. ok is false if it does not arrive here.
func panicValue(p wire.Failure) (v any, ok bool) {
	if v, ok := keptPanic(p.Number); ok || p.Value == "" {
		return v, ok
	}
	defer func() {
		if recover() != nil {
			v, ok = nil, false
		}
	}()
	d := wire.Decoder{Scope: pluginScope}
	d.Reset([]byte(p.Value))
	v = codec.TakeAny(&d)
	d.End()
	keepPairs(d.Pairs)
	return v, v != nil
}

// maxPanicError bounds the encoding of an error with which a call has panicked, in bytes.
const maxPanicError = 64 << 10

// panicError returns the encoding of the error that the host finds in a panic with v. It is empty if
// v is no error, or one that does not cross or is too large.
func panicError(v any) (value string) {
	defer func() {
		if recover() != nil { // in a method of the error
			value = ""
		}
	}()
	err, _ := v.(error)
	if failure, ok := v.(*HostError); ok {
		err = failure.Err // the failure itself is in the message
	}
	if err == nil {
		return ""
	}
	b := codec.MarshalError(err, pluginScope)
	if len(b) > maxPanicError {
		return ""
	}
	return string(b)
}

// keepPanic keeps a value with which a call has panicked, and returns its number. It returns 0 for
// a call that the host has not made within a callback on this goroutine: nothing gets the value back.
func keepPanic(v any) uint64 {
	if callsWithin(2) < 2 {
		return 0
	}
	id := stackID()
	hostPanics.Lock()
	defer hostPanics.Unlock()
	p := ownPanic{hostPanics.last.Add(1), id, v}
	hostPanics.own = appendRecent(hostPanics.own, p, func(other ownPanic) bool { return other.goroutine == id })
	hostPanics.count()
	return p.number
}

// keptPanic returns the value with a number.
func keptPanic(number uint64) (v any, ok bool) {
	if number == 0 {
		return nil, false
	}
	hostPanics.Lock()
	defer hostPanics.Unlock()
	for _, p := range hostPanics.own {
		if p.number == number {
			return p.value, true
		}
	}
	return nil, false
}

// appendRecent appends p, and removes the oldest of the elements like it if there are too many.
func appendRecent[T any](list []T, p T, like func(T) bool) []T {
	n := 0
	for _, other := range list {
		if like(other) {
			n++
		}
	}
	if n >= recentPanics {
		oldest := slices.IndexFunc(list, like)
		list = slices.Delete(list, oldest, oldest+1)
	}
	return append(list, p)
}

// rememberPanic remembers what belongs to a value with which the running goroutine panics.
func rememberPanic(v any, failure *HostError) { addPanic(v, failure, inCall()) }

// addPanic is rememberPanic. within says that the goroutine is in a call from the host.
func addPanic(v any, failure *HostError, within bool) {
	id := stackID()
	hostPanics.Lock()
	defer hostPanics.Unlock()
	p := hostPanic{hostPanics.last.Add(1), id, words(v), failure}
	if !within {
		if len(hostPanics.beside) == panicsBeside {
			hostPanics.beside = slices.Delete(hostPanics.beside, 0, 1)
		}
		hostPanics.beside = append(hostPanics.beside, p)
		return
	}
	hostPanics.inCalls = appendRecent(hostPanics.inCalls, p, func(other hostPanic) bool { return other.goroutine == id })
	hostPanics.count()
}

// takePanic ends a call that began when the last panic had the number since, and has panicked with v.
// It returns what belongs to v, nil if the panic was not the host's.
func takePanic(since uint64, v any) (failure *HostError) {
	if hostPanics.last.Load() == since {
		return nil
	}
	id, value := stackID(), words(v)
	hostPanics.Lock()
	defer hostPanics.Unlock()
	for _, list := range [][]hostPanic{hostPanics.beside, hostPanics.inCalls} {
		for _, p := range list {
			if p.number > since && p.value == value {
				failure = p.failure
			}
		}
	}
	dropPanics(since, id)
	hostPanics.beside = slices.DeleteFunc(hostPanics.beside, func(p hostPanic) bool { return p.failure == failure })
	return failure
}

// forgetPanics ends a call that began when the last panic had the number since, and has not panicked.
func forgetPanics(since uint64) {
	if hostPanics.n.Load() == 0 || hostPanics.last.Load() == since {
		return
	}
	id := stackID()
	hostPanics.Lock()
	defer hostPanics.Unlock()
	dropPanics(since, id)
}

// dropPanics removes what a goroutine has remembered after the panic with the number since. The lock is
// held.
func dropPanics(since, id uint64) {
	hostPanics.own = slices.DeleteFunc(hostPanics.own, func(p ownPanic) bool { return p.goroutine == id && p.number > since })
	hostPanics.inCalls = slices.DeleteFunc(hostPanics.inCalls, func(p hostPanic) bool { return p.goroutine == id && p.number > since })
	hostPanics.count()
}

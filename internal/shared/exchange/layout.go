//go:build go1.22

// Package exchange lays out the memory that a host shares with a plugin in another process,
// and makes each side wait for the other.
//
// The memory begins with a [Header]. Lanes follow, then two arenas: the host allocates memory
// in one, the plugin in the other. A lane has one call at a time, and the callbacks that
// the call makes, one at a time. The first lanes are for calls of the host; the others are for
// callbacks that belong to no call.
//
// Everything that refers to the memory is an offset from its start, but for the words of a
// call, which are what the plugin expects: addresses in its own mapping. The host trusts
// nothing that it reads here.
package exchange

import (
	"sync/atomic"
	"unsafe"
)

// The parts of the memory, as offsets and sizes in bytes. The memory is sparse: what is not
// used takes no room.
const (
	LaneSize  = 64 << 10
	CallLanes = 4096 // for calls of the host
	OwnLanes  = 2048 // for callbacks of the plugin that belong to no call

	// MaxCallbacks is how many of these may be callbacks of objects of the host. Others are
	// operations, which do not wait for anything.
	MaxCallbacks = OwnLanes - 48

	lanesAt    = 64 << 10
	ownAt      = lanesAt + CallLanes*LaneSize
	HostArena  = ownAt + OwnLanes*LaneSize
	OwnArena   = HostArena + ArenaSize
	ArenaSize  = 2 << 30
	Size       = OwnArena + ArenaSize
	laneHeader = 12 << 10

	// LaneWords is how many words of a call or a callback the lane has room for.
	LaneWords = 512

	callWordsAt = laneHeader
	backWordsAt = callWordsAt + LaneWords*8
	callDataAt  = backWordsAt + LaneWords*8
	backDataAt  = callDataAt + DataSize

	// DataSize is how many bytes of a call, or of a callback, the lane has room for.
	DataSize = (LaneSize - callDataAt) / 2
)

// Version is the version of the layout.
const Version = 3

// A Header is the beginning of the memory.
type Header struct {
	Version uint64 // written by the host
	Base    uint64 // where the plugin has mapped the memory; written by the plugin before Up
	Events  Events // of the bells, in the plugin's process; written by the host
	Up      Bell   // rung by the plugin when it takes calls
	Lanes   Bell   // its value is how many lanes the host uses for calls
	Calls   Bell   // rung by the plugin when it has set a bit of Pending

	// Pending has a bit for each lane of the plugin's own callbacks on which one has begun.
	Pending [OwnLanes / 64]atomic.Uint64
}

// The turns of a lane: what has been written last.
const (
	Idle     uint32 = iota
	Call            // the host has begun a call
	Callback        // the plugin calls back
	Reply           // the host has handled the callback
	Return          // the call has ended
)

// A Lane is one lane.
type Lane struct {
	Turn       Turn
	Events     Events // of the turn, in the plugin's process; written by the host
	Call, Back Slot   // of the call; of a callback
}

// A Slot is a frame. Except for a call's Words, each place is an offset from the start of the
// memory.
type Slot struct {
	Func, Status, Words, NWords, Buf, Cap, Len, Held uint64

	Reach uint64 // the end of what a call uses of the host's arena, 0 if nothing

	// NSpans spans are the arguments of a callback that are bytes.
	NSpans uint64
	Spans  [MaxSpans]Span
}

// MaxSpans is how many arguments of a callback may be bytes.
const MaxSpans = 128

// A Span is the bytes of an argument.
type Span struct {
	At           uint64 // the word that would have their address
	Offset, Size uint64
	Filled       uint64 // if not 0: the host fills them, and the result in word Filled-1 is how many
	Changed      uint64 // how many, from the first on, the host has written
}

// At returns the address of an offset.
func At(memory unsafe.Pointer, offset uint64) unsafe.Pointer { return unsafe.Add(memory, offset) }

// LaneAt returns a lane of calls, or one of the plugin's own callbacks. i must be below
// CallLanes or OwnLanes.
func LaneAt(memory unsafe.Pointer, own bool, i int) *Lane {
	return (*Lane)(At(memory, LaneOffset(own, i)))
}

// LaneOffset returns where a lane is.
func LaneOffset(own bool, i int) uint64 {
	if own {
		return ownAt + uint64(i)*LaneSize
	}
	return lanesAt + uint64(i)*LaneSize
}

// CallPlaces returns where a lane has room for the words and the bytes of a call.
func CallPlaces(i int) (words, data uint64) {
	at := LaneOffset(false, i)
	return at + callWordsAt, at + callDataAt
}

// BackPlaces returns where a lane has room for the words and the bytes of a callback.
func BackPlaces(own bool, i int) (words, data uint64) {
	at := LaneOffset(own, i)
	return at + backWordsAt, at + backDataAt
}

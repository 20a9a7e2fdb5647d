//go:build go1.22

// Package wire defines the frame of a call, and the encoding of values that do not fit a
// word.
//
// Its source is compiled into both sides: into the host as a package of this
// module, and into every plugin as a copy that the bridge writes beside the
// generated code. So it imports the standard library only, and keeps to the
// oldest Go release that plugins may be built with. Different compilers may have compiled
// the two copies. So everything in memory that both sides access consists of 8-byte words.
package wire

import "unsafe"

// A Frame is one call from the host to the plugin, or one callback from the plugin to the
// host. The caller owns the frame and the memory to which it points. The other side keeps
// none of it after the call has returned.
//
// A frame must be on the caller's heap, not on a goroutine's stack. A nested call may grow
// the stack of the calling goroutine, and so move it; the other side would then write its
// results to the old place.
//
// Addresses are of type uintptr, so that no garbage collector takes an address in the other
// runtime's heap for a pointer of its own. The caller keeps the memory alive until the call
// has returned.
type Frame struct {
	Func    uint64  // in: index of a function in the manifest, or an Op
	Status  uint64  // out: a Status
	Words   uintptr // in: address of the words, which are arguments before the call and results after it
	NWords  uint64  // in: how many words there are
	Buf     uintptr // in: address of the buffer for the results' bytes
	Cap     uint64  // in: its size in bytes
	Len     uint64  // out: how many bytes the results take
	Held    uint64  // out: 0, or the ticket of results that did not fit Buf, for OpFetch
	Session uint64  // in, of a callback: the number of the library's session in the host, from OpHost

	// PreemptPending is the address of a uint32 of the calling thread, on systems on which
	// signals preempt goroutines. It is not 0 if the thread may have lost such a
	// signal. The C code of the cgo bridge sets it.
	PreemptPending uintptr
}

// Operations of the runtime support. Their numbers are larger than those of functions.
const (
	OpPing  uint64 = 1<<63 + iota // does nothing; the status is OK
	OpFetch                       // words: a ticket. Copies the held bytes to Buf, which must be large enough, and drops them
	OpDrop                        // words: a ticket. Drops the held bytes
	OpHost                        // words: address of the host's entry, a C function void(Frame *), the number of the library's session, and address of its CallbackCount. Makes callbacks possible

	// Of objects, in both directions.
	OpRelease // words: address and length of a list of Release. Releases references
	OpCancel  // words: the sender's handle of a context that it has exported; address and length of the cause, an error, or 0; 1 if its deadline has passed. Ends it on the other side

	// Of logging: from the host, and to the host.
	OpLogging // words: the lowest slog.Level to send. Makes the host the plugin's default logger
	OpLog     // words: address and bytes of a record, see package pluginlog

	// Of the plugin's objects.
	OpTypeOf // words: a handle. The buffer gets the text of the object's dynamic type, with full names

	// Of channels, in both directions.
	OpWake // words: the sender's handle of a channel. An operation that returned WouldBlock can continue: see package stream

	// Of funcs in values of dynamic type, in both directions.
	OpInvoke // words: the func; then for each argument two of a message or context. Results are messages: see codec.FuncType. If the plugin calls, messages of changed arguments follow, Nil for others

	// Of limits, from the host.
	OpLimits // words: how many of the plugin's own goroutines may wait in the host, how many bytes the results of a call may take, the size of the heap from which the collector runs, and the window of channels; 0 changes nothing

	// Of many calls of one function, from the host.
	OpBatch // words: function, number of calls, index of the word that is not Nil if a call fails (Nil: there is none), address and bytes of the calls' words; then out: how many succeeded. See package pluginrt

	// Of calls that keep the identity of values, from the host. All arguments and results
	// are values of dynamic type: see codec.PutStatic.
	OpCall    // words: the index of a function; then for each argument two of a message or context
	OpBuiltin // words: the number of a builtin, see package pluginrt; then for each argument two of a message. The results are two messages, a value and an error

	// Of types and values of the host's that are in values of dynamic type.
	OpTypes   // from the host. words: address and length of definitions, see package codec. The buffer gets why the plugin cannot have them
	OpMethod  // from the plugin. words: a pointer of the host's or 0; the numbers of a type and of its method; two of a message for the receiver and each argument. Results are messages, then the receiver, the number of bytes if the host fills the first argument, and changed arguments as for OpInvoke
	OpWritten // from the plugin. words: a pointer of the host's; two of a message: what it points to by now
	OpEncode  // from the plugin. words: an object of the host's; a number of an encoding, see EncodeJSON; two of a message, bytes. The results are two messages, bytes and an error

	// Of contexts, in both directions.
	OpBase    // words: the receiver's handle of a context. It becomes the sender's handle of the context that this one derives from, 0 if there is none
	OpExpired // words: the receiver's handle of a context whose deadline has passed for the sender. The receiver sends OpCancel first, if the context has a cause

	// Of maps, slices and pointers that the host has returned.
	OpReturned // from the plugin. words: the handle of one; two of a message: the plugin's copy as it was, and two more as it is now

	// Of the environment, in both directions.
	OpEnviron // words: 0; address and length of changes, see package environ
)

// The builtins of OpBuiltin. The first argument of all but New is an object.
const (
	BuiltinGet        uint64 = iota // object, field: its value
	BuiltinSet                      // object, field, value
	BuiltinFields                   // object: the names of its fields
	BuiltinCopy                     // object, description of a type: a copy of that type
	BuiltinFormat                   // object, a format of package fmt: the text
	BuiltinText                     // object: what MarshalText returns
	BuiltinJSON                     // object: what json.Marshal returns; nil if the plugin has no encoding/json
	BuiltinNew                      // name of a type, value: an object
	BuiltinIs                       // error, object that is an error: whether errors.Is holds
	BuiltinImplements               // object: the names of the interfaces of the plugin's functions that it implements
	BuiltinFunc                     // object that is a func: the func without the name of its type
	BuiltinError                    // object that is an error: the error
)

// The encodings of OpEncode.
const (
	EncodeJSON   uint64 = iota // what json.Marshal returns
	EncodeText                 // what MarshalText returns
	EncodeFormat               // what package fmt makes of it, by the format in the bytes
	DecodeJSON                 // the bytes are JSON that is decoded to the object
	DecodeText                 // the bytes are passed to UnmarshalText
)

// Statuses. None is 0, so a frame that was not handled is noticed.
const (
	StatusOK       uint64 = 1 + iota // words and buffer hold the results
	StatusPanic                      // the function panicked; the buffer holds a Failure, in a callback as much of it as fits
	StatusBadOp                      // no such function or operation, or too few words
	StatusTicket                     // no such ticket, or the buffer is too small for what it names
	StatusRefused                    // an argument could not be decoded, or a result not be encoded; the buffer holds a Failure
	StatusNoHost                     // of a callback: the program that loaded the plugin takes none
	StatusGone                       // the object in word 0 was released, or belongs to a plugin that is closed; the buffer holds a Failure or nothing
	StatusTooLarge                   // the results take more bytes than OpLimits allows; the buffer holds a Failure
	StatusEnded                      // of a call: the library has ended; the host itself sets it
)

// Foreign is set in the Session of a callback from another process. Its words may be anything. As
// many words follow them: the number of bytes at the address in the word of the same index.
const Foreign uint64 = 1 << 63

// Nil is the first of the two words of a nil slice or error. In arguments the first word is
// an address, and in results an offset in the buffer. Neither can have this value.
const Nil = ^uint64(0)

// Buffer is the caller's memory for the results' bytes. The side that handles the call
// writes there.
func (f *Frame) Buffer() []byte {
	if f.Buf == 0 {
		return nil
	}
	return unsafe.Slice((*byte)(pointer(f.Buf)), f.Cap)
}

// Fail ends the frame's call or callback with a status, and as much of a failure as its buffer
// has room for.
func (f *Frame) Fail(status uint64, v Failure) {
	b := f.Buffer()
	f.Status, f.Len, f.Held = status, uint64(copy(b, FitFailure(v, len(b)))), 0
}

// bytesAt returns the address in word i, of n elements of the given size.
func (f *Frame) bytesAt(i int, n, size uint64) unsafe.Pointer {
	if f.Session&Foreign != 0 && n > *f.Word(int(f.NWords) + i)/size {
		panic(&DecodeError{"message from the other side is damaged: an argument lies outside of it"})
	}
	return pointer(uintptr(*f.Word(i)))
}

// Word returns the address of word i. i must be below NWords.
func (f *Frame) Word(i int) *uint64 {
	return (*uint64)(unsafe.Add(pointer(f.Words), i*8))
}

// pointer converts an address from a frame to a pointer. The memory belongs to the other
// runtime, which does not move it, and keeps it until the call has returned. The conversion
// uses the variable's address because vet would otherwise take it for arithmetic on a
// pointer of this runtime's heap.
func pointer(address uintptr) unsafe.Pointer {
	return *(*unsafe.Pointer)(unsafe.Pointer(&address))
}

//go:build go1.22

// Package pluginrt is the part of the bridge that runs inside the plugin, on the
// plugin's own Go runtime: it handles calls, recovers panics, and holds results
// that did not fit the caller's buffer.
//
// Its source is copied beside every plugin, with its imports of shared packages renamed.
// So it imports the standard library and shared packages only, and keeps to the oldest Go
// release that plugins may be built with. Generated code takes arguments from a frame and
// puts results there by the functions of this package.
package pluginrt

import (
	"fmt"
	"reflect"
	"runtime/debug"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
	"github.com/RamanSharma100/go-winplugin/internal/shared/environ"
	"github.com/RamanSharma100/go-winplugin/internal/shared/madetype"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// A Library is what generated code says about the plugin.
type Library struct {
	Path       string                    // the package's import path
	Functions  []Function                // in the manifest's order; then three for each variable, see manifest.Variable; then methods of objects
	Methods    int                       // how many of them are methods
	Types      []Type                    // declared types that values in an any may have
	Sentinels  []Sentinel                // exported errors
	Errors     []NamedError              // exported constants and variables of declared types that are errors
	Logging    func(level int64)         // sends what the plugin logs to the host; nil if it logs nothing
	References *codec.ReferenceCodec     // the result of References; nil if values in an any do not cross
	Invoke     func(*wire.Frame)         // the func Invoke; nil if values in an any do not cross
	Importers  []Importer                // of types that the host may have objects for
	Makes      []Type                    // types that the host can make values of
	Asks       []codec.Ask               // methods that the plugin may look for in values of the host
	Funcs      []codec.AskedFunc         // func types that the plugin may look for
	JSON       func(any) ([]byte, error) // json.Marshal, if the plugin has that package
}

// A Function is one callable function of the plugin.
type Function struct {
	Run     func(*wire.Frame) // takes the arguments from the frame's words and puts the results there
	Words   int               // how many words it reads and writes
	Params  []string          // the names of the parameters, if one may be refused
	Updated []int             // the parameters that go back as copies after a call by Fn
	Fn      any               // the function itself, for OpCall; nil if its values have no identity to keep
}

// functions is the plugin's table. It is written once, by Start, before the host
// can make calls.
var (
	functions   []Function
	logging     func(level int64)
	invoke      func(*wire.Frame)
	marshalJSON func(any) ([]byte, error)
	firstMethod uint64 // the index from which on they are methods: argument 0 is the object
)

// Entries are the addresses that this package shares with the bridge's C or assembly.
type Entries struct {
	// Go code, entered through crosscall2 or what crosscall2 is made of.
	Call uintptr // of a func(frame unsafe.Pointer)
	Bind uintptr // of a func(word unsafe.Pointer)

	// C code. Leave and Host are functions void(frame).
	Leave  uintptr // of the bridge: callbacks enter Host through it; 0: they enter Host directly
	Host   uintptr // the host's entry
	Bounds uintptr // of the bridge, on Windows: see setBounds

	// Code and memory for package madetype; 0: there is none.
	Stubs    uintptr
	Closures uintptr

	Goroutine uintptr        // code of a func() uintptr: see goroutine. 0: there is none
	Environ   *environ.Hooks // memory of the bridge's C code; nil: there is none
}

// Start makes the library callable and fills in entries, where the bridge's C or
// assembly looks for them.
func Start(l *Library, entries *Entries) {
	environ.Use(entries.Environ)
	functions, firstMethod = l.Functions, uint64(len(l.Functions)-l.Methods)
	setHeapTarget(0)
	pluginScope, logging, invoke, marshalJSON = newScope(l), l.Logging, l.Invoke, l.JSON
	entries.Call, entries.Bind = pc(call), pc(bind)
	host.entries, getg = entries, code(entries.Goroutine)
	setBounds(entries.Bounds)
	madetype.SetStubs(entries.Stubs, entries.Closures)
}

// pc returns the address of a function's code: what runtime.cgocallback wants.
func pc(f func(unsafe.Pointer)) uintptr { return reflect.ValueOf(f).Pointer() }

// call handles one call. It runs on the caller's thread.
func call(p unsafe.Pointer) {
	f := (*wire.Frame)(p)
	if f.HasPreemptPending() {
		resendPreempt(f)
	}
	if f.Func < uint64(len(functions)) {
		if fn := &functions[f.Func]; f.NWords >= uint64(fn.Words) {
			run(f, fn.Run, fn.Params != nil)
			return
		}
	} else if (f.Func == wire.OpInvoke || f.Func == wire.OpCall || f.Func == wire.OpBuiltin) && invoke != nil && f.NWords > 0 {
		run(f, invoke, true)
		return
	}
	f.Status = operate(f)
	stayAwake()
}

// run runs the code of a call. takes says that the call may pass pointers of the host.
func run(f *wire.Frame, code func(*wire.Frame), takes bool) {
	f.Status = 0
	var mark byte
	since := hostPanics.last.Load()
	defer func() {
		if f.Status != wire.StatusOK {
			guard(f, &mark, since, recover())
		}
	}()
	code(f)
	if pairs.n.Load() != 0 || ledgers.n.Load() != 0 || contexts.Pending() || environment.Changed() {
		endPairs(f, takes)
		endReturned(&mark)
		tellHost()
	}
	forgetPanics(since)
	stayAwake()
	f.Status = wire.StatusOK
}

// bind keeps the calling thread's M with the thread: cgocallback releases the M only if
// the word is zero when the callback returns. See abi.EntryTable.
func bind(word unsafe.Pointer) {
	*(*uintptr)(word) = 1
}

// While a call runs, the frame's status says what is being decoded or encoded: one
// of these and the index of the argument or result. It is 0 in the plugin's function.
const (
	atArgument uint64 = 1 << 32
	atResult   uint64 = 2 << 32
)

// guard ends a call that has panicked with v. Only the plugin's runtime can recover panics on its
// own stacks. mark is a variable of the func that has recovered it. since is the number of the last
// panic of the host's when the call began.
func guard(f *wire.Frame, mark *byte, since uint64, v any) {
	at, inHost := f.Status, takePanic(since, v)
	discard(f)
	lost := dropPairs(f)
	dropReturned(mark)
	if v == nil {
		// The function called runtime.Goexit: it has neither returned nor panicked.
		// Goexit cannot be stopped, and would end the host's thread without a message.
		// So the process ends, as with other faults that a runtime cannot undo.
		go panic("winplugin: runtime.Goexit was called in a call from the host")
		select {}
	}
	if err, stack := refusal(v); err != nil && at != 0 {
		number := f.Func
		if number == wire.OpCall && at < atResult {
			number = f.Uint64(0) & (1<<32 - 1)
		}
		put(f, wire.AppendFailure(nil, wire.Failure{
			Type:    fmt.Sprintf("%T", v),
			Message: place(number, at) + ": " + err.Error(),
			Stack:   stack,
		}))
		f.Status = wire.StatusRefused
		switch v := v.(type) {
		case *goneError:
			f.Status = wire.StatusGone
		case *wire.EncodeError:
			if v.Large && at >= atResult {
				f.Status = wire.StatusTooLarge
			}
		}
		return
	}
	failure := wire.Failure{Stack: string(debug.Stack())}
	if e, ok := v.(*HostError); ok && e.Type != "" {
		inHost = e
	}
	if inHost != nil {
		failure.Type, failure.Message = inHost.Type, inHost.Message
		failure.Stack += "\npanic in the host:\n" + inHost.Stack
	} else {
		failure.Type, failure.Message = fmt.Sprintf("%T", v), fmt.Sprint(v)
	}
	if lost != nil {
		failure.Message += "; what was written to the host's memory before the panic is lost: " + lost.Error()
	}
	failure.Value = panicError(v)
	failure.Number = keepPanic(v)
	put(f, wire.AppendFailure(nil, failure))
	f.Status = wire.StatusPanic
}

// refusal returns the error of a panic with v if an argument or result cannot be decoded or
// encoded, and nil for other panics. stack is the stack of a method of the plugin that
// panicked meanwhile.
func refusal(v any) (err error, stack string) {
	switch v := v.(type) {
	case *wire.DecodeError:
		return v, ""
	case *wire.EncodeError:
		return v, ""
	case *codec.MethodError:
		return v, v.Stack
	case *goneError:
		return v, ""
	}
	return nil, ""
}

// place names an argument or result as the host does.
func place(function, at uint64) string {
	i := int(at % atArgument)
	if at >= atResult {
		return fmt.Sprintf("result %d", i+1)
	}
	if function == wire.OpBuiltin {
		return [...]string{"the object", "the name", "the value"}[min(i, 2)]
	}
	if function >= uint64(len(functions)) { // OpInvoke
		if i == 0 {
			return "the func"
		}
		return fmt.Sprintf("argument %d", i)
	}
	if function >= firstMethod {
		if i == 0 {
			return "the object"
		}
		if names := functions[function].Params; i < len(names) && names[i] != "" && names[i] != "_" {
			return fmt.Sprintf("argument %d (%s)", i, names[i])
		}
		return fmt.Sprintf("argument %d", i)
	}
	if names := functions[function].Params; i < len(names) && names[i] != "" && names[i] != "_" {
		return fmt.Sprintf("argument %d (%s)", i+1, names[i])
	}
	return fmt.Sprintf("argument %d", i+1)
}

// operate executes an operation other than a call of a function.
func operate(f *wire.Frame) uint64 {
	switch {
	case f.Func == wire.OpHost && f.NWords >= 3:
		setHost(f.Uintptr(0), f.Uint64(1), f.Uintptr(2))
		return wire.StatusOK
	case f.Func == wire.OpLogging && f.NWords >= 1:
		if logging != nil {
			logging(f.Int64(0))
		}
		return wire.StatusOK
	case f.Func == wire.OpLimits && f.NWords >= 4:
		setLimits(f.Uint64(0), f.Uint64(1), f.Uint64(2), f.Uint64(3))
		return wire.StatusOK
	case f.Func == wire.OpBatch && f.NWords >= 6:
		return batch(f)
	case f.Func == wire.OpEnviron && f.NWords >= 3:
		environment.Apply(f.Message(1))
		return wire.StatusOK
	case f.Func == wire.OpTypes && f.NWords >= 2:
		f.Len, f.Held = 0, 0
		if err := pluginScope.define(f.Message(0)); err != nil {
			put(f, []byte(err.Error()))
			return wire.StatusRefused
		}
		return wire.StatusOK
	case f.Func == wire.OpTypeOf && f.NWords >= 1:
		v, err := exported.Get(f.Ref(0))
		if err != nil {
			return wire.StatusGone
		}
		f.Len, f.Held = 0, 0
		put(f, []byte(typeText(v)))
		return wire.StatusOK
	}
	status, _ := side.Operate(f)
	return status
}

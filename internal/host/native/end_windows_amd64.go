package native

import (
	"errors"
	"sync"
	"sync/atomic"
	"syscall"
	"unsafe"

	"golang.org/x/sys/windows"

	"github.com/RamanSharma100/go-winplugin/internal/shared/abi"
)

// How a library ends without the process is in assembly, because it runs on any thread: on
// those of the library, while its runtime holds locks, and in handlers of exceptions.
// Functions that end a process are thunks of the host to the library. The word recordTLS of a
// thread points to its innermost record.

// A record stands on the stack of a thread that is in a library or, as a barrier, in a callback
// from it. Only assembly writes records. It takes the layout from go_asm.h.
type record struct {
	previous uintptr
	slot     uintptr // *callbackSlot of the library
	resume   uintptr // code to continue at with the record in R10, when the library has ended
	sp       uintptr
	argument uintptr // of the code at resume
}

// A crashText is what the runtime of a library prints.
type crashText struct {
	ring  [textSize]byte
	words [wordsSize]byte // the beginning of what it prints about its end
}

// The assembly computes with these.
const (
	textSize     = abi.TextSize
	wordsSize    = 4096
	endedExitBit = 32
)

// There is a thunk for each slot, in this order of functions.
const (
	thunkExitProcess = iota
	thunkTerminateProcess
	thunkRaiseFailFast
	thunkExitThread
	thunkSuspendThread
	thunkResumeThread
	thunkWriteFile
	thunkHostEntry
	thunkTLSAlloc
	thunkForeignCall
	endThunkKinds

	endThunkSize = 10
)

// endingFunctions are the functions that end a process. Packages get them by name; the runtime
// imports some.
var endingFunctions = []struct {
	name  string
	thunk uintptr
}{
	{"ExitProcess", thunkExitProcess},
	{"RtlExitUserProcess", thunkExitProcess},
	{"TerminateProcess", thunkTerminateProcess},
	{"NtTerminateProcess", thunkTerminateProcess},
	{"RaiseFailFastException", thunkRaiseFailFast},
}

// Read by assembly.
var (
	recordTLS uintptr // offset of the word in the thread environment block
	endEvent  uintptr // event: a library has ended or is about to

	realTerminateProcess   = kernel32.NewProc("TerminateProcess").Addr()
	realSetEvent           = procSetEvent.Addr()
	realExitThread         = procExitThread.Addr()
	realSleep              = kernel32.NewProc("Sleep").Addr()
	realSuspendThread      = procSuspendThread.Addr()
	realResumeThread       = kernel32.NewProc("ResumeThread").Addr()
	realWriteFile          = kernel32.NewProc("WriteFile").Addr()
	realShutdownInProgress = ntdll.NewProc("RtlDllShutdownInProgress").Addr()
	realTLSAlloc           = kernel32.NewProc("TlsAlloc").Addr()
	realLookupFunction     = ntdll.NewProc("RtlLookupFunctionEntry").Addr()
	realVirtualUnwind      = ntdll.NewProc("RtlVirtualUnwind").Addr()
)

// Addresses of assembly.
var endThunksPC, endThunksEndPC, parkPC uintptr

// crashTexts are those of callbackSlots. Like these they are never freed.
var crashTexts [maxCallbackSlots]*crashText

// endOwners are the libraries that callbackSlots serve and that end alone.
var endOwners [maxCallbackSlots]atomic.Pointer[Library]

// endingAlone prepares this process for libraries that end alone. The error says why none can.
var endingAlone = sync.OnceValue(func() error {
	if endThunksEndPC-endThunksPC != endThunkSize*endThunkKinds*maxCallbackSlots {
		return errors.New("its assembly has another size than is known")
	}
	if shadowStacks() {
		return errors.New("this process has shadow stacks (CET), which forbid it; they are a mitigation policy of Windows")
	}
	index, err := tlsAlloc()
	if err != nil || index >= tlsSlots {
		return errors.New("no thread-local slot is left")
	}
	recordTLS = tlsFirst + 8*uintptr(index)
	if err := findRescueFunctions(); err != nil {
		return err
	}
	event, err := windows.CreateEvent(nil, 0, 0, nil)
	if err != nil {
		return err
	}
	endEvent = uintptr(event)
	// A thread of the system's pool waits, so that none of this program must.
	arrived := syscall.NewCallback(func(context, timedOut uintptr) uintptr {
		go func() {
			for i := range endOwners {
				if l := endOwners[i].Load(); l != nil {
					l.checkEnd()
				}
			}
		}()
		return 0
	})
	var wait uintptr
	if ok, _, err := procRegisterWait.Call(uintptr(unsafe.Pointer(&wait)), endEvent, arrived, 0, windows.INFINITE, 0); ok == 0 {
		return err
	}
	return nil
})

var (
	procRegisterWait = kernel32.NewProc("RegisterWaitForSingleObject")
	procCancelSync   = kernel32.NewProc("CancelSynchronousIo")
	procMitigation   = kernel32.NewProc("GetProcessMitigationPolicy")
)

// shadowStacks reports whether the processor enforces that functions return where they were
// called from. A thread that continues at a record does not.
func shadowStacks() bool {
	const processUserShadowStackPolicy = 15
	var flags uint32 // bit 0: EnableUserShadowStack
	if procMitigation.Find() != nil {
		return false
	}
	ok, _, _ := procMitigation.Call(uintptr(windows.CurrentProcess()), processUserShadowStackPolicy, uintptr(unsafe.Pointer(&flags)), unsafe.Sizeof(flags))
	return ok != 0 && flags&1 != 0
}

func (s *callbackSlot) endThunk(kind uintptr) uintptr {
	return endThunksPC + endThunkSize*(kind*maxCallbackSlots+s.index())
}

// prepareEnd connects a library whose ledger is open with code that lets it end alone. Its
// runtime does not run yet.
func (l *Library) prepareEnd(image *abi.ImageHeader, ledger *abi.Ledger, memory image, hooks map[string]uintptr, opt Options) error {
	if opt.NoSurvival {
		return errors.New(switchedOff)
	}
	if err := endingAlone(); err != nil {
		return err
	}
	s := l.binding.callbacks
	free := rules().free
	if len(ledger.Rules)-free < len(endingFunctions) {
		return errors.New("its ledger has no room")
	}
	i := s.index()
	if crashTexts[i] == nil {
		crashTexts[i] = new(crashText)
	}
	s.codeStart, s.codeEnd = l.handle, l.handle+uintptr(len(memory))
	s.stopping = uintptr(unsafe.Pointer(&ledger.Stopping))
	s.text = uintptr(unsafe.Pointer(crashTexts[i]))
	if err := s.hookForeignCalls(image, memory); err != nil {
		s.resetEnd()
		return err
	}

	image.ExitProcess = s.endThunk(thunkExitProcess)
	image.WriteFile = s.endThunk(thunkWriteFile)
	image.ExitThread = s.endThunk(thunkExitThread)
	ledger.ExitThread = image.ExitThread
	hooks["RaiseFailFastException"] = s.endThunk(thunkRaiseFailFast)
	hooks["SuspendThread"] = s.endThunk(thunkSuspendThread)
	hooks["ResumeThread"] = s.endThunk(thunkResumeThread)
	hooks["TlsAlloc"] = s.endThunk(thunkTLSAlloc)
	for i, f := range endingFunctions {
		rule := &ledger.Rules[free+i]
		rule.Hash, rule.Hook = abi.HashName(f.name), s.endThunk(f.thunk)
	}
	return nil
}

// watchEnd lets checkEnd be called for a library that ends alone. It has been started.
func (l *Library) watchEnd() {
	if s := l.endingSlot(); s != nil {
		endOwners[s.index()].Store(l)
	}
}

// resetEnd makes the slot that of a library that does not end alone.
func (s *callbackSlot) resetEnd() {
	endOwners[s.index()].Store(nil)
	s.text, s.ended, s.stopping, s.suspended, s.codeStart, s.codeEnd, s.tls = 0, 0, 0, 0, 0, 0, 0
	s.callTable, s.callEntry, s.revoked = 0, 0, 0
	s.printedLen, s.wordsLen, s.dyingState = 0, 0, 0
}

// The host's side of the pure bridge on linux/amd64. Functions with C's calling convention
// have their arguments in DI, SI, DX, and preserve BX, BP and R12 to R15.

#include "textflag.h"

#include "slot_linux_amd64.h"

#define request_next  0
#define request_frame 8
#define request_done  16
#define request_size  24
#define request_asleep 2

#define SIGPIPE 13
#define SIGURG  23
#define SIGPROF 27

// CLONE_VM, _FS, _FILES, _SIGHAND, _THREAD, _SYSVSEM, _SETTLS, _PARENT_SETTID and
// _CHILD_CLEARTID.
#define CLONE_FLAGS (0x100|0x200|0x400|0x800|0x10000|0x40000|0x80000|0x100000|0x200000)

DATA allSignals<>(SB)/8, $0xffffffffffffffff
GLOBL allSignals<>(SB), NOPTR|RODATA, $8

// func gOffset() int64. LEAQ returns the offset from FS, because it does not add FS.
TEXT ·gOffset(SB), NOSPLIT, $0-8
	MOVQ TLS, CX
	LEAQ 0(CX)(TLS*1), AX
	MOVQ AX, ret+0(FP)
	RET

// int enterPure(Transition *): calls the library, and returns 0, or 1 if the library has ended:
// see end_linux_amd64.s. It runs on the system stack of a thread of this program. First it
// clears what an earlier library has left in the thread's words.
TEXT ·enterPure(SB), NOSPLIT|NOFRAME, $0-0
	MOVQ transition_slot(DI), R9
	LOADFS
	ADDQ slot_words(R9), CX
	MOVQ slot_generation(R9), AX
	CMPL words_generation(CX), AX
	JNE  first
enter:
	MOVQ transition_frame(DI), DX
	LEAQ words_preempt(CX), R8
	MOVQ R8, frame_preempt(DX)
	MOVQ transition_call(DI), AX
	MOVQ DX, DI
	JMP  ·callRecorded(SB)
first:
	PUSHQ DI
	PUSHQ CX
	PUSHQ R9
	CALL ·addThread(SB)
	MOVQ ·pureSetSpecific(SB), AX
	TESTQ AX, AX
	JZ   known
	MOVL ·pureKey(SB), DI
	MOVL $1, SI // not NULL, so that libc calls threadEnd
	CALL AX
known:
	POPQ R9
	POPQ CX
	POPQ DI
	// The generation is written last, because the dispatcher passes signals to the library
	// from then on. An M keeps the state of its last thread, so a preemption may be
	// pending.
	MOVQ $0, words_g(CX)
	MOVQ $0, words_record(CX)
	MOVL $1, words_preempt(CX)
	MOVQ slot_generation(R9), AX
	MOVL AX, words_generation(CX)
	JMP  enter

DATA ·enterPurePC(SB)/8, $·enterPure(SB)
GLOBL ·enterPurePC(SB), NOPTR|RODATA, $8

// void threadEnd(void *): runs when a thread of this program ends, and releases the Ms of the
// libraries in which the thread has been. Their runtimes unblock the thread's signals
// meanwhile. The g of this program's runtime is gone by then, so the code clears its place,
// and the handlers of this program take the thread for a foreign one.
TEXT ·threadEnd(SB), NOSPLIT|NOFRAME, $0-0
	PUSHQ BX
	PUSHQ BP
	PUSHQ R12
	MOVQ TLS, AX
	MOVQ $0, 0(AX)(TLS*1)
	LEAQ ·slots(SB), BX
	MOVQ ·slotCount(SB), BP
each:
	TESTQ BP, BP
	JZ   done
	LOCK
	INCQ slot_inside(BX)
	CMPQ slot_closing(BX), $0
	JNE  next
	MOVQ slot_generation(BX), AX
	TESTQ AX, AX
	JZ   next
	LOADFS
	ADDQ slot_words(BX), CX
	MOVQ CX, R12
	CMPL words_generation(R12), AX
	JNE  next
	MOVQ words_g(R12), DI
	TESTQ DI, DI
	JZ   remove
	MOVQ slot_unbind(BX), AX
	MOVQ BX, R9
	MOVQ R12, CX
	CALL ·callRecordedSaving(SB)
	MOVL $0, words_generation(R12)
remove:
	MOVQ BX, R9
	CALL ·removeThread(SB)
next:
	LOCK
	DECQ slot_inside(BX)
	ADDQ $slot_size, BX
	DECQ BP
	JMP  each
done:
	MOVL $SIG_SETMASK, DI
	LEAQ allSignals<>(SB), SI
	XORL DX, DX
	MOVL $8, R10
	MOVL $SYS_rt_sigprocmask, AX
	SYSCALL
	POPQ R12
	POPQ BP
	POPQ BX
	RET

DATA ·threadEndPC(SB)/8, $·threadEnd(SB)
GLOBL ·threadEndPC(SB), NOPTR|RODATA, $8

// void pureEntry(Frame *, slot *): a callback from a library. It runs on the system stack of
// any thread that runs code of the library. A thread of this program enters Go, as from any
// library. A thread that the library has made hands the frame over and waits: see
// handover_linux.go.
TEXT ·pureEntry(SB), NOSPLIT|NOFRAME, $0-0
	MOVQ TLS, AX
	MOVQ 0(AX)(TLS*1), AX // g
	TESTQ AX, AX
	JZ   hand
	LOADFS
	ADDQ slot_words(SI), CX
	CMPQ slot_ended(SI), $0
	JNE  ended
	ORQ  $in_host, words_record(CX)
	PUSHQ SI
	CALL ·hostEntry(SB)
	POPQ SI
	LOADFS
	ADDQ slot_words(SI), CX
	ANDQ $~in_host, words_record(CX)
	CMPQ slot_ended(SI), $0
	JNE  ended
	RET
ended:
	JMP  ·resumeEnded(SB)
hand:
	MOVQ SI, R8
	SUBQ $request_size, SP
	MOVQ DI, request_frame(SP)
	MOVQ $0, request_done(SP)
	LEAQ 0(SP), CX
push:
	MOVQ slot_requests(R8), AX
	MOVQ AX, request_next(SP)
	LOCK
	CMPXCHGQ CX, slot_requests(R8)
	JNE  push
	LOCK
	INCQ slot_arrivals(R8)
	XORL R9, R9 // no thread was woken
	CMPQ slot_spinning(R8), $0
	JNE  handed
wake:
	MOVL $1, R9
	LEAQ slot_arrivals(R8), DI
	MOVL $FUTEX_WAKE_PRIVATE, SI
	MOVL $1, DX
	MOVL $SYS_futex, AX
	SYSCALL
handed:
	MOVQ ·spinRounds(SB), CX
spin:
	CMPL request_done(SP), $0
	JNE  answered
	PAUSE
	DECQ CX
	JGT  spin
	TESTL R9, R9
	JZ   wake // the server that polls for requests may not be running
	XORL AX, AX
	MOVL $request_asleep, CX
	LOCK
	CMPXCHGL CX, request_done(SP)
wait:
	CMPL request_done(SP), $request_asleep
	JNE  answered
	LEAQ request_done(SP), DI
	MOVL $FUTEX_WAIT_PRIVATE, SI
	MOVL $request_asleep, DX
	XORL R10, R10
	MOVL $SYS_futex, AX
	SYSCALL
	JMP  wait
answered:
	ADDQ $request_size, SP
	RET

// func awaitRequest(s *slot, rounds uintptr): polls for a request for some microseconds,
// unless another server polls. The scheduler cannot preempt this code, so the word that
// excludes other servers is never set for long.
TEXT ·awaitRequest(SB), NOSPLIT, $0-16
	MOVQ s+0(FP), BX
	MOVQ rounds+8(FP), CX
	XORL AX, AX
	MOVL $1, DX
	LOCK
	CMPXCHGQ DX, slot_spinning(BX)
	JNE  leave
look:
	CMPQ slot_requests(BX), $0
	JNE  found
	PAUSE
	DECQ CX
	JGT  look
found:
	XORL AX, AX
	XCHGQ AX, slot_spinning(BX)
leave:
	RET

DATA ·pureEntryPC(SB)/8, $·pureEntry(SB)
GLOBL ·pureEntryPC(SB), NOPTR|RODATA, $8

// void bounds(uintptr bounds[2]): returns the bounds of the stack of the calling thread,
// which is a thread of this program. Its g is g0, which holds them in two words.
TEXT ·bounds(SB), NOSPLIT|NOFRAME, $0-0
	MOVQ TLS, AX
	MOVQ 0(AX)(TLS*1), AX
	XORL CX, CX
	XORL DX, DX
	TESTQ AX, AX
	JZ   known
	MOVQ 0(AX), CX
	MOVQ 8(AX), DX
known:
	MOVQ CX, 0(DI)
	MOVQ DX, 8(DI)
	RET

DATA ·boundsPC(SB)/8, $·bounds(SB)
GLOBL ·boundsPC(SB), NOPTR|RODATA, $8

// int startThread(firstThread *): makes the first thread of a library's runtime.
TEXT ·startThread(SB), NOSPLIT|NOFRAME, $0-0
	MOVQ DI, R9
	MOVQ 0(R9), SI // its stack
	MOVQ 8(R9), R8 // its FS
	LEAQ 24(R9), DX
	MOVQ DX, R10
	MOVL $CLONE_FLAGS, DI
	MOVL $SYS_clone, AX
	SYSCALL
	TESTQ AX, AX
	JEQ  child
	RET
child:
	MOVQ 16(R9), AX // the entry point
	XORL BP, BP
	JMP  AX

DATA ·startThreadPC(SB)/8, $·startThread(SB)
GLOBL ·startThreadPC(SB), NOPTR|RODATA, $8

// void dispatcher(int signal, siginfo *, ucontext *): calls the handlers of the runtimes. It
// runs on the signal stack of any thread, with all signals blocked. Handlers return, so the
// word inside is always reset.
TEXT ·dispatcher(SB), NOSPLIT|NOFRAME, $0-0
	PUSHQ BX
	PUSHQ BP
	PUSHQ R12
	PUSHQ R13
	PUSHQ R14
	PUSHQ R15
	SUBQ $8, SP
	MOVLQSX DI, R12
	MOVQ SI, R13
	MOVQ DX, R14
	MOVQ R12, R15
	SHLQ $5, R15 // in a table of abi.SignalAction
	LEAQ ·slots(SB), BX
	MOVQ ·slotCount(SB), BP
	CMPL R12, $SIGURG
	JEQ  async
	CMPL R12, $SIGPROF
	JEQ  async
	CMPL R12, $SIGPIPE
	JEQ  async
	MOVQ 168(DX), AX // the program counter
fault:
	TESTQ BP, BP
	JZ   host
	CMPQ AX, slot_codestart(BX)
	JCS  other
	CMPQ AX, slot_codeend(BX)
	JCS  found
other:
	ADDQ $slot_size, BX
	DECQ BP
	JMP  fault
found:
	MOVQ slot_signals(BX), AX
	MOVQ (AX)(R15*1), AX
	CMPQ AX, $1 // SIG_DFL, SIG_IGN
	JLS  host
	LOADFS
	ADDQ slot_words(BX), CX
	MOVQ BX, R9
	CALL ·callRecordedSaving(SB)
	TESTL AX, AX
	JZ   done
	// The library has ended, and must not run the instruction again.
	MOVQ TLS, AX
	MOVQ 0(AX)(TLS*1), AX
	TESTQ AX, AX
	JZ   end
	LOADFS
	ADDQ slot_words(BX), CX
	MOVQ words_record(CX), R11
	TESTQ R11, R11
	JZ   done
	MOVQ BX, R9
	MOVQ R14, DX
	MOVQ 168(DX), R8
	CALL ·cut(SB)
	JMP  done
end:
	XORL DI, DI
	MOVL $SYS_exit, AX
	SYSCALL
	INT $3

async:
	// A thread that a library has made must not run other handlers, which may be C code
	// that calls libc. Its SIGPIPE is ignored, because its system call fails with EPIPE.
	// This program's runtime would take it for a signal of a foreign thread, and end the
	// process.
	MOVQ TLS, AX
	MOVQ 0(AX)(TLS*1), AX
	TESTQ AX, AX
	JNZ  theirs
whose:
	TESTQ BP, BP
	JZ   theirs
	MOVQ slot_generation(BX), AX
	TESTQ AX, AX
	JZ   not
	LOADFS
	ADDQ slot_words(BX), CX
	CMPL words_generation(CX), AX
	JEQ  own
not:
	ADDQ $slot_size, BX
	DECQ BP
	JMP  whose
own:
	LEAQ ·slots(SB), BX
	MOVQ ·slotCount(SB), BP
	CMPL R12, $SIGPIPE
	JEQ  done
	JMP  each
theirs:
	LEAQ ·slots(SB), BX
	MOVQ ·slotCount(SB), BP
	CMPL R12, $SIGPIPE
	JNE  all

host:
	LEAQ ·hostHandlers(SB), AX
	MOVQ (AX)(R12*8), AX
	CMPQ AX, $1
	JLS  done
	MOVQ R12, DI
	MOVQ R13, SI
	MOVQ R14, DX
	CALL AX
	JMP  done

all:
	LEAQ ·hostHandlers(SB), AX
	MOVQ (AX)(R12*8), AX
	CMPQ AX, $1
	JLS  each
	CALL AX
each:
	TESTQ BP, BP
	JZ   done
	LOCK
	INCQ slot_inside(BX)
	MOVQ slot_signals(BX), AX
	TESTQ AX, AX
	JZ   next
	LOADFS
	ADDQ slot_words(BX), CX
	MOVQ slot_generation(BX), DX
	CMPL words_generation(CX), DX
	JNE  next
	CMPL R12, $SIGURG
	JNE  call
	MOVL $1, words_preempt(CX)
call:
	MOVQ (AX)(R15*1), AX
	CMPQ AX, $1
	JLS  next
	MOVQ R12, DI
	MOVQ R13, SI
	MOVQ R14, DX
	MOVQ BX, R9
	CALL ·callRecordedSaving(SB)
next:
	LOCK
	DECQ slot_inside(BX)
	ADDQ $slot_size, BX
	DECQ BP
	JMP  each
done:
	ADDQ $8, SP
	POPQ R15
	POPQ R14
	POPQ R13
	POPQ R12
	POPQ BP
	POPQ BX
	RET

// int callRecorded(…): calls the C function at AX of the library of slot R9, on a thread whose
// words are at CX. DI, SI and DX are its arguments. The result is 0, or 1 if the
// library has ended. The record on the stack is the innermost one of the thread until the
// function returns. It begins with the record before it.
TEXT ·callRecorded(SB), NOSPLIT|NOFRAME, $0-0
	PUSHQ BP
	PUSHQ CX
	PUSHQ words_record(CX)
	MOVQ SP, words_record(CX)
	CMPQ slot_ended(R9), $0
	JNE  ended
	CALL AX
	XORL AX, AX
leave:
	POPQ DX
	POPQ CX
	MOVQ DX, words_record(CX)
	POPQ BP
	RET
ended:
	MOVL $1, AX
	JMP  leave

// resumeEnded returns from callRecorded with the result 1, on a thread whose words are at CX.
TEXT ·resumeEnded(SB), NOSPLIT|NOFRAME, $0-0
	CLD
	MOVQ words_record(CX), SP
	MOVQ 0(SP), DX
	MOVQ DX, words_record(CX)
	BYTE $0x48; BYTE $0x8b; BYTE $0x6c; BYTE $0x24; BYTE $0x10 // MOVQ 16(SP), BP; vet would object
	LEAQ 24(SP), SP
	MOVL $1, AX
	RET

// callRecordedSaving is callRecorded for callers who need the registers that C preserves. When
// a library ends, they are lost.
TEXT ·callRecordedSaving(SB), NOSPLIT|NOFRAME, $0-0
	PUSHQ BX
	PUSHQ R12
	PUSHQ R13
	PUSHQ R14
	PUSHQ R15
	CALL ·callRecorded(SB)
	POPQ R15
	POPQ R14
	POPQ R13
	POPQ R12
	POPQ BX
	RET

// The end of code in which no thread of a library is ended.
TEXT ·dispatcherEnd(SB), NOSPLIT|NOFRAME, $0-0
	INT $3

DATA ·dispatcherPC(SB)/8, $·dispatcher(SB)
GLOBL ·dispatcherPC(SB), NOPTR|RODATA, $8

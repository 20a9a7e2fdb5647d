// The host's side of the pure bridge on linux/amd64. Functions with C's calling convention
// have their arguments in DI, SI, DX, and preserve BX, BP and R12 to R15.

#include "textflag.h"

// A slot, field for field: see slot_linux_amd64.go.
#define slot_codestart     0
#define slot_codeend       8
#define slot_signals       16
#define slot_generation    24
#define slot_words         32
#define slot_inside        40
#define slot_unbind        48
#define slot_closing       56
#define slot_criticalstart 64
#define slot_criticalend   72
#define slot_syscallhook   80
#define slot_syscallreturn 88
#define slot_requests      96
#define slot_arrivals      104
#define slot_spinning      112
#define slot_size          128

// A thread's words for a slot.
#define words_g          0
#define words_generation 8
#define words_preempt    16

// Fields of a Transition and a wire.Frame.
#define transition_call  0
#define transition_frame 8
#define transition_slot  16
#define frame_preempt  72

#define request_next  0
#define request_frame 8
#define request_done  16
#define request_size  24
#define request_asleep 2

#define SIGPIPE 13
#define SIGURG  23
#define SIGPROF 27

#define SYS_rt_sigprocmask 14
#define SYS_clone 56
#define SYS_exit 60
#define SYS_futex 202
#define FUTEX_WAIT_PRIVATE 128
#define FUTEX_WAKE_PRIVATE 129
#define SIG_SETMASK 2

// CLONE_VM, _FS, _FILES, _SIGHAND, _THREAD, _SYSVSEM, _SETTLS, _PARENT_SETTID and
// _CHILD_CLEARTID.
#define CLONE_FLAGS (0x100|0x200|0x400|0x800|0x10000|0x40000|0x80000|0x100000|0x200000)

// The word at FS:0 is FS: MOVQ FS:0, CX
#define LOADFS BYTE $0x64; BYTE $0x48; BYTE $0x8b; BYTE $0x0c; BYTE $0x25; BYTE $0; BYTE $0; BYTE $0; BYTE $0

DATA allSignals<>(SB)/8, $0xffffffffffffffff
GLOBL allSignals<>(SB), NOPTR|RODATA, $8

// func gOffset() int64. LEAQ returns the offset from FS, because it does not add FS.
TEXT ·gOffset(SB), NOSPLIT, $0-8
	MOVQ TLS, CX
	LEAQ 0(CX)(TLS*1), AX
	MOVQ AX, ret+0(FP)
	RET

// void enterPure(Transition *): calls the library. It runs on the system stack of a thread of
// this program. First it clears what an earlier library has left in the thread's words.
TEXT ·enterPure(SB), NOSPLIT|NOFRAME, $0-0
	MOVQ transition_slot(DI), SI
	LOADFS
	ADDQ slot_words(SI), CX
	MOVQ slot_generation(SI), AX
	CMPQ words_generation(CX), AX
	JNE  first
enter:
	MOVQ transition_frame(DI), DX
	LEAQ words_preempt(CX), R8
	MOVQ R8, frame_preempt(DX)
	MOVQ transition_call(DI), AX
	MOVQ DX, DI
	JMP  AX
first:
	// The generation is written last, because the dispatcher passes signals to the library
	// from then on. An M keeps the state of its last thread, so a preemption may be
	// pending.
	MOVQ $0, words_g(CX)
	MOVQ $1, words_preempt(CX)
	MOVQ AX, words_generation(CX)
	MOVQ ·pureSetSpecific(SB), AX
	TESTQ AX, AX
	JZ   enter
	PUSHQ DI
	PUSHQ CX
	SUBQ $8, SP
	MOVL ·pureKey(SB), DI
	MOVL $1, SI // not NULL, so that libc calls threadEnd
	CALL AX
	ADDQ $8, SP
	POPQ CX
	POPQ DI
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
	CMPQ words_generation(R12), AX
	JNE  next
	MOVQ words_g(R12), DI
	TESTQ DI, DI
	JZ   next
	MOVQ slot_unbind(BX), AX
	CALL AX
	MOVQ $0, words_generation(R12)
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
// handover_linux_amd64.go.
TEXT ·pureEntry(SB), NOSPLIT|NOFRAME, $0-0
	MOVQ TLS, AX
	MOVQ 0(AX)(TLS*1), AX // g
	TESTQ AX, AX
	JZ   hand
	JMP  ·hostEntry(SB)
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
	CALL AX
	JMP  done

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
	CMPQ words_generation(CX), AX
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
	CMPQ words_generation(CX), DX
	JNE  next
	CMPL R12, $SIGURG
	JNE  call
	MOVQ $1, words_preempt(CX)
call:
	MOVQ (AX)(R15*1), AX
	CMPQ AX, $1
	JLS  next
	MOVQ R12, DI
	MOVQ R13, SI
	MOVQ R14, DX
	CALL AX
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

DATA ·dispatcherPC(SB)/8, $·dispatcher(SB)
GLOBL ·dispatcherPC(SB), NOPTR|RODATA, $8

// void reaper(int signal, siginfo *, ucontext *): the handler of the signal that ends a
// library's threads. The signal's value is the slot. A thread of the library ends here, at
// any point of its code, because it holds only locks of the library. A thread that is about
// to record what it got from the system continues, and gets the signal again later.
TEXT ·reaper(SB), NOSPLIT|NOFRAME, $0-0
	MOVL 8(SI), AX
	CMPL AX, $-1 // SI_QUEUE
	JNE  foreign
	MOVQ 24(SI), R9 // the slot
	LEAQ ·slots(SB), CX
	CMPQ R9, CX
	JCS  foreign
	LEAQ ·slots+(64*slot_size)(SB), CX
	CMPQ R9, CX
	JCC  foreign
	MOVQ TLS, AX
	MOVQ 0(AX)(TLS*1), AX
	TESTQ AX, AX
	JNZ  spare // of this program
	LOADFS
	ADDQ slot_words(R9), CX
	MOVQ slot_generation(R9), AX
	CMPQ words_generation(CX), AX
	JNE  spare // of another library
	MOVQ 168(DX), R8 // the program counter
	CMPQ R8, slot_criticalstart(R9)
	JCS  exit
	CMPQ R8, slot_criticalend(R9)
	JCC  exit
	CMPQ R8, slot_syscallhook(R9)
	JCS  spare
	CMPQ R8, slot_syscallreturn(R9)
	JCC  spare
	// The thread is in the hook of system calls. 0F 05 is SYSCALL.
	CMPW -2(R8), $0x050f
	JNE  exit
	CMPQ 72(DX), $0 // R12: what is recorded of it
	JEQ  exit
	CMPQ 144(DX), $-4095 // AX, the result
	JCC  exit
spare:
	RET
exit:
	XORL DI, DI
	MOVL $SYS_exit, AX
	SYSCALL
	INT $3
foreign:
	LEAQ ·hostHandlers(SB), AX
	MOVQ (64*8)(AX), AX
	CMPQ AX, $1
	JLS  spare
	JMP  AX

DATA ·reaperPC(SB)/8, $·reaper(SB)
GLOBL ·reaperPC(SB), NOPTR|RODATA, $8

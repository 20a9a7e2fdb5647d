// How a library of the pure bridge ends without the process, on linux/amd64: docs/survival.md.

#include "textflag.h"
#include "slot_linux_amd64.h"

// Fields of the ucontext of a signal.
#define context_r12   72
#define context_rax   144
#define context_rcx   152
#define context_rsp   160
#define context_rip   168
#define context_flags 176
#define context_mask  296

#define DIRECTION 0x400 // of the flags

#define FILE_CLOSE 3 // abi.FileClose

// void libraryEnded(slot *, int32 code): the library calls it instead of ending the process. It
// runs on any stack of any thread, does not use the stack, and does not return.
TEXT ·libraryEnded(SB), NOSPLIT|NOFRAME, $0-0
	MOVQ DI, R9
	MOVL SI, DX
	BTSQ $ended_exit, DX
	XORL AX, AX
	LOCK
	CMPXCHGQ DX, slot_ended(R9)
	// A server of callbacks finds out, and starts the rescue.
	LOCK
	INCQ slot_arrivals(R9)
	LEAQ slot_arrivals(R9), DI
	MOVL $FUTEX_WAKE_PRIVATE, SI
	MOVL $1, DX
	MOVL $SYS_futex, AX
	SYSCALL
	LOADFS
	ADDQ slot_words(R9), CX
	MOVQ words_record(CX), DX
	TESTQ DX, DX
	JZ   own
	// The thread has no locks of this program, as it is in the library's code.
	MOVL $SIG_SETMASK, DI
	LEAQ ·hostMask(SB), SI
	XORL DX, DX
	MOVL $8, R10
	MOVL $SYS_rt_sigprocmask, AX
	SYSCALL
	LOADFS
	ADDQ slot_words(R9), CX
	JMP  ·resumeEnded(SB)
own:
	MOVQ TLS, AX
	MOVQ 0(AX)(TLS*1), AX
	TESTQ AX, AX
	JNZ  lost
	XORL DI, DI
	MOVL $SYS_exit, AX
	SYSCALL
lost:
	INT $3

DATA ·libraryEndedPC(SB)/8, $·libraryEnded(SB)
GLOBL ·libraryEndedPC(SB), NOPTR|RODATA, $8

// void libraryDies(slot *): the library's runtime prints why it ends. Everything else of
// libraryEnded will follow soon.
TEXT ·libraryDies(SB), NOSPLIT|NOFRAME, $0-0
	LOCK
	INCQ slot_arrivals(DI)
	LEAQ slot_arrivals(DI), DI
	MOVL $FUTEX_WAKE_PRIVATE, SI
	MOVL $1, DX
	MOVL $SYS_futex, AX
	SYSCALL
	RET

DATA ·libraryDiesPC(SB)/8, $·libraryDies(SB)
GLOBL ·libraryDiesPC(SB), NOPTR|RODATA, $8

// addThread adds the calling thread to the table of slot R9. A thread that finds no room
// cannot be moved out of a library that has ended.
TEXT ·addThread(SB), NOSPLIT|NOFRAME, $0-0
	MOVL $SYS_gettid, AX
	SYSCALL
	MOVL AX, R8
	MOVQ slot_threads(R9), DX
	MOVL $THREADS, CX
next:
	CMPL entry_thread(DX), $0
	JNE  taken
	XORL AX, AX
	LOCK
	CMPXCHGL R8, entry_thread(DX)
	JEQ  done
taken:
	ADDQ $entry_size, DX
	DECL CX
	JNZ  next
done:
	RET

// removeThread removes the calling thread from the table of slot R9.
TEXT ·removeThread(SB), NOSPLIT|NOFRAME, $0-0
	MOVL $SYS_gettid, AX
	SYSCALL
	MOVQ slot_threads(R9), DX
	MOVL $THREADS, CX
next:
	CMPL entry_thread(DX), AX
	JEQ  found
	ADDQ $entry_size, DX
	DECL CX
	JNZ  next
	RET
found:
	MOVL $0, entry_thread(DX)
	RET

// void reaper(int signal, siginfo *, ucontext *): the handler of the signal that gets threads
// out of a library. The signal's value is the slot. Its user is 0 for a thread of the library,
// and otherwise 1 more than the index of the thread's entry in the slot's table.
//
// A thread of the library ends here, at any point of its code, because it holds only locks
// of the library. A thread that is about to record what it got from the system, or is in the
// dispatcher, continues, and gets the signal again later.
//
// A thread of this program that is in code of a library that has ended returns from its
// innermost record. It is not touched in any other code. It writes its answer into its entry.
// No thread enters the library again, so the answer that a thread is out stays true, even if it
// answers late. The entry may be that of a thread that has ended and had the same number.
TEXT ·reaper(SB), NOSPLIT|NOFRAME, $0-0
	MOVL 8(SI), AX
	CMPL AX, $-1 // SI_QUEUE
	JNE  foreign
	MOVL 20(SI), R13
	CMPL R13, $THREADS
	JHI  foreign
	MOVQ 24(SI), R9 // the slot
	LEAQ ·slots(SB), CX
	CMPQ R9, CX
	JCS  foreign
	LEAQ ·slots+(64*slot_size)(SB), CX
	CMPQ R9, CX
	JCC  foreign
	LOADFS
	ADDQ slot_words(R9), CX
	MOVL slot_generation(R9), AX
	MOVQ context_rip(DX), R8
	MOVQ words_record(CX), R11
	TESTL R13, R13
	JNZ  host

	CMPL words_generation(CX), AX
	JNE  spare
	MOVQ TLS, R10
	MOVQ 0(R10)(TLS*1), R10
	TESTQ R10, R10
	JNZ  spare // a thread of this program has the number of one that has ended
	LEAQ ·dispatcher(SB), AX
	CMPQ R8, AX
	JCS  outside
	LEAQ ·dispatcherEnd(SB), AX
	CMPQ R8, AX
	JCS  spare
outside:
	CALL ·critical(SB)
	JNE  spare
	TESTQ R11, R11
	JNZ  cut // a handler of signals of the library waits
	XORL DI, DI
	MOVL $SYS_exit, AX
	SYSCALL
	INT $3

host:
	CMPQ slot_ended(R9), $0
	JEQ  spare // the signal is late, and the slot has another library
	CMPL words_generation(CX), AX
	JNE  out
	TESTQ R11, R11
	JZ   out
	TESTQ $in_host, R11
	JNZ  out
	CALL ·critical(SB)
	JNE  inside
	CALL ·cut(SB)
	JNE  inside
	// If the record was that of a handler of signals, the thread continues behind the one
	// before it, which may still be in the library's code.
	MOVQ 0(R11), R11
	TESTQ R11, R11
	JZ   out
	TESTQ $in_host, R11
	JNZ  out
inside:
	MOVL $answer_inside, R8
	JMP  answer
out:
	MOVL $answer_out, R8
answer:
	MOVQ slot_threads(R9), DX
	LEAQ -entry_size(DX)(R13*entry_size), DX
	MOVL $SYS_gettid, AX
	SYSCALL
	CMPL AX, entry_thread(DX)
	JNE  spare // the signal is late, and the entry is another thread's
	MOVL R8, entry_answer(DX)
spare:
	RET
cut:
	CALL ·cut(SB)
	RET
foreign:
	LEAQ ·hostHandlers(SB), AX
	MOVQ (64*8)(AX), AX
	CMPQ AX, $1
	JLS  spare
	JMP  AX

// critical returns ZF clear if the program counter R8, of the context DX, is where a thread
// records what it got from the system.
TEXT ·critical(SB), NOSPLIT|NOFRAME, $0-0
	CMPQ R8, slot_criticalstart(R9)
	JCS  no
	CMPQ R8, slot_criticalend(R9)
	JCC  no
	CMPQ R8, slot_syscallhook(R9)
	JCS  yes
	CMPQ R8, slot_syscallreturn(R9)
	JCC  yes
	// The thread is in the hook of system calls. While it closes a descriptor, that may be
	// recorded no longer and still be open.
	CMPQ context_r12(DX), $FILE_CLOSE // what is recorded of the system call
	JEQ  yes
	CMPW -2(R8), $0x050f // SYSCALL
	JNE  no
	CMPQ context_r12(DX), $0
	JEQ  no
	CMPQ context_rax(DX), $-4095 // the result
	JCC  no
yes:
	TESTQ SP, SP // not 0
	RET
no:
	XORL AX, AX
	RET

// cut lets the thread continue behind its innermost record R11, if its program counter R8 is in
// the library's code. It returns ZF set then.
TEXT ·cut(SB), NOSPLIT|NOFRAME, $0-0
	CMPQ R8, slot_codestart(R9)
	JCS  no
	CMPQ R8, slot_codeend(R9)
	JCC  no
	MOVQ R11, context_rsp(DX)
	MOVQ CX, context_rcx(DX)
	LEAQ ·resumeEnded(SB), AX
	MOVQ AX, context_rip(DX)
	ANDQ $~DIRECTION, context_flags(DX)
	MOVQ ·hostMask(SB), AX
	MOVQ AX, context_mask(DX)
	XORL AX, AX
	RET
no:
	TESTQ SP, SP
	RET

DATA ·reaperPC(SB)/8, $·reaper(SB)
GLOBL ·reaperPC(SB), NOPTR|RODATA, $8

// How a library of the pure bridge ends without the process, on windows/amd64:
// docs/survival.md. All code has the Win64 calling convention.

#include "go_asm.h"
#include "textflag.h"
#include "record_windows_amd64.h"

// void ExitProcess(uint32 code)
TEXT exitProcess<>(SB), NOSPLIT|NOFRAME, $0-0
	SLOT
	MOVL CX, DX
	JMP  end<>(SB)

// BOOL TerminateProcess(handle, uint32 code)
TEXT terminateProcess<>(SB), NOSPLIT|NOFRAME, $0-0
	CMPQ CX, $-1 // GetCurrentProcess()
	JNE  other
	SLOT
	MOVL DX, DX
	JMP  end<>(SB)
other:
	MOVQ ·realTerminateProcess(SB), AX
	JMP  AX

// void RaiseFailFastException(record, context, uint32 flags), by which a runtime with
// GOTRACEBACK=crash kills itself.
TEXT raiseFailFast<>(SB), NOSPLIT|NOFRAME, $0-0
	SLOT
	MOVL $2, DX
	JMP  end<>(SB)

// Ends the library of the slot R11 with the exit code DX. The stack is as after a call.
TEXT end<>(SB), NOSPLIT|NOFRAME, $0-0
	BTSQ $const_endedExitBit, DX
	XORL AX, AX
	LOCK
	CMPXCHGQ DX, callbackSlot_ended(R11)
	JNE  leaves
	MOVQ callbackSlot_stopping(R11), AX
	MOVQ $1, DX
	XCHGQ DX, (AX)
	SUBQ $56, SP
	ANDQ $~15, SP
	MOVQ R11, 32(SP)
	MOVQ ·endEvent(SB), CX
	MOVQ ·realSetEvent(SB), AX
	CALL AX
	MOVQ 32(SP), R11
leaves:
	JMP  ·leave(SB)

// void ExitThread(uint32), which hooks of the library call when it stops.
TEXT exitThread<>(SB), NOSPLIT|NOFRAME, $0-0
	SLOT
	JMP  ·leave(SB)

// The calling thread leaves the library of the slot R11, wherever in it it is. What is below
// SP must not be needed any more. A thread of the host continues at its innermost record. A
// thread of the library ends; at the top of its stack are frames to which nothing returns.
//
// Code of others may lie between here and the record, or the thread may hold the loader lock.
// Such a thread sleeps for ever, and the library stays.
TEXT ·leave(SB), NOSPLIT|NOFRAME, $0-0
	CLD
	INNERMOST(AX, DX, R10)
look:
	TESTQ R10, R10
	JZ   none
	CMPQ record_slot(R10), R11
	JNE  parks
	MOVQ record_resume(R10), R8
	LEAQ ·resumeForeignCall(SB), R9
	CMPQ R8, R9
	JNE  call
	CMPQ callbackSlot_ended(R11), $0
	JNE  resumes
	// It stops because the host closes it: what follows in the DLL could enter it again.
	MOVQ record_previous(R10), R10
	JMP  look
call:
	LEAQ ·resumeCall(SB), R9
	CMPQ R8, R9
	JEQ  locked
resumes:
	JMP  R8
locked:
	MOVQ teb_peb(AX), DX
	MOVQ peb_loaderlock(DX), DX
	MOVQ lock_owner(DX), DX
	CMPQ DX, teb_thread(AX)
	JEQ  parks
	JMP  R8
none:
	MOVQ runtime·tls_g(SB), DX
	MOVQ (AX)(DX*1), DX
	TESTQ DX, DX
	JZ   own
	CMPQ (DX), $0
	JNE  parks // a thread of the host that something else made run code of the library
own:
	MOVQ teb_peb(AX), DX
	MOVQ peb_loaderlock(DX), DX
	MOVQ lock_owner(DX), DX
	CMPQ DX, teb_thread(AX)
	JEQ  parks
	MOVQ teb_stackbase(AX), AX
	SUBQ $0x400, AX
	ANDQ $~15, AX
	MOVQ AX, SP
	SUBQ $32, SP
	XORL CX, CX
	MOVQ ·realExitThread(SB), AX
	CALL AX
	INT  $3
parks:
	JMP ·park(SB)

// Sleeps for ever. As the code of a record, it marks a barrier: the thread is in a callback
// to the host, and is not made to leave.
TEXT ·park(SB), NOSPLIT|NOFRAME, $0-0
	ANDQ $~15, SP
	SUBQ $32, SP
again:
	MOVL $-1, CX
	MOVQ ·realSleep(SB), AX
	CALL AX
	JMP  again

// Continues at the record R10 of a call: see enter in enter_windows_amd64.s.
TEXT ·resumeCall(SB), NOSPLIT|NOFRAME, $0-0
	POPRECORD(AX, DX, R9, record_previous(R10))
	MOVQ record_argument(R10), CX
	MOVQ $1, Transition_cut(CX)
	MOVQ record_sp(R10), SP
	LDMXCSR mxcsr<>(SB)
	MOVQ 0(SP), BX
	MOVQ 8(SP), BP
	LEAQ 16(SP), SP
	RET

// uint32 SuspendThread(handle). A thread of the library that has suspended another one is not
// made to leave before it has resumed it. So the count comes first, and rescueThreads sets
// ended first.
TEXT suspendThread<>(SB), NOSPLIT|NOFRAME, $0-0
	SLOT
	LOCK
	INCQ callbackSlot_suspended(R11)
	CMPQ callbackSlot_ended(R11), $0
	JNE  no
	PUSHQ BX
	SUBQ $32, SP
	MOVQ R11, BX
	MOVQ ·realSuspendThread(SB), AX
	CALL AX
	CMPL AX, $-1
	JNE  done
	LOCK
	DECQ callbackSlot_suspended(BX)
done:
	ADDQ $32, SP
	POPQ BX
	RET
no:
	LOCK
	DECQ callbackSlot_suspended(R11)
	MOVL $-1, AX
	RET

// uint32 ResumeThread(handle)
TEXT resumeThread<>(SB), NOSPLIT|NOFRAME, $0-0
	SLOT
	PUSHQ BX
	SUBQ $32, SP
	MOVQ R11, BX
	MOVQ ·realResumeThread(SB), AX
	CALL AX
	LOCK
	DECQ callbackSlot_suspended(BX)
	ADDQ $32, SP
	POPQ BX
	RET

// uint32 TlsAlloc(), which the runtime calls once as it starts. A thread with a value in this
// slot is the runtime's or bound to it.
TEXT tlsAlloc<>(SB), NOSPLIT|NOFRAME, $0-0
	SLOT
	PUSHQ BX
	SUBQ $32, SP
	MOVQ R11, BX
	MOVQ ·realTLSAlloc(SB), AX
	CALL AX
	CMPL AX, $const_tlsSlots
	JCC  done
	MOVL AX, CX
	LEAQ const_tlsFirst(CX*8), CX
	MOVQ CX, callbackSlot_tls(BX)
done:
	ADDQ $32, SP
	POPQ BX
	RET

// BOOL WriteFile(handle, const void *data, uint32 size, uint32 *written, overlapped), as the
// library's runtime calls it to print. The text goes to a ring. What the runtime prints about
// its end does not go to standard error.
TEXT writeFile<>(SB), NOSPLIT|NOFRAME, $0-0
	SLOT
	MOVQ callbackSlot_text(R11), R10
	PUSHQ BX
	PUSHQ SI
	MOVL R8, BX
	MOVQ DX, SI
	MOVQ BX, AX
	LOCK
	XADDQ AX, callbackSlot_printedLen(R11) // reserves the place, as two threads may print
	PUSHQ DI
	PUSHQ R12
store:
	TESTL BX, BX
	JZ   stored
	MOVL AX, DI
	ANDL $(const_textSize-1), DI
	MOVB (SI), R12
	MOVB R12, crashText_ring(R10)(DI*1)
	INCQ SI
	INCQ AX
	DECL BX
	JMP  store
stored:
	CMPQ callbackSlot_dyingState(R11), $2
	JEQ  kept
	CMPL R8, $13
	JNE  maybe
	CMPL (DX), $0x61746166 // "fata" of "fatal error: "
	JNE  maybe
	// As in winplugin_write1 (internal/builder/bridge/pure/elf): R14 is the g that prints, and this
	// is its word stackguard1.
	CMPQ 24(R14), $-1
	JNE  stack
maybe:
	CMPQ callbackSlot_dyingState(R11), $0
	JNE  dies
	// The last words begin with one of these.
	CMPL R8, $7
	JCS  write
	MOVL (DX), AX
	CMPL R8, $7
	JNE  fatal
	CMPL AX, $0x696e6170 // "pani" of "panic: "
	JEQ  begin
fatal:
	CMPL R8, $13
	JNE  other
	CMPL AX, $0x61746166 // "fata" of "fatal error: "
	JEQ  begin
other:
	CMPL AX, $0x78656e75 // "unex" of "unexpected fault address "
	JEQ  begin
	CMPL AX, $0x65637845 // "Exce" of "Exception 0x"
	JNE  write
begin:
	MOVQ $1, callbackSlot_dyingState(R11)
	JMP  kept
dies:
	// A stack follows: this is no text of the library's own.
	CMPL R8, $10
	JCS  kept
	MOVL (DX), AX
	CMPL AX, $0x6f726f67 // "goro" of "goroutine "
	JEQ  stack
	CMPL AX, $0x6e75720a // "\nrun" of "\nruntime stack:\n"
	JNE  kept
stack:
	MOVQ $2, callbackSlot_dyingState(R11)
	MOVQ DX, SI
	MOVQ R8, BX
	MOVQ R9, DI
	PUSHQ R11
	PUSHQ R10
	SUBQ $40, SP
	MOVQ ·endEvent(SB), CX
	MOVQ ·realSetEvent(SB), AX
	CALL AX
	ADDQ $40, SP
	POPQ R10
	POPQ R11
	MOVQ SI, DX
	MOVQ BX, R8
	MOVQ DI, R9
kept:
	// The ring may lose the beginning, so that is kept apart.
	MOVL R8, BX
	MOVQ BX, AX
	LOCK
	XADDQ AX, callbackSlot_wordsLen(R11)
keep:
	TESTL BX, BX
	JZ   quiet
	CMPQ AX, $const_wordsSize
	JAE  quiet
	MOVB (DX), CX
	MOVB CX, crashText_words(R10)(AX*1)
	INCQ DX
	INCQ AX
	DECL BX
	JMP  keep
quiet:
	TESTQ R9, R9
	JZ   done
	MOVL R8, (R9)
done:
	POPQ R12
	POPQ DI
	POPQ SI
	POPQ BX
	MOVL $1, AX
	RET
write:
	POPQ R12
	POPQ DI
	POPQ SI
	POPQ BX
	MOVQ ·realWriteFile(SB), AX
	JMP  AX

// void hostEntry(Frame *f) of one library: see entry_windows_amd64.s. It puts a barrier on the
// stack. When the callback returns and the library has ended, the thread leaves it.
//
// From SP on: 24 bytes of arguments for cgocallback, the record, the registers. Together with
// the return address the size is a multiple of 16.
#define ENTRY (24 + record__size + PRESERVED + 8)
TEXT hostEntry<>(SB), NOSPLIT|NOFRAME, $0-0
	ADJSP $ENTRY
	NOP SP // tells vet that SP has changed
	SAVE((24+record__size))
	SLOT
	CMPQ callbackSlot_ended(R11), $0
	JNE  ended
	INNERMOST(AX, DX, R9)
	MOVQ R9, (24+record_previous)(SP)
	MOVQ R11, (24+record_slot)(SP)
	LEAQ ·park(SB), R9
	MOVQ R9, (24+record_resume)(SP)
	LEAQ 24(SP), R9
	MOVQ R9, (AX)(DX*1)
	MOVQ ·entryCode+0(SB), AX
	MOVQ AX, 0(SP)
	MOVQ CX, 8(SP)
	MOVQ $0, 16(SP)
	CALL runtime·cgocallback(SB)
	POPRECORD(AX, DX, R9, (24+record_previous)(SP))
	MOVQ (24+record_slot)(SP), R11
	CMPQ callbackSlot_ended(R11), $0
	JNE  ended
	RESTORE((24+record__size))
	ADJSP $-ENTRY
	RET
ended:
	JMP  ·leave(SB)

// For each function that ends a process, and the others above, a thunk for each slot.
#define THUNK(i, f) MOVL $(i+1), AX; JMP f(SB)
#define THUNKS8(i, f) THUNK(i, f); THUNK(i+1, f); THUNK(i+2, f); THUNK(i+3, f); THUNK(i+4, f); THUNK(i+5, f); THUNK(i+6, f); THUNK(i+7, f)
#define THUNKS64(f) THUNKS8(0, f); THUNKS8(8, f); THUNKS8(16, f); THUNKS8(24, f); THUNKS8(32, f); THUNKS8(40, f); THUNKS8(48, f); THUNKS8(56, f)
TEXT ·endThunks(SB), NOSPLIT|NOFRAME, $0-0
	THUNKS64(exitProcess<>)
	THUNKS64(terminateProcess<>)
	THUNKS64(raiseFailFast<>)
	THUNKS64(exitThread<>)
	THUNKS64(suspendThread<>)
	THUNKS64(resumeThread<>)
	THUNKS64(writeFile<>)
	THUNKS64(hostEntry<>)
	THUNKS64(tlsAlloc<>)
	THUNKS64(·foreignCall)
TEXT ·endThunksEnd(SB), NOSPLIT|NOFRAME, $0-0
	INT $3

DATA ·endThunksPC(SB)/8, $·endThunks(SB)
GLOBL ·endThunksPC(SB), NOPTR|RODATA, $8
DATA ·endThunksEndPC(SB)/8, $·endThunksEnd(SB)
GLOBL ·endThunksEndPC(SB), NOPTR|RODATA, $8
DATA ·parkPC(SB)/8, $·park(SB)
GLOBL ·parkPC(SB), NOPTR|RODATA, $8

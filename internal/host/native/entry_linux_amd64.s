#include "textflag.h"

// Saves the registers that C preserves and Go does not. Below them are three words for the
// arguments of cgocallback, and above them two words for this file. Together with the return
// address the size is a multiple of 16.
#define FRAME (3*8 + 6*8 + 2*8)
#define SAVE \
	MOVQ BX, 24(SP) \
	MOVQ BP, 32(SP) \
	MOVQ R12, 40(SP) \
	MOVQ R13, 48(SP) \
	MOVQ R14, 56(SP) \
	MOVQ R15, 64(SP)
#define RESTORE \
	MOVQ 24(SP), BX \
	MOVQ 32(SP), BP \
	MOVQ 40(SP), R12 \
	MOVQ 48(SP), R13 \
	MOVQ 56(SP), R14 \
	MOVQ 64(SP), R15

#define SYS_rt_sigprocmask 14
#define SIG_SETMASK 2

// All signals except those that libc uses itself (32 and 33).
DATA allSignals<>(SB)/8, $0xfffffffe7fffffff
GLOBL allSignals<>(SB), NOPTR|RODATA, $8

// void hostEntry(Frame *f), System V calling convention. See callback.go.
//
// Functions that cgo exports use runtime.cgocallback(fn, frame, ctxt), too, and the runtime
// lets assembly of other packages call it (purego does).
//
// A thread that this runtime does not know first enters once with all signals blocked. The
// runtime then binds an M to the thread, and records the thread's signal mask, which it
// restores when the thread ends. By then a thread of a library's runtime has blocked all
// signals. The handlers of that runtime must not run any more, because the g that they would
// look up is gone.
TEXT ·hostEntry(SB), NOSPLIT|NOFRAME, $0-0
	ADJSP $FRAME
	SAVE
	MOVQ TLS, AX
	MOVQ 0(AX)(TLS*1), AX // g
	TESTQ AX, AX
	JZ   stranger

known:
	MOVQ ·entryCode+0(SB), AX
	MOVQ AX, 0(SP)
	MOVQ DI, 8(SP)
	MOVQ $0, 16(SP)
	CALL runtime·cgocallback(SB)
	RESTORE
	ADJSP $-FRAME
	RET

stranger:
	MOVQ DI, 72(SP)
	MOVL $SIG_SETMASK, DI
	LEAQ allSignals<>(SB), SI
	LEAQ 80(SP), DX
	MOVL $8, R10
	MOVL $SYS_rt_sigprocmask, AX
	SYSCALL
	MOVQ ·entryCode+8(SB), AX
	MOVQ AX, 0(SP)
	MOVQ $0, 8(SP)
	MOVQ $0, 16(SP)
	CALL runtime·cgocallback(SB)
	MOVL $SIG_SETMASK, DI
	LEAQ 80(SP), SI
	MOVL $0, DX
	MOVL $8, R10
	MOVL $SYS_rt_sigprocmask, AX
	SYSCALL
	MOVQ 72(SP), DI
	JMP  known

// The address of the code, for libraries. The value of a Go func would be the address of a
// wrapper.
DATA ·hostEntryPC(SB)/8, $·hostEntry(SB)
GLOBL ·hostEntryPC(SB), NOPTR|RODATA, $8

// void bindThread(void *g), called by the runtime on a thread to which it has just assigned
// an M: pthread_setspecific(key, g).
TEXT ·bindThread(SB), NOSPLIT|NOFRAME, $0-0
	MOVQ DI, SI
	MOVL ·threadKey+0(SB), DI
	MOVQ ·setSpecific+0(SB), AX
	JMP  AX

DATA ·bindThreadPC(SB)/8, $·bindThread(SB)
GLOBL ·bindThreadPC(SB), NOPTR|RODATA, $8

// void unbindThread(void *g), the destructor of the key: releases the M when the thread ends,
// by cgocallback without a function.
TEXT ·unbindThread(SB), NOSPLIT|NOFRAME, $0-0
	ADJSP $FRAME
	SAVE
	MOVQ $0, 0(SP)
	MOVQ DI, 8(SP)
	MOVQ $0, 16(SP)
	CALL runtime·cgocallback(SB)
	RESTORE
	ADJSP $-FRAME
	RET

DATA ·unbindThreadPC(SB)/8, $·unbindThread(SB)
GLOBL ·unbindThreadPC(SB), NOPTR|RODATA, $8

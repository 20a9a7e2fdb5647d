//go:build go1.22

// Threads without libc, for linux/amd64. The functions are called in the System V
// convention: arguments in DI, SI, DX; BX, BP and R12 to R15 are the caller's.

#include "textflag.h"

// A thread's mapping, from its address up: a guard page, the stack, and a block that FS
// points into. The word at FS:0 is FS, as in every program on Linux.
#define STACK 262144 // abi.ThreadStack
#define BLOCK 8192   // abi.ThreadBlock
#define FSOFF 4096   // abi.ThreadFS
#define GUARD 4096

#define THREADS 10240 // abi.ThreadSlots

// Of the block: FS, the thread's slot in winplugin_threads, and FS once more: a handler of
// signals in C that asks glibc for a thread-specific value then finds that there is none.
#define block_self 0
#define block_slot 8
#define block_pthread 16

#define SYS_mmap 9
#define SYS_mprotect 10
#define SYS_munmap 11
#define SYS_rt_sigprocmask 14
#define SYS_clone 56
#define SYS_exit 60
#define SYS_arch_prctl 158
#define ARCH_SET_FS 0x1002
#define ARCH_GET_FS 0x1003
#define SIG_SETMASK 2

// CLONE_VM, _FS, _FILES, _SIGHAND, _THREAD, _SYSVSEM, _SETTLS, _PARENT_SETTID and
// _CHILD_CLEARTID.
#define CLONE_FLAGS (0x100|0x200|0x400|0x800|0x10000|0x40000|0x80000|0x100000|0x200000)

DATA allSignals<>(SB)/8, $0xffffffffffffffff
GLOBL allSignals<>(SB), NOPTR|RODATA, $8

// A [THREADS]abi.ThreadSlot.
GLOBL winplugin_threads(SB), NOPTR, $(16*THREADS)

// In a library: where a thread has its words, from FS on, and the generation of this
// load, which the second word holds. The host writes both. 0: this is no library.
GLOBL winplugin_words(SB), NOPTR, $16

// What FS points into on a program's first thread.
GLOBL firstBlock<>(SB), NOPTR, $BLOCK

TEXT winplugin_nothing(SB), NOSPLIT|NOFRAME, $0-0
	XORL AX, AX
	RET

// void _cgo_init(G *g0, void (*setg)(void *)), on the first thread of the program, as
// early as possible. In a library the host has set FS.
TEXT winplugin_init(SB), NOSPLIT|NOFRAME, $0-0
	SUBQ $24, SP
	MOVQ $0, 8(SP)
	MOVL $ARCH_GET_FS, DI
	LEAQ 8(SP), SI
	MOVL $SYS_arch_prctl, AX
	SYSCALL
	CMPQ 8(SP), $0
	JNE  done
	LEAQ firstBlock<>+FSOFF(SB), SI
	MOVQ SI, block_self(SI)
	MOVL $ARCH_SET_FS, DI
	MOVL $SYS_arch_prctl, AX
	SYSCALL
done:
	ADDQ $24, SP
	RET

// void _cgo_thread_start(struct { G *g; void *tls; void (*fn)(void) } *), on any thread of
// this runtime, on its system stack: makes a thread that runs fn with g.
//
// All signals are blocked meanwhile, and in the new thread until its runtime unblocks them.
// So a thread that a signal tells to end does not end while a slot is -1.
TEXT winplugin_thread_start(SB), NOSPLIT|NOFRAME, $0-0
	PUSHQ BX
	PUSHQ BP
	PUSHQ R12
	PUSHQ R13
	PUSHQ R14
	PUSHQ R15
	SUBQ $24, SP
	MOVQ 0(DI), R12  // g
	MOVQ 16(DI), R13 // fn

	MOVL $SIG_SETMASK, DI
	LEAQ allSignals<>(SB), SI
	LEAQ 0(SP), DX // the mask before
	MOVL $8, R10
	MOVL $SYS_rt_sigprocmask, AX
	SYSCALL

	XORL DI, DI
	MOVQ $STACK, SI
	MOVL $3, DX        // PROT_READ|PROT_WRITE
	MOVL $0x20022, R10 // MAP_PRIVATE|MAP_ANONYMOUS|MAP_STACK
	MOVQ $-1, R8
	XORL R9, R9
	MOVL $SYS_mmap, AX
	SYSCALL
	CMPQ AX, $-4095
	JCC  failed
	MOVQ AX, R14
	MOVQ R14, DI
	MOVQ $GUARD, SI
	XORL DX, DX
	MOVL $SYS_mprotect, AX
	SYSCALL
	MOVQ $(STACK-BLOCK-GUARD-4096), 8(R12) // g.stack.hi is the stack's size: mstart0 does the rest

	LEAQ winplugin_threads(SB), R15
	MOVL $THREADS, CX
next:
	CMPQ 8(R15), $0
	JNE  taken // the thread has not ended, or was ended by a signal and left its stack
	XORL AX, AX
	MOVL $-1, DX
	LOCK
	CMPXCHGL DX, (R15)
	JEQ  claimed
taken:
	ADDQ $16, R15
	DECL CX
	JNZ  next
	JMP  failed
claimed:
	MOVQ R14, 8(R15)
	MOVL $CLONE_FLAGS, DI
	LEAQ (STACK-BLOCK-64)(R14), SI
	MOVQ R15, DX  // here goes the thread's id,
	MOVQ R15, R10 // and 0 when it has ended
	LEAQ (STACK-BLOCK+FSOFF)(R14), R8
	MOVQ R8, block_self(R8)
	MOVQ R15, block_slot(R8)
	MOVQ R8, block_pthread(R8)
	MOVQ winplugin_words+0(SB), AX
	TESTQ AX, AX
	JZ   clone
	MOVQ winplugin_words+8(SB), CX
	MOVQ CX, 8(R8)(AX*1)
clone:
	MOVL $SYS_clone, AX
	SYSCALL
	TESTQ AX, AX
	JEQ  child
	JLT  unmade
	MOVL $SIG_SETMASK, DI
	LEAQ 0(SP), SI
	XORL DX, DX
	MOVL $8, R10
	MOVL $SYS_rt_sigprocmask, AX
	SYSCALL
	ADDQ $24, SP
	POPQ R15
	POPQ R14
	POPQ R13
	POPQ R12
	POPQ BP
	POPQ BX
	XORL AX, AX
	RET
unmade:
	MOVL $0, 0(R15)
failed:
	// The runtime handles the trap, and ends. The kernel would end the process if the signal
	// were blocked.
	MOVL $SIG_SETMASK, DI
	LEAQ 0(SP), SI
	XORL DX, DX
	MOVL $8, R10
	MOVL $SYS_rt_sigprocmask, AX
	SYSCALL
	INT $3

child:
	MOVQ TLS, CX
	MOVQ R12, 0(CX)(TLS*1)
	XORL BP, BP
	CALL R13
	// The M is gone, and no signal may find this thread on a stack that is being unmapped.
	MOVL $SIG_SETMASK, DI
	LEAQ allSignals<>(SB), SI
	XORL DX, DX
	MOVL $8, R10
	MOVL $SYS_rt_sigprocmask, AX
	SYSCALL
	MOVQ ·winplugin_threadEnd(SB), AX
	TESTQ AX, AX
	JZ   unmap
	CALL AX
unmap:
	// FS:0 is the block's own address. The stack is not touched from here on.
	BYTE $0x64; BYTE $0x48; BYTE $0x8b; BYTE $0x3c; BYTE $0x25; BYTE $0; BYTE $0; BYTE $0; BYTE $0 // MOVQ FS:0, DI
	MOVQ block_slot(DI), AX
	MOVQ $0, 8(AX)
	SUBQ $(STACK-BLOCK+FSOFF), DI
	MOVQ $STACK, SI
	MOVL $SYS_munmap, AX
	SYSCALL
	XORL DI, DI
	MOVL $SYS_exit, AX
	SYSCALL
	INT $3

//go:build go1.22

// The entries of a library made by the pure bridge, for linux/amd64. They are called in
// the System V convention: arguments in DI, SI, DX, CX; BX, BP and R12 to R15 are the
// caller's.

#include "textflag.h"

// abi.ELFHeader, field for field.
#define header_magic          0
#define header_call           32
#define header_unbind         64
#define header_hooks          88
#define header_criticalstart  152
#define header_criticalend    160
#define header_syscallreturn  168
#define header_signals        176
#define header_threads        184
#define header_memory         192
#define header_files          200
#define header_systemcalls    208
#define header_threadwords    216
#define header_slot           224
#define header_hostentry      232
#define header_bounds         240
#define header_process        248
#define header_state          256
#define header_exitcode       264
#define header_printed        272
#define header_full           280
#define header_light          288
#define header_output         296
#define header_ended          4392
#define header_text           4408
#define header_leaving        4432
#define header_all            4440
#define output_size           4096

#define image_starting 0
#define image_exited   2

#define header(offset) ·winplugin_data+(offset)(SB)

DATA header(header_magic)/8, $0x676d4967756c7057
DATA header(header_magic+8)/8, $0x9e3779b97f4a7c16
DATA header(header_call)/8, $·winplugin_call(SB)
DATA header(header_unbind)/8, $·winplugin_unbind(SB)
DATA header(header_hooks+8*0)/8, $·winplugin_syscall6(SB)
DATA header(header_hooks+8*1)/8, $·winplugin_exit(SB)
DATA header(header_hooks+8*2)/8, $winplugin_rtsigprocmask<>(SB)
DATA header(header_hooks+8*3)/8, $·winplugin_write1(SB)
DATA header(header_hooks+8*4)/8, $·winplugin_pipe2(SB)
DATA header(header_hooks+8*5)/8, $·winplugin_raiseproc(SB)
DATA header(header_hooks+8*6)/8, $·winplugin_raise(SB)
DATA header(header_hooks+8*7)/8, $·winplugin_vfork(SB)
DATA header(header_criticalstart)/8, $·winplugin_critical(SB)
DATA header(header_criticalend)/8, $·winplugin_uncritical(SB)
DATA header(header_syscallreturn)/8, $·winplugin_entered(SB)
DATA header(header_signals)/8, $·winplugin_signals(SB)
DATA header(header_threads)/8, $winplugin_threads(SB)
DATA header(header_memory)/8, $·winplugin_memory(SB)
DATA header(header_files)/8, $·winplugin_files(SB)
DATA header(header_systemcalls)/8, $·winplugin_systemcalls(SB)
DATA header(header_threadwords)/8, $winplugin_words(SB)
DATA header(header_text)/8, $winplugin_text(SB)
GLOBL ·winplugin_data(SB), NOPTR, $header_all

#define SYS_rt_sigaction 13
#define SYS_rt_sigprocmask 14
#define SYS_getpid 39
#define SIG_UNBLOCK 1

// Saves the registers that C preserves and Go does not. Below them are three words for the
// arguments of cgocallback. Together with the return address the size is a multiple of 16.
#define FRAME (3*8 + 6*8 + 8)

// void winplugin_call(Frame *frame), on the system stack of a thread of the host. The result
// is 0.
TEXT ·winplugin_call(SB), NOSPLIT|NOFRAME, $0-0
	MOVQ ·winplugin_entries+0(SB), AX
	JMP  enter<>(SB)

// void winplugin_unbind(void *g), on a thread of the host that ends: releases its M.
// cgocallback without a function does that.
TEXT ·winplugin_unbind(SB), NOSPLIT|NOFRAME, $0-0
	XORL AX, AX
	JMP  enter<>(SB)

// Calls the Go function at AX, a func(unsafe.Pointer), with the argument DI. Functions that
// cgo exports use runtime.cgocallback(fn, frame, ctxt), too, and the runtime lets assembly
// of other packages call it (purego does).
TEXT enter<>(SB), NOSPLIT|NOFRAME, $0-0
	ADJSP $FRAME
	NOP  SP // tells vet that SP has changed
	MOVQ BX, 24(SP)
	MOVQ BP, 32(SP)
	MOVQ R12, 40(SP)
	MOVQ R13, 48(SP)
	MOVQ R14, 56(SP)
	MOVQ R15, 64(SP)
	MOVQ AX, 0(SP)
	MOVQ DI, 8(SP)
	MOVQ $0, 16(SP)
	CALL runtime·cgocallback(SB)
	MOVQ 24(SP), BX
	MOVQ 32(SP), BP
	MOVQ 40(SP), R12
	MOVQ 48(SP), R13
	MOVQ 56(SP), R14
	MOVQ 64(SP), R15
	ADJSP $-FRAME
	XORL AX, AX
	RET

// void leave(Frame *frame): passes a callback to the host. It runs on the system stack of any
// thread that runs code of this library.
TEXT leave<>(SB), NOSPLIT|NOFRAME, $0-0
	MOVQ header(header_slot), SI
	MOVQ header(header_hostentry), AX
	JMP  AX

// func winplugin_leave() uintptr
TEXT ·winplugin_leave(SB), NOSPLIT, $0-8
	LEAQ leave<>(SB), AX
	MOVQ AX, ret+0(FP)
	RET

// func winplugin_header() unsafe.Pointer
TEXT ·winplugin_header(SB), NOSPLIT, $0-8
	LEAQ header(0), AX
	MOVQ AX, ret+0(FP)
	RET

// void winplugin_bounds(uintptr bounds[2]): returns the bounds of the stack of the calling
// thread, which is a thread of the host.
TEXT winplugin_bounds(SB), NOSPLIT|NOFRAME, $0-0
	MOVQ header(header_bounds), AX
	JMP  AX

// Replaces void runtime.rtsigprocmask(int32 how, new, old *sigset, int32 size). It never
// blocks signal 64, by which the host ends the library's threads.
TEXT winplugin_rtsigprocmask<>(SB), NOSPLIT|NOFRAME, $0-0
	MOVL 8(SP), DI
	MOVQ 16(SP), SI
	MOVQ 24(SP), DX
	MOVL 32(SP), R10
	TESTQ SI, SI
	JZ   mask
	CMPL DI, $SIG_UNBLOCK
	JEQ  mask
	MOVQ 0(SI), AX
	BTRQ $63, AX
	MOVQ AX, -16(SP) // below SP, because the caller's set must not change: signal handlers keep 128 bytes there
	LEAQ -16(SP), SI
mask:
	MOVL $SYS_rt_sigprocmask, AX
	SYSCALL
	CMPQ AX, $-4095
	JCS  done
	INT  $3
done:
	RET

// int sigaction(uintptr signal, const SignalAction *new, SignalAction *old) for the runtime,
// which would call libc's otherwise. It writes the runtime's handlers to a table. The kernel
// calls the host's dispatcher, which calls the handlers in the table. A child process that was
// just forked shares the table, and has handlers of its own.
TEXT winplugin_sigaction(SB), NOSPLIT|NOFRAME, $0-0
	CMPQ header(header_slot), $0
	JEQ  alone
	MOVL $SYS_getpid, AX
	SYSCALL
	CMPQ AX, header(header_process)
	JNE  alone
	CMPQ DI, $64
	JHI  done
	MOVQ DI, R9
	SHLQ $5, R9
	LEAQ ·winplugin_signals(SB), R8
	ADDQ R9, R8
	TESTQ DX, DX
	JZ   set
	MOVUPS 0(R8), X0
	MOVUPS X0, 0(DX)
	MOVUPS 16(R8), X0
	MOVUPS X0, 16(DX)
set:
	TESTQ SI, SI
	JZ   done
	// The runtime resets a signal that ends a process to its default action: it has
	// printed the cause, and is about to send the signal to itself.
	CMPQ 0(SI), $0
	JNE  note
	CMPQ 0(R8), $0
	JEQ  note
	CMPQ DI, $6 // SIGABRT
	JEQ  die
	CMPQ DI, $7 // SIGBUS
	JEQ  die
	CMPQ DI, $8 // SIGFPE
	JEQ  die
	CMPQ DI, $11 // SIGSEGV
	JNE  note
die:
	CMPQ header(header_ended), $0
	JEQ  reset
	JMP  ·winplugin_die(SB)
reset:
	XORL DX, DX
	MOVL $8, R10
	MOVL $SYS_rt_sigaction, AX
	SYSCALL
	JMP  done
note:
	MOVUPS 8(SI), X0
	MOVUPS X0, 8(R8)
	MOVQ 24(SI), AX
	MOVQ AX, 24(R8)
	MOVQ 0(SI), AX
	MOVQ AX, 0(R8)
done:
	XORL AX, AX
	RET
alone: // After EINVAL the runtime makes the system call itself
	MOVL $22, AX
	RET

GLOBL ·winplugin_signals(SB), NOPTR, $(65*32)

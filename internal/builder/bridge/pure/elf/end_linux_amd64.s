//go:build go1.22

// Hooks of what ends a process, for linux/amd64. The host gives the library a function to
// call instead (abi.ELFHeader.Ended), unless the library is to end the process.

#include "textflag.h"

#define header_slot           224
#define header_process        248
#define header_state          256
#define header_exitcode       264
#define header_printed        272
#define header_output         296
#define header_ended          4392
#define header_dying          4400
#define header_textlen        4416
#define header_dies           4424
#define output_size           4096
#define text_size             65536
#define header(offset) ·winplugin_data+(offset)(SB)

// g_stackguard1 is -1 in a goroutine, and not in the g of a thread (runtime/runtime2.go). The linker knows
// its place.
#define g_stackguard1 24

#define image_starting 0
#define image_up       1
#define image_exited   2

#define SYS_write 1
#define SYS_getpid 39
#define SYS_exit 60
#define SYS_kill 62
#define SYS_gettid 186
#define SYS_futex 202
#define SYS_exit_group 231
#define SYS_tgkill 234
#define FUTEX_WAKE_PRIVATE 129

GLOBL winplugin_text(SB), NOPTR, $text_size

// Ends the library with the exit code SI.
TEXT ·winplugin_end(SB), NOSPLIT|NOFRAME, $0-0
	MOVQ header(header_slot), DI
	MOVQ header(header_ended), AX
	JMP  AX

// Ends the library where the runtime kills itself by a signal.
TEXT ·winplugin_die(SB), NOSPLIT|NOFRAME, $0-0
	MOVL $2, SI
	JMP  ·winplugin_end(SB)

// Replaces void runtime.exit(int32 code). It runs on any stack. A runtime that has not
// started stores its exit code, tells the host, and ends this thread only.
TEXT ·winplugin_exit(SB), NOSPLIT|NOFRAME, $0-0
	MOVL 8(SP), SI
	CMPQ header(header_state), $image_starting
	JNE  up
	MOVL SI, SI
	MOVQ SI, header(header_exitcode)
	MOVQ $image_exited, header(header_state)
	LEAQ header(header_state), DI
	MOVL $FUTEX_WAKE_PRIVATE, SI
	MOVL $0x7fffffff, DX
	MOVL $SYS_futex, AX
	SYSCALL
thread:
	XORL DI, DI
	MOVL $SYS_exit, AX
	SYSCALL
	INT  $3
up:
	CMPQ header(header_state), $image_exited
	JEQ  thread // another thread of a runtime that did not start
	MOVL $SYS_getpid, AX
	SYSCALL
	CMPQ AX, header(header_process)
	JNE  process // a child process that was just forked
	CMPQ header(header_ended), $0
	JEQ  process
	JMP  ·winplugin_end(SB)
process:
	MOVL SI, DI
	MOVL $SYS_exit_group, AX
	SYSCALL
	INT  $3

// Replaces void runtime.raiseproc(uint32 signal), which the runtime calls while it dies.
TEXT ·winplugin_raiseproc(SB), NOSPLIT|NOFRAME, $0-0
	CMPQ header(header_ended), $0
	JEQ  process
	JMP  ·winplugin_die(SB)
process:
	MOVL $SYS_getpid, AX
	SYSCALL
	MOVL AX, DI
	MOVL 8(SP), SI
	MOVL $SYS_kill, AX
	SYSCALL
	RET

// Replaces void runtime.raise(uint32 signal), by which the runtime kills itself.
TEXT ·winplugin_raise(SB), NOSPLIT|NOFRAME, $0-0
	CMPQ header(header_ended), $0
	JEQ  process
	JMP  ·winplugin_die(SB)
process:
	MOVL $SYS_gettid, AX
	SYSCALL
	MOVL AX, SI
	MOVL $SYS_getpid, AX
	SYSCALL
	MOVL AX, DI
	MOVL 8(SP), DX
	MOVL $SYS_tgkill, AX
	SYSCALL
	RET

// Replaces int32 runtime.write1(fd uintptr, p unsafe.Pointer, n int32). It stores what the
// runtime prints for the host. If the host lets the library die alone, its last words do
// not go to standard error.
TEXT ·winplugin_write1(SB), NOSPLIT|NOFRAME, $0-0
	CMPQ 8(SP), $2
	JNE  write
	MOVQ 16(SP), SI
	MOVL 24(SP), DX
	MOVL DX, CX
	MOVQ CX, AX
	LEAQ header(0), DI
	CMPQ header(header_state), $image_up
	JEQ  ring
	LOCK
	XADDQ AX, header_printed(DI) // reserves the place of this piece, as two threads may print
copy:
	TESTL CX, CX
	JZ   write
	CMPQ AX, $output_size
	JAE  write
	MOVB (SI), R8
	MOVB R8, header_output(DI)(AX*1)
	INCQ SI
	INCQ AX
	DECL CX
	JMP  copy

ring:
	LOCK
	XADDQ AX, header_textlen(DI)
	LEAQ winplugin_text(SB), R9
	MOVQ SI, R10
store:
	TESTL CX, CX
	JZ   stored
	MOVL AX, R11
	ANDL $(text_size-1), R11
	MOVB (R10), R8
	MOVB R8, (R9)(R11*1)
	INCQ R10
	INCQ AX
	DECL CX
	JMP  store
stored:
	CMPQ header_ended(DI), $0
	JEQ  write
	CMPQ header_dying(DI), $2
	JEQ  kept
	CMPL DX, $13
	JNE  maybe
	CMPL (SI), $0x61746166 // "fata" of "fatal error: "
	JNE  maybe
	CMPQ g_stackguard1(R14), $-1
	JEQ  maybe
	// The runtime prints it on a stack of the thread's, and a goroutine does not. No stack may follow: a
	// thread that prints this and one that is about to print a stack wait for each other
	// (runtime.fatal, runtime.startpanic_m).
	CMPQ header_dying(DI), $0
	JNE  stack
	MOVQ $0, header_printed(DI)
	JMP  stack
maybe:
	CMPQ header_dying(DI), $0
	JNE  dying
	// The last words begin with one of these.
	CMPL DX, $7
	JCS  write
	MOVL (SI), AX
	CMPL DX, $7
	JNE  fatal
	CMPL AX, $0x696e6170 // "pani" of "panic: "
	JEQ  begin
fatal:
	CMPL DX, $13
	JNE  signal
	CMPL AX, $0x61746166 // "fata" of "fatal error: "
	JEQ  begin
signal:
	CMPL AX, $0x78656e75 // "unex" of "unexpected fault address "
	JEQ  begin
	ANDL $0xffffff, AX
	CMPL AX, $0x474953 // "SIG", as in "SIGSEGV: segmentation violation"
	JNE  write
begin:
	MOVQ $0, header_printed(DI)
	MOVQ $1, header_dying(DI)
	JMP  kept
dying:
	// A stack follows: this is no text of the plugin's own.
	CMPL DX, $10
	JCS  kept
	MOVL (SI), AX
	JNE  heading
	CMPL AX, $0x6f726f67 // "goro" of "goroutine "
	JEQ  stack
heading:
	CMPL AX, $0x6e75720a // "\nrun" of "\nruntime stack:\n"
	JNE  kept
stack:
	MOVQ $2, header_dying(DI)
	MOVQ header_dies(DI), AX
	MOVQ header_slot(DI), DI
	CALL AX
kept:
	// The ring may lose the beginning, so that is kept apart.
	MOVQ 16(SP), SI
	MOVL 24(SP), CX
	MOVL CX, 32(SP)
	MOVQ CX, AX
	LEAQ header(0), DI
	LOCK
	XADDQ AX, header_printed(DI)
keep:
	TESTL CX, CX
	JZ   done
	CMPQ AX, $output_size
	JAE  done
	MOVB (SI), R8
	MOVB R8, header_output(DI)(AX*1)
	INCQ SI
	INCQ AX
	DECL CX
	JMP  keep
done:
	RET
write:
	MOVQ 8(SP), DI
	MOVQ 16(SP), SI
	MOVL 24(SP), DX
	MOVL $SYS_write, AX
	SYSCALL
	MOVL AX, 32(SP)
	RET

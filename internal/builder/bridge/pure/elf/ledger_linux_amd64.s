//go:build go1.22

// The ledger of a library made by the pure bridge, for linux/amd64. It records what the
// runtime and the standard library get from the system, so that the host can release it when
// the library is unloaded. The code runs on any thread, before the runtime has started, and
// while the runtime holds locks. So it is all assembly, and never waits.
//
// Code that closes or unmaps something removes its entry first, because another thread may
// get the same value right after the system call.
//
// All of this file is between winplugin_critical and winplugin_uncritical. (The linker keeps
// the order of a file's functions, except that static ones come first. The host checks this
// when it loads the library.) The host ends no thread of the library in this code. The
// exception is winplugin_syscall6, where threads wait: the host spares a thread there only
// directly after a SYSCALL that has succeeded, if R12 is not 0, and while R12 is file_close.

#include "textflag.h"

#define header_process        248
#define header_full           280
#define header_ended          4392
#define header_leaving        4432
#define header(offset) ·winplugin_data+(offset)(SB)

#define files         65536 // abi.FileSlots
#define system_calls  512   // abi.SystemCallSlots
#define memory_blocks 8192  // abi.MemoryBlocks

#define file_result    1
#define file_pair1     2
#define file_close     3
#define file_pair4     4
#define file_duplicate 5
#define ends_process 6

#define SYS_mmap   9
#define SYS_munmap 11
#define SYS_getpid 39
#define SYS_exit   60
#define SYS_pipe2  293
#define SYS_clone3 435

#define CLONE_PIDFD 0x1000

// The kernel's struct clone_args.
#define clone_flags 0
#define clone_pidfd 8

GLOBL ·winplugin_files(SB), NOPTR, $files
GLOBL ·winplugin_systemcalls(SB), NOPTR, $system_calls
GLOBL ·winplugin_memory(SB), NOPTR, $(16*memory_blocks)

TEXT ·winplugin_critical(SB), NOSPLIT|NOFRAME, $0-0
	INT $3

// Replaces Syscall6 of internal/runtime/syscall: (num, a1 … a6 uintptr) (r1, r2, errno
// uintptr) in ABIInternal, with the arguments in AX, BX, CX, DI, SI, R8, R9 and the results
// in AX, BX, CX. R10 to R13 are free. It runs on a goroutine's stack or a system stack.
TEXT ·winplugin_syscall6(SB), NOSPLIT|NOFRAME, $0-0
	MOVQ SI, R10
	MOVQ DI, DX
	MOVQ CX, SI
	MOVQ BX, DI
	XORL R12, R12 // what is recorded of it
	CMPQ header(header_leaving), $0
	JNE  leave
made:
	CMPQ AX, $system_calls
	JCC  call
	LEAQ ·winplugin_systemcalls(SB), R11
	MOVBLZX (R11)(AX*1), R12
call:
	MOVQ DI, R13
	CMPL R12, $file_close
	JEQ  close
	CMPL R12, $ends_process
	JEQ  end
	SYSCALL
	JMP  ·winplugin_entered(SB)

close:
	// A child process that was just forked shares the parent's memory, but has its own
	// descriptors, which must not be recorded.
	MOVQ AX, BX
	MOVL $SYS_getpid, AX
	SYSCALL
	CMPQ AX, header(header_process)
	JNE  closing
	CMPQ DI, $files
	JCC  closing
	LEAQ ·winplugin_files(SB), R11
	MOVB $0, (R11)(DI*1)
closing:
	MOVQ BX, AX
	SYSCALL
	XORL R12, R12
	JMP  ·winplugin_entered(SB)

end:
	MOVL DI, SI
	MOVQ AX, BX
	MOVL $SYS_getpid, AX
	SYSCALL
	CMPQ AX, header(header_process)
	JNE  closing // a child process that was just forked
	CMPQ header(header_ended), $0
	JEQ  closing
	JMP  ·winplugin_end(SB)

leave:
	// A thread that makes one recorded system call after the other is hardly ever where a
	// signal may end it. Here it holds nothing that is not recorded.
	MOVQ AX, BX
	MOVL $SYS_getpid, AX
	SYSCALL
	CMPQ AX, header(header_process)
	MOVQ BX, AX
	JNE  made // a child process that was just forked
	MOVL $2, SI
	CMPQ header(header_ended), $0
	JEQ  gone
	JMP  ·winplugin_end(SB)
gone:
	XORL DI, DI
	MOVL $SYS_exit, AX
	SYSCALL
	INT  $3

// After the system call. R12 says what to record of it, and R13 is its first argument.
TEXT ·winplugin_entered(SB), NOSPLIT|NOFRAME, $0-0
	CMPQ AX, $0xfffffffffffff001
	JHI  failed
	TESTL R12, R12
	JNZ  note
ok:
	MOVQ DX, BX
	MOVQ $0, CX
	RET
failed:
	NEGQ AX
	MOVQ AX, CX
	MOVQ $-1, AX
	MOVQ $0, BX
	RET
note:
	MOVQ AX, R8
	MOVL $SYS_getpid, AX
	SYSCALL
	MOVQ AX, CX
	MOVQ R8, AX
	CMPQ CX, header(header_process)
	JNE  ok // in a forked child
	LEAQ ·winplugin_files(SB), R11
	CMPL R12, $file_pair1
	JEQ  pair
	CMPL R12, $file_pair4
	JEQ  fourth
	CMPL R12, $file_duplicate
	JNE  one
	CMPQ SI, $0 // F_DUPFD
	JEQ  one
	CMPQ SI, $1030 // F_DUPFD_CLOEXEC
	JNE  ok
one:
	CMPQ AX, $files
	JCC  full
	MOVB $1, (R11)(AX*1)
	JMP  ok
fourth:
	MOVQ R10, R13
pair:
	MOVL 0(R13), CX
	CMPQ CX, $files
	JCC  full
	MOVB $1, (R11)(CX*1)
	MOVL 4(R13), CX
	CMPQ CX, $files
	JCC  full
	MOVB $1, (R11)(CX*1)
	JMP  ok
full:
	MOVQ $1, header(header_full)
	JMP  ok

// Replaces runtime.pipe2(flags int32) (r, w int32, errno int32).
TEXT ·winplugin_pipe2(SB), NOSPLIT|NOFRAME, $0-0
	LEAQ 16(SP), DI
	MOVL 8(SP), SI
	MOVL $SYS_pipe2, AX
	SYSCALL
	MOVL AX, 24(SP)
	TESTL AX, AX
	JNZ  done
	LEAQ ·winplugin_files(SB), R11
	MOVL 16(SP), CX
	CMPQ CX, $files
	JCC  full
	MOVB $1, (R11)(CX*1)
	MOVL 20(SP), CX
	CMPQ CX, $files
	JCC  full
	MOVB $1, (R11)(CX*1)
done:
	RET
full:
	MOVQ $1, header(header_full)
	RET

// Replaces syscall.rawVforkSyscall(trap, a1, a2, a3 uintptr) (r1, err uintptr), which makes a
// clone or clone3. Until the child executes a program it runs on this stack, so the return
// address is not there meanwhile.
TEXT ·winplugin_vfork(SB), NOSPLIT|NOFRAME, $0-0
	MOVQ 8(SP), AX
	MOVQ 16(SP), DI
	MOVQ 24(SP), SI
	MOVQ 32(SP), DX
	XORL R10, R10
	XORL R8, R8
	XORL R9, R9
	MOVQ AX, R13
	POPQ R12
	SYSCALL
	PUSHQ R12
	CMPQ AX, $0xfffffffffffff001
	JHI  failed
	MOVQ AX, 40(SP)
	MOVQ $0, 48(SP)
	TESTQ AX, AX
	JZ   done // the child: its parent records
	CMPQ R13, $SYS_clone3
	JNE  flags
	MOVQ clone_pidfd(DI), DX
	MOVQ clone_flags(DI), DI
flags:
	TESTQ $CLONE_PIDFD, DI
	JZ   done
	MOVL (DX), CX
	CMPQ CX, $files
	JCC  full
	LEAQ ·winplugin_files(SB), R11
	MOVB $1, (R11)(CX*1)
done:
	RET
full:
	MOVQ $1, header(header_full)
	RET
failed:
	NEGQ AX
	MOVQ $-1, 40(SP)
	MOVQ AX, 48(SP)
	RET

// void *mmap(void *address, size_t n, int prot, int flags, int fd, off_t offset) for the
// runtime, which would call libc's otherwise. If it fails, the result is an errno. A mapping
// within one that is recorded (MAP_FIXED) needs no entry. The runtime's offset is always 0.
TEXT winplugin_mmap(SB), NOSPLIT|NOFRAME, $0-0
	MOVQ CX, R10
	PUSHQ CX
	XORL R9, R9
	MOVL $SYS_mmap, AX
	SYSCALL
	POPQ R9
	CMPQ AX, $-4095
	JCC  failed
	TESTQ $0x10, R9 // MAP_FIXED
	JNZ  done
	MOVQ AX, R8
	LEAQ ·winplugin_memory(SB), R10
	MOVL $memory_blocks, CX
next:
	CMPQ (R10), $0
	JNE  taken
	XORL AX, AX
	LOCK
	CMPXCHGQ R8, (R10)
	JEQ  recorded
taken:
	ADDQ $16, R10
	DECL CX
	JNZ  next
	MOVQ $1, header(header_full)
	JMP  out
recorded:
	MOVQ SI, 8(R10)
out:
	MOVQ R8, AX
done:
	RET
failed:
	NEGQ AX
	RET

// void munmap(void *address, size_t n) for the runtime, which unmaps whole mappings, or the
// two ends of a mapping that it aligns. The rest of the mapping remains recorded.
TEXT winplugin_munmap(SB), NOSPLIT|NOFRAME, $0-0
	LEAQ ·winplugin_memory(SB), R10
	MOVL $memory_blocks, CX
next:
	MOVQ (R10), AX
	TESTQ AX, AX
	JZ   more
	CMPQ DI, AX
	JCS  more // it is below
	MOVQ AX, DX
	ADDQ 8(R10), DX
	CMPQ DI, DX
	JCC  more // it is above
	CMPQ DI, AX
	JNE  tail
	CMPQ SI, 8(R10)
	JNE  head
	MOVQ $0, 8(R10)
	MOVQ $0, (R10)
	JMP  unmap
head:
	SUBQ SI, 8(R10)
	ADDQ SI, (R10)
	JMP  unmap
tail:
	MOVQ DI, DX
	SUBQ AX, DX
	MOVQ DX, 8(R10)
	JMP  unmap
more:
	ADDQ $16, R10
	DECL CX
	JNZ  next
unmap:
	MOVL $SYS_munmap, AX
	SYSCALL
	RET

TEXT ·winplugin_uncritical(SB), NOSPLIT|NOFRAME, $0-0
	INT $3

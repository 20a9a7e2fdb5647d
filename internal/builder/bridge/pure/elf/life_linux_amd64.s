//go:build go1.22

// The end of a plugin in a process of its own, when its host has ended, for linux/amd64. The
// plugin's runtime may hang, so a thread that is none of its threads waits for that.

#include "textflag.h"

#define header_slot 224
#define header(offset) ·winplugin_data+(offset)(SB)

// The descriptor of a pipe that ends with the host: see package process of the host.
#define LIFE 4

// A struct stat, and what is a pipe.
#define STAT 144
#define stat_mode 24
#define S_IFMT 0xf000
#define S_IFIFO 0x1000

// The descriptor of the file cgroup.kill of this process's control group, if it has one. A struct statfs
// begins with the kind of the file system. It is smaller than a struct stat.
#define GROUP 5
#define CGROUP2 0x63677270
#define F_SETFD 2
#define FD_CLOEXEC 1

#define SYS_read 0
#define SYS_write 1
#define SYS_fstat 5
#define SYS_rt_sigprocmask 14
#define SYS_getpid 39
#define SYS_clone 56
#define SYS_exit 60
#define SYS_kill 62
#define SYS_fcntl 72
#define SYS_getpgrp 111
#define SYS_fstatfs 138
#define SYS_exit_group 231
#define SIG_SETMASK 2
#define SIGKILL 9

// CLONE_VM, _FS, _FILES, _SIGHAND, _THREAD and _SYSVSEM.
#define LIFE_FLAGS (0x100|0x200|0x400|0x800|0x10000|0x40000)

DATA blockedSignals<>(SB)/8, $0xffffffffffffffff
GLOBL blockedSignals<>(SB), NOPTR|RODATA, $8

GLOBL lifeStack<>(SB), NOPTR, $4096

// Not 0: this process has a control group.
GLOBL grouped<>(SB), NOPTR, $8

DATA killAll<>(SB)/8, $"1"
GLOBL killAll<>(SB), NOPTR|RODATA, $8

// Returns in AX 0 if GROUP is a file of a control group.
TEXT checkGroup<>(SB), NOSPLIT|NOFRAME, $0-0
	SUBQ $STAT, SP
	MOVL $GROUP, DI
	MOVQ SP, SI
	MOVL $SYS_fstatfs, AX
	SYSCALL
	MOVQ 0(SP), CX
	ADDQ $STAT, SP
	SUBQ $CGROUP2, CX
	ORQ  CX, AX
	RET

// void _cgo_notify_runtime_init_done(void *), which the runtime calls before it runs init
// functions. If no host has mapped this library, it starts the thread.
TEXT winplugin_begin(SB), NOSPLIT|NOFRAME, $0-0
	CMPQ header(header_slot), $0
	JNE  done
	SUBQ $STAT, SP
	MOVL $LIFE, DI
	MOVQ SP, SI
	MOVL $SYS_fstat, AX
	SYSCALL
	MOVL stat_mode(SP), CX
	ADDQ $STAT, SP
	TESTQ AX, AX
	JNE  done
	ANDL $S_IFMT, CX
	CMPL CX, $S_IFIFO
	JNE  done // no host has started this program
	CALL checkGroup<>(SB)
	JNE  begin
	MOVQ $1, grouped<>(SB)
	MOVL $GROUP, DI
	MOVL $F_SETFD, SI
	MOVL $FD_CLOEXEC, DX
	MOVL $SYS_fcntl, AX
	SYSCALL
begin:
	SUBQ $8, SP
	MOVL $SIG_SETMASK, DI // no signal for the runtime may find the new thread
	LEAQ blockedSignals<>(SB), SI
	LEAQ 0(SP), DX
	MOVL $8, R10
	MOVL $SYS_rt_sigprocmask, AX
	SYSCALL
	MOVL $LIFE_FLAGS, DI
	LEAQ lifeStack<>+4088(SB), SI
	XORL DX, DX
	XORL R10, R10
	XORL R8, R8
	MOVL $SYS_clone, AX
	SYSCALL
	TESTQ AX, AX
	JEQ  watch
	MOVL $SIG_SETMASK, DI
	LEAQ 0(SP), SI
	XORL DX, DX
	MOVL $8, R10
	MOVL $SYS_rt_sigprocmask, AX
	SYSCALL
	ADDQ $8, SP
done:
	XORL AX, AX
	RET

watch:
	MOVL $LIFE, DI
	LEAQ lifeStack<>(SB), SI
	MOVL $1, DX
	MOVL $SYS_read, AX
	SYSCALL
	CMPQ AX, $-4 // EINTR
	JEQ  watch
	CMPQ AX, $-11 // EAGAIN
	JEQ  watch
	CMPQ AX, $0
	JGT  watch
	JEQ  over
	XORL DI, DI // there is no such pipe, and no host has started this program
	MOVL $SYS_exit, AX
	SYSCALL
	INT  $3
over:
	CMPQ grouped<>(SB), $0
	JEQ  group
	CALL checkGroup<>(SB)
	JNE  group // the plugin has closed the file
	MOVL $GROUP, DI
	LEAQ killAll<>(SB), SI
	MOVL $1, DX
	MOVL $SYS_write, AX
	SYSCALL
group:
	// The processes that this one has started are in its process group, unless they have left it.
	MOVL $SYS_getpid, AX
	SYSCALL
	MOVQ AX, R12
	MOVL $SYS_getpgrp, AX
	SYSCALL
	CMPQ AX, R12
	JNE  alone
	XORL DI, DI
	MOVL $SIGKILL, SI
	MOVL $SYS_kill, AX
	SYSCALL
alone:
	MOVL $(128+SIGKILL), DI
	MOVL $SYS_exit_group, AX
	SYSCALL
	INT  $3

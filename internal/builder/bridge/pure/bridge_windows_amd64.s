//go:build go1.22 && !cgo

// The entries of a library made by the pure bridge, for windows/amd64. All but
// the Go functions at the end are called in the Win64 convention: arguments in
// CX, DX, R8, R9; AX, CX, DX, R8 to R11 and X0 to X5 may be overwritten.

#include "textflag.h"

// abi.ImageHeader, field for field.
#define image_magic       0
#define image_version     16
#define image_size        24
#define image_call        32
#define image_bind        56
#define image_unbind      64
#define image_word        72
#define image_exithook    88
#define image_writehook   96
#define image_ready       104
#define image_setevent    120
#define image_exitthread  128
#define image_exitprocess 136
#define image_writefile   144
#define image_state       152
#define image_exitcode    160
#define image_printed     168
#define image_output      176
#define image_ledger      4272
#define image_callbacks   4280
#define image_all         4296
#define output_size       4096

DATA ·winplugin_image+image_magic(SB)/8, $0x676d4967756c7057
DATA ·winplugin_image+(image_magic+8)(SB)/8, $0x9e3779b97f4a7c16
DATA ·winplugin_image+image_version(SB)/8, $19
DATA ·winplugin_image+image_size(SB)/8, $72
DATA ·winplugin_image+image_call(SB)/8, $·winplugin_call(SB)
DATA ·winplugin_image+image_bind(SB)/8, $·winplugin_bind(SB)
DATA ·winplugin_image+image_unbind(SB)/8, $·winplugin_unbind(SB)
DATA ·winplugin_image+image_exithook(SB)/8, $·winplugin_exit(SB)
DATA ·winplugin_image+image_writehook(SB)/8, $·winplugin_write(SB)
DATA ·winplugin_image+image_ledger(SB)/8, $·winplugin_ledger(SB)
DATA ·winplugin_image+image_callbacks(SB)/8, $runtime·callbackasm(SB)
DATA ·winplugin_image+(image_callbacks+8)(SB)/8, $runtime·callbackasm1(SB)
GLOBL ·winplugin_image(SB), NOPTR, $image_all

// Saves the registers that Windows preserves and Go does not, and the direction flag, which
// must be clear in Go. Below them are three words for the arguments of cgocallback. Together
// with the return address the size is a multiple of 16.
#define FRAME (3*8 + 8*8 + 10*16 + 8)
#define SAVE \
	MOVQ DI, 24(SP) \
	MOVQ SI, 32(SP) \
	MOVQ BP, 40(SP) \
	MOVQ BX, 48(SP) \
	MOVQ R12, 56(SP) \
	MOVQ R13, 64(SP) \
	MOVQ R14, 72(SP) \
	MOVQ R15, 80(SP) \
	MOVUPS X6, 88(SP) \
	MOVUPS X7, 104(SP) \
	MOVUPS X8, 120(SP) \
	MOVUPS X9, 136(SP) \
	MOVUPS X10, 152(SP) \
	MOVUPS X11, 168(SP) \
	MOVUPS X12, 184(SP) \
	MOVUPS X13, 200(SP) \
	MOVUPS X14, 216(SP) \
	MOVUPS X15, 232(SP)
#define RESTORE \
	MOVQ 24(SP), DI \
	MOVQ 32(SP), SI \
	MOVQ 40(SP), BP \
	MOVQ 48(SP), BX \
	MOVQ 56(SP), R12 \
	MOVQ 64(SP), R13 \
	MOVQ 72(SP), R14 \
	MOVQ 80(SP), R15 \
	MOVUPS 88(SP), X6 \
	MOVUPS 104(SP), X7 \
	MOVUPS 120(SP), X8 \
	MOVUPS 136(SP), X9 \
	MOVUPS 152(SP), X10 \
	MOVUPS 168(SP), X11 \
	MOVUPS 184(SP), X12 \
	MOVUPS 200(SP), X13 \
	MOVUPS 216(SP), X14 \
	MOVUPS 232(SP), X15

// void winplugin_call(Frame *frame)
TEXT ·winplugin_call(SB), NOSPLIT|NOFRAME, $0-0
	MOVQ ·winplugin_entries+0(SB), AX
	JMP  enter<>(SB)

// void winplugin_bind(void): enters a Go function that sets the word at abi.EntryTable.Word,
// so that the thread keeps its M.
TEXT ·winplugin_bind(SB), NOSPLIT|NOFRAME, $0-0
	MOVQ ·winplugin_entries+8(SB), AX
	LEAQ ·winplugin_image(SB), CX
	MOVQ image_word(CX), CX
	JMP  enter<>(SB)

// void winplugin_unbind(void *g): the callback of a fiber-local slot when a thread ends.
TEXT ·winplugin_unbind(SB), NOSPLIT|NOFRAME, $0-0
	XORL AX, AX
	JMP  enter<>(SB)

// Calls the Go function at AX, a func(unsafe.Pointer), with the argument CX. If AX is null,
// it releases the thread's M. cgo and syscall.NewCallback use runtime.cgocallback(fn, frame,
// ctxt), too, and the runtime lets assembly of other packages call it (purego does).
TEXT enter<>(SB), NOSPLIT, $0-0
	PUSHFQ
	CLD
	ADJSP $FRAME
	NOP SP // tells vet that SP has changed
	SAVE
	MOVQ AX, 0(SP)
	MOVQ CX, 8(SP)
	MOVQ $0, 16(SP)
	CALL runtime·cgocallback(SB)
	RESTORE
	ADJSP $-FRAME
	POPFQ
	RET

// void ExitProcess(uint32 code), as the library's runtime calls it. A runtime that
// has not started must not end the host's process: it stores its exit code, tells the host,
// and ends this thread only. After the start this is ExitProcess.
TEXT ·winplugin_exit(SB), NOSPLIT|NOFRAME, $0-0
	LEAQ ·winplugin_image(SB), R10
	CMPQ image_state(R10), $1
	JEQ  up
	MOVL CX, CX // the upper half is undefined
	MOVQ CX, image_exitcode(R10)
	MOVQ $2, DX
	XORL AX, AX
	LOCK
	CMPXCHGQ DX, image_state(R10)
	JEQ  exited
	CMPQ AX, $1
	JEQ  up // since a moment
exited:
	SUBQ $40, SP // 32 bytes for the callee, and alignment
	MOVQ image_ready(R10), CX
	MOVQ image_setevent(R10), AX
	CALL AX
	LEAQ ·winplugin_image(SB), R10
	XORL CX, CX
	MOVQ image_exitthread(R10), AX
	CALL AX
	INT  $3
up:
	MOVQ image_exitprocess(R10), AX
	JMP  AX

// BOOL WriteFile(handle, const void *data, uint32 size, uint32 *written, overlapped),
// as the library's runtime calls it to print. (Package os of the standard library finds the
// function in another way.) While the runtime starts, the text is also stored for the host.
// Then the real function is called.
TEXT ·winplugin_write(SB), NOSPLIT|NOFRAME, $0-0
	LEAQ ·winplugin_image(SB), R10
	CMPQ image_state(R10), $1
	JEQ  write
	PUSHQ BX
	PUSHQ SI
	MOVL R8, BX
	MOVQ DX, SI
	MOVQ BX, AX
	LOCK
	XADDQ AX, image_printed(R10) // reserves the place of this piece, as two threads may print
copy:
	TESTL BX, BX
	JZ   copied
	CMPQ AX, $output_size
	JAE  copied
	MOVB (SI), R11
	MOVB R11, image_output(R10)(AX*1)
	INCQ SI
	INCQ AX
	DECL BX
	JMP  copy
copied:
	POPQ SI
	POPQ BX
write:
	MOVQ image_writefile(R10), R11
	JMP  R11

// func winplugin_address() unsafe.Pointer
TEXT ·winplugin_address(SB), NOSPLIT, $0-8
	LEAQ ·winplugin_image(SB), AX
	MOVQ AX, ret+0(FP)
	RET

// func winplugin_tls() uintptr
TEXT ·winplugin_tls(SB), NOSPLIT, $0-8
	MOVQ runtime·tls_g(SB), AX
	MOVQ AX, ret+0(FP)
	RET

// void winplugin_stack(uintptr bounds[2]): returns the bounds of the calling thread's stack,
// from TEB.DeallocationStack and NT_TIB.StackBase. The system guards the lowest pages.
TEXT ·winplugin_stack(SB), NOSPLIT|NOFRAME, $0-0
	MOVQ 0x30(GS), AX // TEB
	MOVQ 0x1478(AX), DX
	ADDQ $16384, DX
	MOVQ DX, 0(CX)
	MOVQ 8(AX), DX
	MOVQ DX, 8(CX)
	RET

// func winplugin_bounds() uintptr
TEXT ·winplugin_bounds(SB), NOSPLIT, $0-8
	LEAQ ·winplugin_stack(SB), AX
	MOVQ AX, ret+0(FP)
	RET

#include "textflag.h"

// Saves the registers that Windows preserves and Go does not. Below them are three words for
// the arguments of cgocallback. Together with the return address the size is a multiple of
// 16.
#define FRAME (3*8 + 8*8 + 10*16)
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

// void hostEntry(Frame *f), Win64 calling convention. See callback.go.
//
// syscall.NewCallback uses runtime.cgocallback(fn, frame, ctxt), too, and the runtime lets
// assembly of other packages call it (purego does).
TEXT ·hostEntry(SB), NOSPLIT|NOFRAME, $0-0
	ADJSP $FRAME
	SAVE
	MOVQ ·entryCode+0(SB), AX
	MOVQ AX, 0(SP)
	MOVQ CX, 8(SP)
	MOVQ $0, 16(SP)
	CALL runtime·cgocallback(SB)
	RESTORE
	ADJSP $-FRAME
	RET

// The address of the code, for libraries. The value of a Go func would be the address of a
// wrapper.
DATA ·hostEntryPC(SB)/8, $·hostEntry(SB)
GLOBL ·hostEntryPC(SB), NOPTR|RODATA, $8

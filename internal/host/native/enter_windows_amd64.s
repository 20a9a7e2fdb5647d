#include "go_asm.h"
#include "textflag.h"
#include "record_windows_amd64.h"

// void enterBound(Transition *c), Win64 calling convention, on the system stack.
//
// Checks whether this thread has a g of the library's runtime. The runtime keeps in a TLS
// slot a pointer to a word that holds g (golang.org/issue/56185 and
// runtime/sys_windows_amd64.s). If the pointer or the word is null, the thread has none, and
// the code sets c->g to null and calls nothing. Otherwise it stores the g in c->g and calls
// c->call(c->frame).
TEXT ·enterBound(SB), NOSPLIT|NOFRAME, $0
	MOVQ 0x30(GS), AX    // TEB
	MOVQ Transition_tls(CX), DX
	MOVQ (AX)(DX*1), AX
	TESTQ AX, AX
	JZ   unbound
	MOVQ (AX), AX
	TESTQ AX, AX
	JZ   unbound
	MOVQ AX, Transition_g(CX)
	JMP  ·enterAny(SB)

unbound:
	MOVQ $0, Transition_g(CX)
	RET

// void enterAny(Transition *c): the same on any thread. While the library has the thread, a
// record on its stack says where to continue if the library ends. In that case, and if it has
// ended before, it sets c->cut.
TEXT ·enterAny(SB), NOSPLIT|NOFRAME, $0
	MOVQ Transition_slot(CX), R11
	LEAQ -16(SP), SP
	MOVQ BX, 0(SP)
	MOVQ BP, 8(SP)
	MOVQ SP, BX
	// The call needs 32 bytes for the callee's use and a stack aligned to 16.
	LEAQ -(32+record__size)(SP), SP
	ANDQ $~15, SP
	TESTQ R11, R11
	JZ   plain
	INNERMOST(AX, DX, R9)
	MOVQ R9, (32+record_previous)(SP)
	MOVQ R11, (32+record_slot)(SP)
	LEAQ ·resumeCall(SB), R9
	MOVQ R9, (32+record_resume)(SP)
	MOVQ BX, (32+record_sp)(SP)
	MOVQ CX, (32+record_argument)(SP)
	LEAQ 32(SP), R10
	MOVQ R10, (AX)(DX*1)
	CMPQ callbackSlot_ended(R11), $0
	JNE  ended
	MOVQ Transition_call(CX), AX
	MOVQ Transition_frame(CX), CX
	CALL AX
	LEAQ 32(SP), R10
	// What it returns after its end may come of how it was ended.
	MOVQ record_slot(R10), R11
	CMPQ callbackSlot_ended(R11), $0
	JNE  ended
	POPRECORD(AX, DX, R9, record_previous(R10))
	JMP  done
plain:
	MOVQ Transition_call(CX), AX
	MOVQ Transition_frame(CX), CX
	CALL AX
done:
	MOVQ BX, SP
	MOVQ 0(SP), BX
	MOVQ 8(SP), BP
	LEAQ 16(SP), SP
	RET
ended:
	JMP ·resumeCall(SB)

// The addresses of the code, for cgocall. The value of a Go func would be the address of a
// wrapper.
DATA ·enterBoundPC(SB)/8, $·enterBound(SB)
GLOBL ·enterBoundPC(SB), NOPTR|RODATA, $8
DATA ·enterAnyPC(SB)/8, $·enterAny(SB)
GLOBL ·enterAnyPC(SB), NOPTR|RODATA, $8

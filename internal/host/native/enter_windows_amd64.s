#include "go_asm.h"
#include "textflag.h"

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

	// The call needs 32 bytes for the callee's use and a stack aligned to 16.
	PUSHQ BX
	MOVQ SP, BX
	SUBQ $32, SP
	ANDQ $~15, SP
	MOVQ Transition_call(CX), AX
	MOVQ Transition_frame(CX), CX
	CALL AX
	MOVQ BX, SP
	POPQ BX
	RET

unbound:
	MOVQ $0, Transition_g(CX)
	RET

// The address of the code, for cgocall. The value of a Go func would be the address of a
// wrapper.
DATA ·enterBoundPC(SB)/8, $·enterBound(SB)
GLOBL ·enterBoundPC(SB), NOPTR|RODATA, $8

#include "textflag.h"

// Code that the system calls, and that calls on into a library if that is still there.
// See claim_windows.go. Win64 convention, on a stack of the system's, on any thread.

// claim, field for field.
#define claim_inside     0
#define claim_generation 8
#define claim_unbind     16
#define claim_handlers   24
#define claim_size       88
#define handlers         8

// bond, field for field.
#define bond_next        0
#define bond_claim       8
#define bond_generation  16
#define bond_g           24
#define bond_taken       32

// void leaveThread(bond *b), callback of a fiber-local slot, as a thread ends: hands
// back the M of each library that the thread is bound to. A library that goes at the
// same time changes the generation first, and then waits for inside to be zero: either
// it is seen here that it goes, or it waits. Once taken is zero the bond is another's.
TEXT ·leaveThread(SB), NOSPLIT|NOFRAME, $0
	PUSHQ BX
	PUSHQ SI
	SUBQ $40, SP
next:
	TESTQ CX, CX
	JZ   done
	MOVQ CX, BX
	MOVQ bond_claim(BX), SI
	LOCK
	INCQ claim_inside(SI)
	MOVQ bond_generation(BX), AX
	CMPQ AX, claim_generation(SI)
	JNE  gone
	MOVQ bond_g(BX), CX
	MOVQ claim_unbind(SI), AX
	CALL AX
gone:
	LOCK
	DECQ claim_inside(SI)
	MOVQ bond_next(BX), CX
	MOVQ $0, bond_taken(BX)
	JMP  next
done:
	ADDQ $40, SP
	POPQ SI
	POPQ BX
	RET

// int32 handler(argument): calls the library's handler, if there is one, else it
// answers 0: EXCEPTION_CONTINUE_SEARCH to an exception, FALSE to a console event, that
// is, ask the next one. Reached by a call from handlerThunks, whose return address says
// which.
TEXT handler<>(SB), NOSPLIT|NOFRAME, $0
	MOVQ 0(SP), AX
	ADDQ $8, SP
	LEAQ ·handlerThunks(SB), R10
	SUBQ R10, AX
	XORL DX, DX
	MOVL $5, R10 // thunkSize
	DIVL R10
	DECL AX      // the return address is behind the call
	MOVL AX, R10
	ANDL $(handlers-1), R10
	SHRL $3, AX
	IMULQ $claim_size, AX
	LEAQ ·claims(SB), R11
	ADDQ AX, R11
	PUSHQ BX
	SUBQ $32, SP
	MOVQ R11, BX
	LOCK
	INCQ claim_inside(BX)
	MOVQ claim_handlers(BX)(R10*8), AX
	TESTQ AX, AX
	JZ   none
	CALL AX
none:
	LOCK
	DECQ claim_inside(BX)
	ADDQ $32, SP
	POPQ BX
	RET

#define THUNK CALL handler<>(SB)
#define THUNKS8 THUNK; THUNK; THUNK; THUNK; THUNK; THUNK; THUNK; THUNK
#define THUNKS64 THUNKS8; THUNKS8; THUNKS8; THUNKS8; THUNKS8; THUNKS8; THUNKS8; THUNKS8
TEXT ·handlerThunks(SB), NOSPLIT|NOFRAME, $0
	THUNKS64
	THUNKS64
	THUNKS64
	THUNKS64
	THUNKS64
	THUNKS64
	THUNKS64
	THUNKS64

// Addresses: the value of a Go func would be that of a wrapper.
DATA ·leaveThreadPC(SB)/8, $·leaveThread(SB)
GLOBL ·leaveThreadPC(SB), NOPTR|RODATA, $8
DATA ·handlerThunksPC(SB)/8, $·handlerThunks(SB)
GLOBL ·handlerThunksPC(SB), NOPTR|RODATA, $8

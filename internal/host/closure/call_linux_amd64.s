#include "funcdata.h"
#include "textflag.h"

// Fields of a closure.
#define closure_entered 8
#define closure_mask    16

// Places of the arguments and results of entered on the stack.
#define pointers  0
#define numbers   (pointers + 9*8)
#define reals     (numbers + 9*8)
#define rpointers (reals + 8*8)
#define rnumbers  (rpointers + 9*8)
#define rreals    (rnumbers + 9*8)
// The first argument, which is in AX, has 8 bytes behind them.

#define PUT(register, i) \
	MOVQ register, (numbers + 8*i)(SP) \
	ANDQ (closure_mask + 8*i)(DX), register \
	MOVQ register, (pointers + 8*i)(SP)

#define TAKE(register, i) \
	MOVQ (rpointers + 8*i)(SP), register \
	ORQ  (rnumbers + 8*i)(SP), register

// call is the code of all funcs that Make makes. DX is the closure. Nothing between the entry and
// the call of entered, and between its return and the end, lets the collector run: the assembler
// adds no check of the stack to this function, and code in assembly is not preempted.
TEXT ·call(SB), NOSPLIT, $424-0
	NO_LOCAL_POINTERS
	PUT(AX, 0)
	PUT(BX, 1)
	PUT(CX, 2)
	PUT(DI, 3)
	PUT(SI, 4)
	PUT(R8, 5)
	PUT(R9, 6)
	PUT(R10, 7)
	PUT(R11, 8)
	MOVSD X0, (reals + 0)(SP)
	MOVSD X1, (reals + 8)(SP)
	MOVSD X2, (reals + 16)(SP)
	MOVSD X3, (reals + 24)(SP)
	MOVSD X4, (reals + 32)(SP)
	MOVSD X5, (reals + 40)(SP)
	MOVSD X6, (reals + 48)(SP)
	MOVSD X7, (reals + 56)(SP)
	MOVQ DX, AX
	MOVQ closure_entered(DX), R12
	CALL R12
	TAKE(AX, 0)
	TAKE(BX, 1)
	TAKE(CX, 2)
	TAKE(DI, 3)
	TAKE(SI, 4)
	TAKE(R8, 5)
	TAKE(R9, 6)
	TAKE(R10, 7)
	TAKE(R11, 8)
	MOVSD (rreals + 0)(SP), X0
	MOVSD (rreals + 8)(SP), X1
	MOVSD (rreals + 16)(SP), X2
	MOVSD (rreals + 24)(SP), X3
	MOVSD (rreals + 32)(SP), X4
	MOVSD (rreals + 40)(SP), X5
	MOVSD (rreals + 48)(SP), X6
	MOVSD (rreals + 56)(SP), X7
	RET

DATA ·callCode(SB)/8, $·call(SB)
GLOBL ·callCode(SB), NOPTR|RODATA, $8

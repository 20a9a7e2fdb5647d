#include "go_asm.h"
#include "textflag.h"

// See callbackslot_windows_amd64.s. Libraries for arm64 keep no ledger, so they are never
// unloaded and need no handlers here. This code has not been run yet.

// void leaveThread(threadBinding *b)
TEXT ·leaveThread(SB), NOSPLIT|NOFRAME, $0
	SUB  $48, RSP
	STP  (R29, R30), 0(RSP)
	STP  (R19, R20), 16(RSP)
	MOVD R0, R19
next:
	CBZ  R19, done
	MOVD threadBinding_slot(R19), R20
	MOVD threadBinding_generation(R19), R1
	MOVD callbackSlot_generation(R20), R2
	CMP  R1, R2
	BNE  gone
	MOVD threadBinding_g(R19), R0
	MOVD callbackSlot_unbind(R20), R1
	BL   (R1)
gone:
	MOVD R19, R1
	MOVD threadBinding_next(R19), R19
	ADD  $threadBinding_taken, R1
	STLR ZR, (R1)
	JMP  next
done:
	LDP  16(RSP), (R19, R20)
	LDP  0(RSP), (R29, R30)
	ADD  $48, RSP
	RET

DATA ·leaveThreadPC(SB)/8, $·leaveThread(SB)
GLOBL ·leaveThreadPC(SB), NOPTR|RODATA, $8

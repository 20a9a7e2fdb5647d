#include "textflag.h"

// See callbackslot_windows_amd64.s. Libraries for arm64 keep no ledger, so they are never
// unloaded and need no handlers here. This code has not been run yet.

#define slot_active     0
#define slot_generation 8
#define slot_unbind     16

#define binding_next        0
#define binding_slot        8
#define binding_generation  16
#define binding_g           24
#define binding_taken       32

// void leaveThread(threadBinding *b)
TEXT ·leaveThread(SB), NOSPLIT|NOFRAME, $0
	SUB  $48, RSP
	STP  (R29, R30), 0(RSP)
	STP  (R19, R20), 16(RSP)
	MOVD R0, R19
next:
	CBZ  R19, done
	MOVD binding_slot(R19), R20
	MOVD binding_generation(R19), R1
	MOVD slot_generation(R20), R2
	CMP  R1, R2
	BNE  gone
	MOVD binding_g(R19), R0
	MOVD slot_unbind(R20), R1
	BL   (R1)
gone:
	MOVD R19, R1
	MOVD binding_next(R19), R19
	ADD  $binding_taken, R1
	STLR ZR, (R1)
	JMP  next
done:
	LDP  16(RSP), (R19, R20)
	LDP  0(RSP), (R29, R30)
	ADD  $48, RSP
	RET

DATA ·leaveThreadPC(SB)/8, $·leaveThread(SB)
GLOBL ·leaveThreadPC(SB), NOPTR|RODATA, $8

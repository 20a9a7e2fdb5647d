#include "textflag.h"

// See claim_windows_amd64.s. Libraries for arm64 keep no books, so there are no
// handlers here, and nothing goes. Never run yet.

#define claim_inside     0
#define claim_generation 8
#define claim_unbind     16

#define bond_next        0
#define bond_claim       8
#define bond_generation  16
#define bond_g           24
#define bond_taken       32

// void leaveThread(bond *b)
TEXT ·leaveThread(SB), NOSPLIT|NOFRAME, $0
	SUB  $48, RSP
	STP  (R29, R30), 0(RSP)
	STP  (R19, R20), 16(RSP)
	MOVD R0, R19
next:
	CBZ  R19, done
	MOVD bond_claim(R19), R20
	MOVD bond_generation(R19), R1
	MOVD claim_generation(R20), R2
	CMP  R1, R2
	BNE  gone
	MOVD bond_g(R19), R0
	MOVD claim_unbind(R20), R1
	BL   (R1)
gone:
	MOVD R19, R1
	MOVD bond_next(R19), R19
	ADD  $bond_taken, R1
	STLR ZR, (R1)
	JMP  next
done:
	LDP  16(RSP), (R19, R20)
	LDP  0(RSP), (R29, R30)
	ADD  $48, RSP
	RET

DATA ·leaveThreadPC(SB)/8, $·leaveThread(SB)
GLOBL ·leaveThreadPC(SB), NOPTR|RODATA, $8

//go:build race

#include "textflag.h"

// int returnZero(void *). Runs on the system stack.
TEXT ·returnZero(SB), NOSPLIT|NOFRAME, $0-0
	XORL AX, AX
	RET

DATA ·returnZeroPC(SB)/8, $·returnZero(SB)
GLOBL ·returnZeroPC(SB), NOPTR|RODATA, $8

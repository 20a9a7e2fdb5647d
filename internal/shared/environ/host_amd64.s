//go:build (linux || darwin) && amd64

#include "textflag.h"

// C functions: an argument is in DI. The lock of package syscall is held.

TEXT setenv<>(SB), NOSPLIT|NOFRAME, $0-0
	MOVQ ·nextSetenv(SB), AX
	JMP  count<>(SB)

TEXT unsetenv<>(SB), NOSPLIT|NOFRAME, $0-0
	MOVQ ·nextUnsetenv(SB), AX
	JMP  count<>(SB)

// count counts a change and goes on to the function at AX.
TEXT count<>(SB), NOSPLIT|NOFRAME, $0-0
	MOVQ $1, CX
	LOCK
	XADDQ CX, ·counted(SB)
	TESTQ AX, AX
	JEQ  none
	JMP  AX
none:
	RET

// func hooks() (setenv, unsetenv unsafe.Pointer)
TEXT ·hooks(SB), NOSPLIT, $0-16
	LEAQ setenv<>(SB), AX
	MOVQ AX, setenv+0(FP)
	LEAQ unsetenv<>(SB), AX
	MOVQ AX, unsetenv+8(FP)
	RET

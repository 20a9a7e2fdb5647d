//go:build (linux || darwin) && arm64

#include "textflag.h"

// C functions: an argument is in R0. The lock of package syscall is held, so no other thread
// counts at the same time.

TEXT setenv<>(SB), NOSPLIT|NOFRAME, $0-0
	MOVD ·nextSetenv(SB), R9
	JMP  count<>(SB)

TEXT unsetenv<>(SB), NOSPLIT|NOFRAME, $0-0
	MOVD ·nextUnsetenv(SB), R9
	JMP  count<>(SB)

// count counts a change and goes on to the function at R9.
TEXT count<>(SB), NOSPLIT|NOFRAME, $0-0
	MOVD $·counted(SB), R10
	MOVD (R10), R11
	ADD  $1, R11
	MOVD R11, (R10)
	CBZ  R9, none
	JMP  (R9)
none:
	RET

// func hooks() (setenv, unsetenv unsafe.Pointer)
TEXT ·hooks(SB), NOSPLIT, $0-16
	MOVD $setenv<>(SB), R9
	MOVD R9, setenv+0(FP)
	MOVD $unsetenv<>(SB), R9
	MOVD R9, unsetenv+8(FP)
	RET

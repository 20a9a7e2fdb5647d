#include "go_asm.h"
#include "textflag.h"

// void enterBound(Transition *c), Windows arm64 calling convention, on the system stack. See
// enter_windows_amd64.s. On arm64 the address of the TEB is in R18, and the TLS slot holds g
// itself (runtime/tls_arm64.s). This code has not been run yet.
TEXT ·enterBound(SB), NOSPLIT|NOFRAME, $0
	MOVD Transition_tls(R0), R1
	MOVD (R18_PLATFORM)(R1), R2
	CBZ  R2, unbound
	MOVD R2, Transition_g(R0)
	MOVD Transition_call(R0), R3
	MOVD Transition_frame(R0), R0
	JMP  (R3)                // returns to the caller of enterBound

unbound:
	MOVD ZR, Transition_g(R0)
	RET

DATA ·enterBoundPC(SB)/8, $·enterBound(SB)
GLOBL ·enterBoundPC(SB), NOPTR|RODATA, $8

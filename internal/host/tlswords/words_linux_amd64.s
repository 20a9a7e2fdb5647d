//go:build !cgo && !winplugin_static

#include "textflag.h"

// Makes the program's thread-local storage larger by Count times Size.
GLOBL ·words(SB), TLSBSS, $1536

// func reserved() uintptr
TEXT ·reserved(SB), NOSPLIT, $0-8
	LEAQ ·words(SB), AX
	XORL AX, AX
	MOVQ AX, ret+0(FP)
	RET

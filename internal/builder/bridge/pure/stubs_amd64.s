//go:build go1.22 && !cgo

// The methods of types that package madetype makes. Piece i of winplugin_callClosure loads the
// i-th closure into the register that Go has it in, and goes to its code.

#include "textflag.h"

#define S1(i) MOVQ ·winplugin_closures+(8*(i))(SB), DX; JMP (DX)
#define S4(i) S1(i); S1(i+1); S1(i+2); S1(i+3)
#define S16(i) S4(i); S4(i+4); S4(i+8); S4(i+12)
#define S64(i) S16(i); S16(i+16); S16(i+32); S16(i+48)
#define S256(i) S64(i); S64(i+64); S64(i+128); S64(i+192)

// func winplugin_callClosure()
TEXT ·winplugin_callClosure(SB), NOSPLIT|NOFRAME, $0-0
	S256(0); S256(256); S256(512); S256(768)
	S256(1024); S256(1280); S256(1536); S256(1792)

// func winplugin_closureCode() uintptr
TEXT ·winplugin_closureCode(SB), NOSPLIT, $0-8
	LEAQ ·winplugin_callClosure(SB), AX
	MOVQ AX, ret+0(FP)
	RET

// func winplugin_goroutine()
TEXT ·winplugin_goroutine(SB), NOSPLIT|NOFRAME, $0-0
	MOVQ R14, AX
	RET

// func winplugin_goroutineCode() uintptr
TEXT ·winplugin_goroutineCode(SB), NOSPLIT, $0-8
	LEAQ ·winplugin_goroutine(SB), AX
	MOVQ AX, ret+0(FP)
	RET

// Code for this package's tests in the host: a plugin has that of its bridge.

#include "textflag.h"

#define S1(i) MOVQ ·closures+(8*(i))(SB), DX; JMP (DX)
#define S4(i) S1(i); S1(i+1); S1(i+2); S1(i+3)
#define S16(i) S4(i); S4(i+4); S4(i+8); S4(i+12)
#define S64(i) S16(i); S16(i+16); S16(i+32); S16(i+48)
#define S256(i) S64(i); S64(i+64); S64(i+128); S64(i+192)

// func stubs()
TEXT ·stubs(SB), NOSPLIT|NOFRAME, $0-0
	S256(0); S256(256); S256(512); S256(768)
	S256(1024); S256(1280); S256(1536); S256(1792)

// func stubsAddress() unsafe.Pointer
TEXT ·stubsAddress(SB), NOSPLIT, $0-8
	LEAQ ·stubs(SB), AX
	MOVQ AX, ret+0(FP)
	RET

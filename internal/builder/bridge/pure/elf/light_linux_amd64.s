//go:build go1.22 && !go1.27

// The light entry: what runtime.cgocallback and runtime.cgocallbackg do for a thread that is
// bound to the runtime, without what such a thread does not need: the wait for the end of the
// init functions, which is a channel operation with a lock, and a deferred function for a
// panic, because no panic leaves pluginrt. The steps that remain are in the runtime's order.
// See package pluginrt for what it relies on.

#include "funcdata.h"
#include "textflag.h"

// Indexes of pluginrt.LightPlaces.
#define place(i) ·winplugin_places+(8*(i))(SB)
#define g_m          place(0)
#define g_sp         place(1)
#define g_pc         place(2)
#define g_syscallsp  place(3)
#define g_syscallpc  place(4)
#define g_syscallbp  place(5)
#define g_lockedm    place(6)
#define m_curg       place(7)
#define m_incgo      place(8)
#define m_isextrainc place(9)
#define m_lockedint  place(10)
#define m_lockedext  place(11)
#define m_lockedg    place(12)
#define m_profilehz  place(13)
#define exitsyscall    place(14)
#define reentersyscall place(15)

// The stack that a call gets by the light entry, at least.
#define LEAST 8192

// FRAME is the size of the frame of winplugin_light with the frame pointer and the return
// address.
#define FRAME 48

// void winplugin_light(Frame *frame), on the system stack of a thread of the host. The
// result is 0. Unlike a C function it preserves only BP: runtime.cgocall, which calls it,
// expects no more.
//
// An instruction that visibly writes SP marks a function so that the runtime cannot unwind
// it. So the two that change stacks are written as bytes. Each stack has a frame of this
// function's size at that moment.
TEXT ·winplugin_light(SB), NOSPLIT, $32-0
	NO_LOCAL_POINTERS
	MOVQ TLS, CX
	MOVQ 0(CX)(TLS*1), BX // g0
	TESTQ BX, BX
	JZ   slow // the thread is not bound
	LEAQ -LEAST(SP), AX
	CMPQ AX, 0(BX) // g.stack.lo
	JLS  slow // another stack than before
	CMPQ SP, 8(BX) // g.stack.hi
	JHI  slow
	MOVQ g_m, AX
	MOVQ (BX)(AX*1), R8 // m
	MOVQ m_profilehz, AX
	CMPL (R8)(AX*1), $0
	JNE  slow // the thread has a timer for a CPU profile, which cgocallback ends
	MOVQ g_sp, R9
	MOVQ (BX)(R9*1), AX
	MOVQ AX, 0(SP)
	MOVQ SP, (BX)(R9*1)
	MOVQ m_curg, AX
	MOVQ (R8)(AX*1), R14
	MOVQ R14, 0(CX)(TLS*1)
	MOVQ (R14)(R9*1), R10
	MOVQ g_pc, AX
	MOVQ (R14)(AX*1), R11
	MOVQ R11, -8(R10)  // the return address,
	MOVQ $0, -16(R10)  // and the frame pointer, of the frame on the goroutine's stack
	BYTE $0x49; BYTE $0x8d; BYTE $0x62; BYTE $0xd0 // LEAQ -FRAME(R10), SP
	XORL BP, BP
	CALL ·winplugin_lightg(SB)
	LEAQ FRAME(SP), R10
	MOVQ TLS, CX
	MOVQ 0(CX)(TLS*1), R14
	MOVQ g_sp, R9
	MOVQ R10, (R14)(R9*1)
	MOVQ -8(R10), R11
	MOVQ g_pc, AX
	MOVQ R11, (R14)(AX*1)
	MOVQ g_m, AX
	MOVQ (R14)(AX*1), R8
	MOVQ (R8), BX // g0 is m's first field
	MOVQ BX, 0(CX)(TLS*1)
	BYTE $0x4a; BYTE $0x8b; BYTE $0x24; BYTE $0x0b // MOVQ (BX)(R9*1), SP
	MOVQ 0(SP), AX
	MOVQ AX, (BX)(R9*1)
	XORL AX, AX
	RET
slow:
	CALL ·winplugin_call(SB)
	RET

// The part on the goroutine's stack, with the frame in DI, g in R14 and m in R8. The stack may
// move meanwhile, so addresses in it are kept as distances from SP.
TEXT ·winplugin_lightg(SB), NOSPLIT, $56-0
	NO_LOCAL_POINTERS
	MOVQ DI, 0(SP)
	MOVQ R8, 40(SP)
	MOVQ g_syscallsp, AX
	MOVQ (R14)(AX*1), BX
	SUBQ SP, BX
	MOVQ BX, 8(SP)
	MOVQ g_syscallpc, AX
	MOVQ (R14)(AX*1), BX
	MOVQ BX, 16(SP)
	XORL BX, BX
	MOVQ g_syscallbp, AX
	TESTQ AX, AX
	JZ   nobp // Go 1.22 has none
	MOVQ (R14)(AX*1), BX
	TESTQ BX, BX
	JZ   nobp
	SUBQ SP, BX
nobp:
	MOVQ BX, 24(SP)

	// lockOSThread
	MOVQ m_lockedint, AX
	INCL (R8)(AX*1)
	MOVQ m_lockedg, AX
	MOVQ R14, (R8)(AX*1)
	MOVQ g_lockedm, AX
	MOVQ R8, (R14)(AX*1)

	XORPS X15, X15
	MOVQ exitsyscall, AX
	CALL AX

	MOVQ 40(SP), R8
	MOVQ m_incgo, AX
	MOVB $0, (R8)(AX*1)
	MOVQ m_isextrainc, AX
	MOVBLZX (R8)(AX*1), BX
	MOVB BX, 32(SP)
	MOVB $0, (R8)(AX*1)

	MOVQ 0(SP), AX
	MOVQ ·winplugin_entries+0(SB), DX
	CALL DX

	MOVQ 40(SP), R8
	MOVQ m_incgo, AX
	MOVB $1, (R8)(AX*1)

	// unlockOSThread
	MOVQ m_lockedint, AX
	DECL (R8)(AX*1)
	JNZ  locked
	MOVQ m_lockedext, AX
	CMPL (R8)(AX*1), $0
	JNE  locked
	MOVQ m_lockedg, AX
	MOVQ $0, (R8)(AX*1)
	MOVQ g_lockedm, AX
	MOVQ $0, (R14)(AX*1)
locked:
	MOVQ m_isextrainc, AX
	MOVB 32(SP), BX
	MOVB BX, (R8)(AX*1)
	MOVQ 16(SP), AX
	MOVQ 8(SP), BX
	ADDQ SP, BX
	MOVQ 24(SP), CX
	TESTQ CX, CX
	JZ   reenter
	ADDQ SP, CX
reenter:
	MOVQ reentersyscall, DX
	CALL DX // (pc, sp, bp)
	RET

// func winplugin_lightEntry() (entry uintptr, gp unsafe.Pointer): the address of the entry, and
// the g of the calling goroutine.
TEXT ·winplugin_lightEntry(SB), NOSPLIT, $0-16
	LEAQ ·winplugin_light(SB), AX
	MOVQ AX, entry+0(FP)
	MOVQ TLS, CX
	MOVQ 0(CX)(TLS*1), AX
	MOVQ AX, gp+8(FP)
	RET

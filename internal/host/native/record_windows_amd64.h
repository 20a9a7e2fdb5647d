// What the assembly of entry records shares. See end_windows_amd64.go.

// CONTEXT of winnt.h.
#define context_eflags 0x44
#define context_rsp    0x98
#define context_r11    0xD0
#define context_rip    0xF8

// TEB and PEB.
#define teb_stackbase  0x08
#define teb_thread     0x48
#define teb_peb        0x60
#define peb_loaderlock 0x110
#define lock_owner     0x10

// The registers that Windows preserves, from an offset on. PRESERVED is their size.
#define PRESERVED (8*8 + 10*16)
#define SAVE(at) \
	MOVQ DI, (at+0)(SP) \
	MOVQ SI, (at+8)(SP) \
	MOVQ BP, (at+16)(SP) \
	MOVQ BX, (at+24)(SP) \
	MOVQ R12, (at+32)(SP) \
	MOVQ R13, (at+40)(SP) \
	MOVQ R14, (at+48)(SP) \
	MOVQ R15, (at+56)(SP) \
	MOVUPS X6, (at+64)(SP) \
	MOVUPS X7, (at+80)(SP) \
	MOVUPS X8, (at+96)(SP) \
	MOVUPS X9, (at+112)(SP) \
	MOVUPS X10, (at+128)(SP) \
	MOVUPS X11, (at+144)(SP) \
	MOVUPS X12, (at+160)(SP) \
	MOVUPS X13, (at+176)(SP) \
	MOVUPS X14, (at+192)(SP) \
	MOVUPS X15, (at+208)(SP)
#define RESTORE(at) \
	MOVQ (at+0)(SP), DI \
	MOVQ (at+8)(SP), SI \
	MOVQ (at+16)(SP), BP \
	MOVQ (at+24)(SP), BX \
	MOVQ (at+32)(SP), R12 \
	MOVQ (at+40)(SP), R13 \
	MOVQ (at+48)(SP), R14 \
	MOVQ (at+56)(SP), R15 \
	MOVUPS (at+64)(SP), X6 \
	MOVUPS (at+80)(SP), X7 \
	MOVUPS (at+96)(SP), X8 \
	MOVUPS (at+112)(SP), X9 \
	MOVUPS (at+128)(SP), X10 \
	MOVUPS (at+144)(SP), X11 \
	MOVUPS (at+160)(SP), X12 \
	MOVUPS (at+176)(SP), X13 \
	MOVUPS (at+192)(SP), X14 \
	MOVUPS (at+208)(SP), X15

// The innermost record of the calling thread. It leaves the address of its word in two
// registers: (teb)(offset*1).
#define INNERMOST(teb, offset, record) \
	MOVQ 0x30(GS), teb \
	MOVQ ·recordTLS(SB), offset \
	MOVQ (teb)(offset*1), record

// Makes the record before another one, whose word record_previous is from, the innermost of the
// calling thread.
#define POPRECORD(teb, offset, record, from) \
	MOVQ 0x30(GS), teb \
	MOVQ ·recordTLS(SB), offset \
	MOVQ from, record \
	MOVQ record, (teb)(offset*1)

// MXCSR as a thread starts with it: the library may have changed it.
DATA mxcsr<>(SB)/4, $0x1F80
GLOBL mxcsr<>(SB), NOPTR|RODATA, $4

// Each thunk has put the index of its slot, plus 1, into AX. SLOT puts the slot into R11.
#define SLOT \
	DECL AX \
	IMULQ $callbackSlot__size, AX \
	LEAQ ·callbackSlots(SB), R11 \
	ADDQ AX, R11

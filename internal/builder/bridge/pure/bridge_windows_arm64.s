//go:build go1.22 && !cgo

// The entries of a library made by the pure bridge, for windows/arm64. See
// bridge_windows_amd64.s. This code has not been run yet.

#include "textflag.h"

// abi.ImageHeader, field for field.
#define image_magic       0
#define image_version     16
#define image_size        24
#define image_call        32
#define image_bind        56
#define image_unbind      64
#define image_word        72
#define image_exithook    88
#define image_writehook   96
#define image_ready       104
#define image_setevent    120
#define image_exitthread  128
#define image_exitprocess 136
#define image_writefile   144
#define image_state       152
#define image_exitcode    160
#define image_printed     168
#define image_output      176
#define image_ledger      4272
#define image_all         4296
#define output_size       4096

DATA ·winplugin_image+image_magic(SB)/8, $0x676d4967756c7057
DATA ·winplugin_image+(image_magic+8)(SB)/8, $0x9e3779b97f4a7c16
DATA ·winplugin_image+image_version(SB)/8, $19
DATA ·winplugin_image+image_size(SB)/8, $72
DATA ·winplugin_image+image_call(SB)/8, $·winplugin_call(SB)
DATA ·winplugin_image+image_bind(SB)/8, $·winplugin_bind(SB)
DATA ·winplugin_image+image_unbind(SB)/8, $·winplugin_unbind(SB)
DATA ·winplugin_image+image_exithook(SB)/8, $·winplugin_exit(SB)
DATA ·winplugin_image+image_writehook(SB)/8, $·winplugin_write(SB)
GLOBL ·winplugin_image(SB), NOPTR, $image_all

// Saves the registers that Windows preserves: R19 to R30 and F8 to F15. Below them are the
// three arguments of cgocallback, which begin at 8(RSP).
#define FRAME (8*24)
#define SAVE \
	STP (R19, R20), (8*4)(RSP) \
	STP (R21, R22), (8*6)(RSP) \
	STP (R23, R24), (8*8)(RSP) \
	STP (R25, R26), (8*10)(RSP) \
	STP (R27, g), (8*12)(RSP) \
	FSTPD (F8, F9), (8*14)(RSP) \
	FSTPD (F10, F11), (8*16)(RSP) \
	FSTPD (F12, F13), (8*18)(RSP) \
	FSTPD (F14, F15), (8*20)(RSP) \
	STP (R29, R30), (8*22)(RSP)
#define RESTORE \
	LDP (8*4)(RSP), (R19, R20) \
	LDP (8*6)(RSP), (R21, R22) \
	LDP (8*8)(RSP), (R23, R24) \
	LDP (8*10)(RSP), (R25, R26) \
	LDP (8*12)(RSP), (R27, g) \
	FLDPD (8*14)(RSP), (F8, F9) \
	FLDPD (8*16)(RSP), (F10, F11) \
	FLDPD (8*18)(RSP), (F12, F13) \
	FLDPD (8*20)(RSP), (F14, F15) \
	LDP (8*22)(RSP), (R29, R30)

// void winplugin_call(Frame *frame)
TEXT ·winplugin_call(SB), NOSPLIT|NOFRAME, $0-0
	MOVD ·winplugin_entries+0(SB), R1
	JMP  enter<>(SB)

// void winplugin_bind(void)
TEXT ·winplugin_bind(SB), NOSPLIT|NOFRAME, $0-0
	MOVD ·winplugin_entries+8(SB), R1
	MOVD $·winplugin_image(SB), R0
	MOVD image_word(R0), R0
	JMP  enter<>(SB)

// void winplugin_unbind(void *g)
TEXT ·winplugin_unbind(SB), NOSPLIT|NOFRAME, $0-0
	MOVD ZR, R1
	JMP  enter<>(SB)

// Calls the Go function at R1 with the argument R0.
TEXT enter<>(SB), NOSPLIT|NOFRAME, $0-0
	SUB  $FRAME, RSP
	SAVE
	STP  (R1, R0), 8(RSP)
	MOVD ZR, 24(RSP)
	BL   runtime·load_g(SB)
	BL   runtime·cgocallback(SB)
	RESTORE
	ADD  $FRAME, RSP
	RET

// void ExitProcess(uint32 code)
TEXT ·winplugin_exit(SB), NOSPLIT|NOFRAME, $0-0
	MOVD $·winplugin_image(SB), R10
	MOVD image_state(R10), R11
	CMP  $1, R11
	BEQ  up
	MOVWU R0, R0
	MOVD R0, image_exitcode(R10)
	MOVD $2, R11
	MOVD R11, image_state(R10)
	MOVD image_ready(R10), R0
	MOVD image_setevent(R10), R11
	BL   (R11)
	MOVD $·winplugin_image(SB), R10
	MOVD ZR, R0
	MOVD image_exitthread(R10), R11
	BL   (R11)
	UNDEF
up:
	MOVD image_exitprocess(R10), R11
	JMP  (R11)

// BOOL WriteFile(handle, const void *data, uint32 size, uint32 *written, overlapped).
// If two threads print at once, they may overwrite each other's text, unlike on amd64.
TEXT ·winplugin_write(SB), NOSPLIT|NOFRAME, $0-0
	MOVD $·winplugin_image(SB), R10
	MOVD image_state(R10), R11
	CMP  $1, R11
	BEQ  write
	MOVD image_printed(R10), R12 // the place of this piece
	MOVWU R2, R13
	ADD  R12, R13, R14
	MOVD R14, image_printed(R10)
	MOVD R1, R14
	ADD  $image_output, R10, R15
copy:
	CBZ  R13, write
	CMP  $output_size, R12
	BHS  write
	MOVBU.P 1(R14), R11
	MOVB R11, (R15)(R12)
	ADD  $1, R12
	SUB  $1, R13
	JMP  copy
write:
	MOVD image_writefile(R10), R11
	JMP  (R11)

// func winplugin_halt(): there is no ledger, so nothing calls it.
TEXT ·winplugin_halt(SB), NOSPLIT|NOFRAME, $0-0
	UNDEF

// func winplugin_address() unsafe.Pointer
TEXT ·winplugin_address(SB), NOSPLIT, $0-8
	MOVD $·winplugin_image(SB), R0
	MOVD R0, ret+0(FP)
	RET

// func winplugin_tls() uintptr
TEXT ·winplugin_tls(SB), NOSPLIT, $0-8
	MOVD runtime·tls_g(SB), R0
	MOVD R0, ret+0(FP)
	RET

// void winplugin_stack(uintptr bounds[2])
TEXT ·winplugin_stack(SB), NOSPLIT|NOFRAME, $0-0
	MOVD 0x1478(R18_PLATFORM), R1
	ADD  $16384, R1
	MOVD R1, 0(R0)
	MOVD 8(R18_PLATFORM), R1
	MOVD R1, 8(R0)
	RET

// func winplugin_bounds() uintptr
TEXT ·winplugin_bounds(SB), NOSPLIT, $0-8
	MOVD $·winplugin_stack(SB), R0
	MOVD R0, ret+0(FP)
	RET

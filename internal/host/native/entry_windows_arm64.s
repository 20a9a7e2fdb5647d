#include "textflag.h"

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

// void hostEntry(Frame *f). See entry_windows_amd64.s. This code has not been run yet.
TEXT ·hostEntry(SB), NOSPLIT|NOFRAME, $0-0
	SUB  $FRAME, RSP
	SAVE
	MOVD ·entryCode+0(SB), R1
	STP  (R1, R0), 8(RSP)
	MOVD ZR, 24(RSP)
	BL   runtime·load_g(SB)
	BL   runtime·cgocallback(SB)
	RESTORE
	ADD  $FRAME, RSP
	RET

DATA ·hostEntryPC(SB)/8, $·hostEntry(SB)
GLOBL ·hostEntryPC(SB), NOPTR|RODATA, $8

#include "textflag.h"

// Saves the registers that C preserves: R19 to R30 and F8 to F15. Below them are the three
// arguments of cgocallback, which begin at 8(RSP), and above them two words for this file.
#define FRAME (8*26)
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

#define SYS_rt_sigprocmask 135
#define SIG_SETMASK 2

// All signals except those that libc uses itself (32 and 33).
DATA allSignals<>(SB)/8, $0xfffffffe7fffffff
GLOBL allSignals<>(SB), NOPTR|RODATA, $8

// void hostEntry(Frame *f), C calling convention. See entry_linux_amd64.s.
TEXT ·hostEntry(SB), NOSPLIT|NOFRAME, $0-0
	SUB  $FRAME, RSP
	SAVE
	MOVD R0, (8*24)(RSP)
	BL   runtime·load_g(SB)
	CBZ  g, stranger

known:
	MOVD ·entryCode+0(SB), R1
	MOVD (8*24)(RSP), R0
	STP  (R1, R0), 8(RSP)
	MOVD ZR, 24(RSP)
	BL   runtime·cgocallback(SB)
	RESTORE
	ADD  $FRAME, RSP
	RET

stranger:
	MOVD $SIG_SETMASK, R0
	MOVD $allSignals<>(SB), R1
	ADD  $(8*25), RSP, R2
	MOVD $8, R3
	MOVD $SYS_rt_sigprocmask, R8
	SVC
	MOVD ·entryCode+8(SB), R1
	STP  (R1, ZR), 8(RSP)
	MOVD ZR, 24(RSP)
	BL   runtime·cgocallback(SB)
	MOVD $SIG_SETMASK, R0
	ADD  $(8*25), RSP, R1
	MOVD ZR, R2
	MOVD $8, R3
	MOVD $SYS_rt_sigprocmask, R8
	SVC
	JMP  known

DATA ·hostEntryPC(SB)/8, $·hostEntry(SB)
GLOBL ·hostEntryPC(SB), NOPTR|RODATA, $8

// void bindThread(void *g): pthread_setspecific(key, g).
TEXT ·bindThread(SB), NOSPLIT|NOFRAME, $0-0
	MOVD  R0, R1
	MOVWU ·threadKey+0(SB), R0
	MOVD  ·setSpecific+0(SB), R2
	JMP   (R2)

DATA ·bindThreadPC(SB)/8, $·bindThread(SB)
GLOBL ·bindThreadPC(SB), NOPTR|RODATA, $8

// void unbindThread(void *g), the destructor of the key.
TEXT ·unbindThread(SB), NOSPLIT|NOFRAME, $0-0
	SUB  $FRAME, RSP
	SAVE
	STP  (ZR, R0), 8(RSP)
	MOVD ZR, 24(RSP)
	BL   runtime·load_g(SB)
	BL   runtime·cgocallback(SB)
	RESTORE
	ADD  $FRAME, RSP
	RET

DATA ·unbindThreadPC(SB)/8, $·unbindThread(SB)
GLOBL ·unbindThreadPC(SB), NOPTR|RODATA, $8

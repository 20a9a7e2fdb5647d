// How DLLs call a library that can end alone: foreigncall_windows_amd64.go.

#include "go_asm.h"
#include "textflag.h"
#include "record_windows_amd64.h"

// From SP on: the arguments again, the record, the registers. The runtime finds the arguments
// above two return addresses, and takes 64 words at most (callbackMaxFrame in
// runtime/syscall_windows.go).
#define WORDS     64
#define RECORD    (WORDS*8)
#define REGISTERS (RECORD + record__size)
#define FRAME     (REGISTERS + PRESERVED + 8)

// What runs in place of the runtime's callbackasm1, which the entry of a function calls. It
// puts a record on the stack.
TEXT ·foreignCall(SB), NOSPLIT|NOFRAME, $0-0
	SLOT
	CMPQ callbackSlot_ended(R11), $0
	JNE  ended
	SUBQ $FRAME, SP
	SAVE(REGISTERS)
	MOVQ R11, BX
	INNERMOST(R12, R13, SI)
	MOVQ SI, (RECORD+record_previous)(SP)
	MOVQ BX, (RECORD+record_slot)(SP)
	LEAQ ·resumeForeignCall(SB), SI
	MOVQ SI, (RECORD+record_resume)(SP)
	// The arguments behind the first four. The stack may end before the most there can be.
	LEAQ (FRAME+16+32)(SP), SI
	LEAQ 32(SP), DI
	MOVL $(WORDS-4), R14
copy:
	CMPQ SI, teb_stackbase(R12)
	JCC  copied
	MOVQ (SI), R15
	MOVQ R15, (DI)
	ADDQ $8, SI
	ADDQ $8, DI
	DECL R14
	JNZ  copy
copied:
	LEAQ RECORD(SP), SI
	MOVQ SI, (R12)(R13*1)
	MOVQ FRAME(SP), R14 // where the entry has called from
	MOVQ callbackSlot_callEntry(BX), R15
	CALL callEntry<>(SB)
	POPRECORD(R10, R11, R9, (RECORD+record_previous)(SP))
	RESTORE(REGISTERS)
	ADDQ $(FRAME+8), SP
	RET
ended:
	ADDQ $8, SP
	JMP  ·returnZero(SB)

// The instructions of callbackasm1 that hookForeignCalls has replaced, and then the rest of it.
TEXT callEntry<>(SB), NOSPLIT|NOFRAME, $0-0
	PUSHQ R14
	MOVQ CX, 16(SP)
	MOVQ DX, 24(SP)
	MOVQ R8, 32(SP)
	ADDQ $const_replacedSize, R15
	JMP  R15

TEXT ·returnZero(SB), NOSPLIT|NOFRAME, $0-0
	XORL AX, AX
	RET

// Continues at the record R10 of such a call, whose library has ended: returns 0 to the DLL. If
// the thread ends the library, what it returns to could run in it with a runtime that is
// not as it was before the call. So the thread waits until that code does not run any more,
// but not for ever: the DLL may have a lock that is needed for it, such as the loader's.
TEXT ·resumeForeignCall(SB), NOSPLIT|NOFRAME, $0-0
	CLD
	LDMXCSR mxcsr<>(SB)
	LEAQ -RECORD(R10), SP
	MOVQ record_slot(R10), BX
	MOVL $50, SI
wait:
	CMPQ callbackSlot_revoked(BX), $0
	JNE  returns
	MOVL $1, CX // ms
	MOVQ ·realSleep(SB), AX
	CALL AX
	DECL SI
	JNZ  wait
returns:
	POPRECORD(AX, DX, R9, (RECORD+record_previous)(SP))
	XORL AX, AX
	RESTORE(REGISTERS)
	ADDQ $(FRAME+8), SP
	RET

#include "textflag.h"

// Code that Windows calls, and that calls into a library if it is still loaded. See
// callbackslot_windows.go. Win64 calling convention, on a system stack, on any thread.

// callbackSlot, field for field.
#define slot_active     0
#define slot_generation 8
#define slot_unbind     16
#define slot_handlers   24
#define slot_size       88
#define handlers         8

// threadBinding, field for field.
#define binding_next        0
#define binding_slot        8
#define binding_generation  16
#define binding_g           24
#define binding_taken       32

// void leaveThread(threadBinding *b), callback of a fiber-local slot when a thread ends:
// returns the M of each library that the thread is bound to. unload changes the
// generation first and then waits until no call is active. So either this code sees
// that the library is being unloaded, or unload waits for it. Once taken is zero, the
// binding may serve another thread.
TEXT ·leaveThread(SB), NOSPLIT|NOFRAME, $0
	PUSHQ BX
	PUSHQ SI
	SUBQ $40, SP
next:
	TESTQ CX, CX
	JZ   done
	MOVQ CX, BX
	MOVQ binding_slot(BX), SI
	LOCK
	INCQ slot_active(SI)
	MOVQ binding_generation(BX), AX
	CMPQ AX, slot_generation(SI)
	JNE  gone
	MOVQ binding_g(BX), CX
	MOVQ slot_unbind(SI), AX
	CALL AX
gone:
	LOCK
	DECQ slot_active(SI)
	MOVQ binding_next(BX), CX
	MOVQ $0, binding_taken(BX)
	JMP  next
done:
	ADDQ $40, SP
	POPQ SI
	POPQ BX
	RET

// int32 handler(argument): calls the library's handler if there is one. Otherwise it
// returns 0, which asks Windows to try the next handler: EXCEPTION_CONTINUE_SEARCH for an
// exception, FALSE for a console event. handlerThunks reaches it by a call, whose return
// address tells which handler is meant.
TEXT handler<>(SB), NOSPLIT|NOFRAME, $0
	MOVQ 0(SP), AX
	ADDQ $8, SP
	LEAQ ·handlerThunks(SB), R10
	SUBQ R10, AX
	XORL DX, DX
	MOVL $5, R10 // thunkSize
	DIVL R10
	DECL AX      // the return address is behind the call
	MOVL AX, R10
	ANDL $(handlers-1), R10
	SHRL $3, AX
	IMULQ $slot_size, AX
	LEAQ ·callbackSlots(SB), R11
	ADDQ AX, R11
	PUSHQ BX
	SUBQ $32, SP
	MOVQ R11, BX
	LOCK
	INCQ slot_active(BX)
	MOVQ slot_handlers(BX)(R10*8), AX
	TESTQ AX, AX
	JZ   none
	CALL AX
none:
	LOCK
	DECQ slot_active(BX)
	ADDQ $32, SP
	POPQ BX
	RET

#define THUNK CALL handler<>(SB)
#define THUNKS8 THUNK; THUNK; THUNK; THUNK; THUNK; THUNK; THUNK; THUNK
#define THUNKS64 THUNKS8; THUNKS8; THUNKS8; THUNKS8; THUNKS8; THUNKS8; THUNKS8; THUNKS8
TEXT ·handlerThunks(SB), NOSPLIT|NOFRAME, $0
	THUNKS64
	THUNKS64
	THUNKS64
	THUNKS64
	THUNKS64
	THUNKS64
	THUNKS64
	THUNKS64

// Addresses: the value of a Go func would be that of a wrapper.
DATA ·leaveThreadPC(SB)/8, $·leaveThread(SB)
GLOBL ·leaveThreadPC(SB), NOPTR|RODATA, $8
DATA ·handlerThunksPC(SB)/8, $·handlerThunks(SB)
GLOBL ·handlerThunksPC(SB), NOPTR|RODATA, $8

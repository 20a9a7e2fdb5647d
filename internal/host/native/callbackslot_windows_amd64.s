#include "go_asm.h"
#include "textflag.h"

// Code that Windows calls, and that calls a library if it is still loaded. See
// callbackslot_windows.go. It has the Win64 calling convention, and runs on the system stack
// of any thread.

// void leaveThread(threadBinding *b): the callback of a fiber-local slot when a thread ends.
// It returns the M of each library to which the thread is bound. unload changes the
// generation first, and then waits until no call is active. So either this code sees that
// the library is being unloaded, or unload waits for this code. When taken is zero, another
// thread may use the binding.
TEXT ·leaveThread(SB), NOSPLIT|NOFRAME, $0
	PUSHQ BX
	PUSHQ SI
	SUBQ $40, SP
next:
	TESTQ CX, CX
	JZ   done
	MOVQ CX, BX
	MOVQ threadBinding_slot(BX), SI
	LOCK
	INCQ callbackSlot_active(SI)
	MOVQ threadBinding_generation(BX), AX
	CMPQ AX, callbackSlot_generation(SI)
	JNE  gone
	MOVQ threadBinding_g(BX), CX
	MOVQ callbackSlot_unbind(SI), AX
	CALL AX
gone:
	LOCK
	DECQ callbackSlot_active(SI)
	MOVQ threadBinding_next(BX), CX
	MOVQ $0, threadBinding_taken(BX)
	JMP  next
done:
	ADDQ $40, SP
	POPQ SI
	POPQ BX
	RET

// int32 handler(argument): calls the library's handler if there is one. Otherwise it
// returns 0, which asks Windows to try the next handler: EXCEPTION_CONTINUE_SEARCH for an
// exception, FALSE for a console event. Each of handlerThunks calls it, so that the return
// address tells which handler is meant.
TEXT handler<>(SB), NOSPLIT|NOFRAME, $0
	MOVQ 0(SP), AX
	ADDQ $8, SP
	LEAQ ·handlerThunks(SB), R10
	SUBQ R10, AX
	XORL DX, DX
	MOVL $const_thunkSize, R10
	DIVL R10
	DECL AX      // the return address is after the call
	MOVL AX, R10
	ANDL $(const_handlersPerSlot-1), R10
	SHRL $const_handlerShift, AX
	IMULQ $callbackSlot__size, AX
	LEAQ ·callbackSlots(SB), R11
	ADDQ AX, R11
	PUSHQ BX
	SUBQ $32, SP
	MOVQ R11, BX
	LOCK
	INCQ callbackSlot_active(BX)
	MOVQ callbackSlot_handlers(BX)(R10*8), AX
	TESTQ AX, AX
	JZ   none
	CALL AX
none:
	LOCK
	DECQ callbackSlot_active(BX)
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

// The addresses of the code. The value of a Go func would be the address of a wrapper.
DATA ·leaveThreadPC(SB)/8, $·leaveThread(SB)
GLOBL ·leaveThreadPC(SB), NOPTR|RODATA, $8
DATA ·handlerThunksPC(SB)/8, $·handlerThunks(SB)
GLOBL ·handlerThunksPC(SB), NOPTR|RODATA, $8

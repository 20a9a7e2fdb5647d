#include "go_asm.h"
#include "textflag.h"
#include "record_windows_amd64.h"

// Code that Windows calls, and that calls a library if it is still loaded. See
// callbackslot_windows.go. It has the Win64 calling convention, and runs on the system stack
// of any thread.

// The stack of both functions: 32 bytes for the callee, a record, the registers, a word.
// Together with the return address the size is a multiple of 16.
#define RECORD    32
#define REGISTERS (RECORD + record__size)
#define BINDING   (REGISTERS + PRESERVED)
#define FRAME     (BINDING + 8 + 8)

// void leaveThread(threadBinding *b): the callback of a fiber-local slot when a thread ends.
// It returns the M of each library to which the thread is bound. unload changes the
// generation first, and then waits until no call is active. So either this code sees that
// the library is being unloaded, or unload waits for this code. When taken is zero, another
// thread may use the binding.
//
// When the process ends, Windows calls it for the thread that ends the process, wherever that
// is: maybe in code of the library. Then it does nothing.
TEXT ·leaveThread(SB), NOSPLIT|NOFRAME, $0
	SUBQ $FRAME, SP
	SAVE(REGISTERS)
	MOVQ CX, BINDING(SP)
	MOVQ ·realShutdownInProgress(SB), AX
	CALL AX
	TESTB AX, AX
	JNZ  done
	MOVQ BINDING(SP), CX
next:
	TESTQ CX, CX
	JZ   done
	MOVQ CX, BINDING(SP)
	MOVQ threadBinding_slot(CX), BX
	LOCK
	INCQ callbackSlot_active(BX)
	MOVQ threadBinding_generation(CX), AX
	CMPQ AX, callbackSlot_generation(BX)
	JNE  gone
	MOVQ callbackSlot_unbind(BX), R8
	MOVQ threadBinding_g(CX), CX
	CMPQ callbackSlot_text(BX), $0
	JEQ  call // it does not end alone
	CMPQ callbackSlot_ended(BX), $0
	JNE  gone
	INNERMOST(AX, DX, R9)
	MOVQ R9, (RECORD+record_previous)(SP)
	MOVQ BX, (RECORD+record_slot)(SP)
	LEAQ resumeLeaveThread<>(SB), R9
	MOVQ R9, (RECORD+record_resume)(SP)
	LEAQ RECORD(SP), R9
	MOVQ R9, (AX)(DX*1)
	CALL R8
	POPRECORD(AX, DX, R9, (RECORD+record_previous)(SP))
	JMP  gone
call:
	CALL R8
gone:
	MOVQ BINDING(SP), CX
	MOVQ threadBinding_slot(CX), BX
	LOCK
	DECQ callbackSlot_active(BX)
	MOVQ threadBinding_next(CX), R9
	MOVQ $0, threadBinding_taken(CX)
	MOVQ R9, CX
	JMP  next
done:
	RESTORE(REGISTERS)
	ADDQ $FRAME, SP
	RET

// Continues at the record R10 of leaveThread, whose library has ended.
TEXT resumeLeaveThread<>(SB), NOSPLIT|NOFRAME, $0
	LEAQ -RECORD(R10), SP
	POPRECORD(AX, DX, R9, (RECORD+record_previous)(SP))
	MOVQ BINDING(SP), CX
	MOVQ threadBinding_slot(CX), BX
	LOCK
	DECQ callbackSlot_active(BX)
	MOVQ threadBinding_next(CX), R9
	MOVQ $0, threadBinding_taken(CX)
	MOVQ R9, CX
	RESTORE(REGISTERS)
	ADDQ $FRAME, SP
	JMP  ·leaveThread(SB)

// int32 handler(argument): calls the library's handler if there is one. Otherwise it
// returns 0, which asks Windows to try the next handler: EXCEPTION_CONTINUE_SEARCH for an
// exception, FALSE for a console event. Each of handlerThunks calls it, so that the return
// address tells which handler is meant.
//
// A handler of exceptions of a library that can end alone is called only on threads that are
// in the library. It has a record, because the library may end in it. The handlers 0 to 2 of a
// runtime are those that it adds first: of exceptions, and the first and the last to continue.
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
	SUBQ $FRAME, SP
	SAVE(REGISTERS)
	MOVQ R11, BX
	MOVL R10, R14
	LOCK
	INCQ callbackSlot_active(BX)
	INNERMOST(R12, R13, R9)
	CMPQ callbackSlot_text(BX), $0
	JEQ  plain
	CMPL R10, $const_consoleHandlers
	JAE  console

	// Whether the thread is in the library.
	MOVQ 8(CX), SI              // the CONTEXT in the EXCEPTION_POINTERS
	MOVQ context_rip(SI), DI
	LEAQ ·leave(SB), AX
	CMPQ AX, DI
	JEQ  moved
	LEAQ ·returnZero(SB), AX
	CMPQ AX, DI
	JNE  asks
moved:
	CMPQ context_r11(SI), BX
	JEQ  continues              // it is leaving: nobody else is asked
asks:
	TESTQ R9, R9
	JZ   norecord
	CMPQ record_slot(R9), BX
	JNE  none
	LEAQ ·park(SB), AX
	CMPQ AX, record_resume(R9)
	JEQ  none                   // it is in a callback to the host
	JMP  inside
norecord:
	CMPQ DI, callbackSlot_codeStart(BX)
	JCS  outside
	CMPQ DI, callbackSlot_codeEnd(BX)
	JCS  inside
outside:
	MOVQ runtime·tls_g(SB), AX
	MOVQ (R12)(AX*1), AX
	TESTQ AX, AX
	JZ   nothost
	CMPQ (AX), $0
	JNE  none                   // a thread of the host
nothost:
	MOVQ callbackSlot_tls(BX), AX
	TESTQ AX, AX
	JZ   none
	CMPQ (R12)(AX*1), $0
	JEQ  none                   // of neither
inside:
	MOVQ CX, (RECORD+record_argument)(SP)
	CMPQ callbackSlot_ended(BX), $0
	JEQ  record
	// The library has ended. A thread that runs its code leaves it, and so does one that the
	// exception in code that the library has called would end together with the process.
	CMPQ DI, callbackSlot_codeStart(BX)
	JCS  called
	CMPQ DI, callbackSlot_codeEnd(BX)
	JCC  called
	// At its entries for DLLs, it returns 0 to the DLL.
	MOVQ DI, AX
	SUBQ callbackSlot_callTable(BX), AX
	CMPQ AX, $const_callTableSize
	JCS  returns
	CMPQ DI, callbackSlot_callEntry(BX)
	JNE  leaves
	ADDQ $8, context_rsp(SI)    // the entry's call
returns:
	LEAQ ·returnZero(SB), AX
	MOVQ AX, context_rip(SI)
	MOVQ BX, context_r11(SI)
	JMP  continues
called:
	TESTL R14, R14
	JNZ  none                   // not the handler of exceptions
	MOVQ 0(CX), CX
	MOVL 0(CX), CX              // ExceptionCode
	SHRL $30, CX
	CMPL CX, $3                 // STATUS_SEVERITY_ERROR
	JNE  none
	MOVQ SI, CX
	CALL unhandled<>(SB)
	TESTL AX, AX
	JZ   none
leaves:
	MOVQ (R12)(R13*1), R9
	MOVQ R9, (RECORD+record_previous)(SP)
	MOVQ BX, (RECORD+record_slot)(SP)
	LEAQ RECORD(SP), R10
	JMP  resumeHandler<>(SB)
console:
	CMPQ callbackSlot_ended(BX), $0
	JNE  none
	MOVQ $0, (RECORD+record_argument)(SP)
record:
	MOVQ R9, (RECORD+record_previous)(SP)
	MOVQ BX, (RECORD+record_slot)(SP)
	LEAQ resumeHandler<>(SB), AX
	MOVQ AX, (RECORD+record_resume)(SP)
	MOVQ callbackSlot_handlers(BX)(R10*8), AX
	TESTQ AX, AX
	JZ   none
	LEAQ RECORD(SP), R9
	MOVQ R9, (R12)(R13*1)
	CALL AX
	TESTL R14, R14
	JNZ  answered               // not the handler of exceptions
	TESTL AX, AX
	JNZ  answered               // the runtime has handled it
	MOVQ (RECORD+record_argument)(SP), R15
	MOVQ 0(R15), CX
	MOVL 0(CX), CX              // ExceptionCode
	SHRL $30, CX
	CMPL CX, $3                 // STATUS_SEVERITY_ERROR
	JNE  answered
	CMPQ DI, callbackSlot_codeStart(BX)
	JCS  foreign
	CMPQ DI, callbackSlot_codeEnd(BX)
	JCS  last
foreign:
	// It came in code that the library has called. If nothing there handles it, the host's
	// runtime would end the process.
	MOVQ SI, CX
	CALL unhandled<>(SB)
	TESTL AX, AX
	JZ   answered
last:
	MOVQ (callbackSlot_handlers+2*8)(BX), AX // it prints, and ends the runtime
	TESTQ AX, AX
	JZ   answered
	MOVQ R15, CX
	CALL AX
	XORL AX, AX
answered:
	MOVQ (RECORD+record_previous)(SP), R9
	MOVQ R9, (R12)(R13*1)
	JMP  done
continues:
	MOVL $-1, AX // EXCEPTION_CONTINUE_EXECUTION
	JMP  done
plain:
	MOVQ callbackSlot_handlers(BX)(R10*8), AX
	TESTQ AX, AX
	JZ   none
	CALL AX
	JMP  done
none:
	XORL AX, AX
done:
	LOCK
	DECQ callbackSlot_active(BX)
	RESTORE(REGISTERS)
	ADDQ $FRAME, SP
	RET

// Continues at the record R10 of a handler. The handler returns to Windows, which continues
// the thread with a context in which it leaves the library.
TEXT resumeHandler<>(SB), NOSPLIT|NOFRAME, $0
	CLD
	LEAQ -RECORD(R10), SP
	MOVQ record_slot(R10), BX
	POPRECORD(AX, DX, R9, record_previous(R10))
	XORL R8, R8
	MOVQ record_argument(R10), CX
	TESTQ CX, CX
	JZ   done // a console event: FALSE
	MOVQ 8(CX), CX
	MOVQ teb_stackbase(AX), R8
	SUBQ $0x400, R8
	TESTQ R9, R9
	JZ   top
	LEAQ -0x100(R9), R8
top:
	ANDQ $~15, R8
	SUBQ $8, R8
	MOVQ R8, context_rsp(CX)
	LEAQ ·leave(SB), AX
	MOVQ AX, context_rip(CX)
	MOVQ BX, context_r11(CX)
	ANDL $~0x500, context_eflags(CX) // the direction and trap flags
	MOVL $-1, R8
done:
	LOCK
	DECQ callbackSlot_active(BX)
	LDMXCSR mxcsr<>(SB)
	MOVL R8, AX
	RESTORE(REGISTERS)
	ADDQ $FRAME, SP
	RET

// int32 unhandled(CONTEXT *), with a slot in BX: returns 1 if no frame from the context up to
// code of the library has a handler of exceptions. From SP on: arguments, 96 bytes; a copy of
// the context.
#define CONTEXT_AT 96
#define CONTEXT_SIZE 1232
TEXT unhandled<>(SB), NOSPLIT|NOFRAME, $0
	SUBQ $(CONTEXT_AT+CONTEXT_SIZE+24+32), SP
	MOVQ SI, (CONTEXT_AT+CONTEXT_SIZE+16)(SP)
	MOVQ DI, (CONTEXT_AT+CONTEXT_SIZE+24)(SP)
	MOVQ R15, (CONTEXT_AT+CONTEXT_SIZE+32)(SP)
	CLD
	MOVQ CX, SI
	LEAQ CONTEXT_AT(SP), DI
	MOVL $(CONTEXT_SIZE/8), CX
	REP; MOVSQ
	MOVL $64, R15 // frames at most
frame:
	MOVQ (CONTEXT_AT+context_rip)(SP), CX
	CMPQ CX, callbackSlot_codeStart(BX)
	JCS  look
	CMPQ CX, callbackSlot_codeEnd(BX)
	JCS  yes
look:
	LEAQ 64(SP), DX
	XORL R8, R8
	MOVQ ·realLookupFunction(SB), AX
	CALL AX
	TESTQ AX, AX
	JZ   leaf
	MOVL $1, CX // UNW_FLAG_EHANDLER
	MOVQ 64(SP), DX
	MOVQ (CONTEXT_AT+context_rip)(SP), R8
	MOVQ AX, R9
	LEAQ CONTEXT_AT(SP), AX
	MOVQ AX, 32(SP)
	LEAQ 72(SP), AX
	MOVQ AX, 40(SP)
	LEAQ 80(SP), AX
	MOVQ AX, 48(SP)
	MOVQ $0, 56(SP)
	MOVQ ·realVirtualUnwind(SB), AX
	CALL AX
	TESTQ AX, AX
	JNZ  no
	JMP  next
leaf:
	MOVQ (CONTEXT_AT+context_rsp)(SP), AX
	MOVQ 0x30(GS), CX
	CMPQ AX, 0x10(CX) // StackLimit
	JCS  no
	CMPQ AX, teb_stackbase(CX)
	JCC  no
	MOVQ (AX), CX
	MOVQ CX, (CONTEXT_AT+context_rip)(SP)
	ADDQ $8, AX
	MOVQ AX, (CONTEXT_AT+context_rsp)(SP)
next:
	DECL R15
	JNZ  frame
no:
	XORL AX, AX
	JMP  out
yes:
	MOVL $1, AX
out:
	MOVQ (CONTEXT_AT+CONTEXT_SIZE+16)(SP), SI
	MOVQ (CONTEXT_AT+CONTEXT_SIZE+24)(SP), DI
	MOVQ (CONTEXT_AT+CONTEXT_SIZE+32)(SP), R15
	ADDQ $(CONTEXT_AT+CONTEXT_SIZE+24+32), SP
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

//go:build go1.22 && !cgo

// Hooks of a library made by the pure bridge, for windows/amd64: code that the library's
// runtime calls instead of functions of the system. The hooks record in the ledger
// (abi.Ledger) what the runtime gets from the system, and end the library's threads.
//
// All are called in the Win64 convention. The first arguments are in CX, DX, R8 and R9, and
// the others on the stack, from 40(SP) in the callee, above 32 bytes that the callee may use.
// The result is in AX. AX, CX, DX, R8 to R11 and X0 to X5 may be overwritten. The hooks run
// on the system stack of any thread, before the runtime has started, and while it holds
// locks. So they are all assembly, and wait only where the function waits. The thread's last
// error is that of the function.
//
// Code that closes or frees something removes its entry first, because another thread may
// get the same value, and record it, right after the function.

#include "textflag.h"

// abi.ImageHeader and abi.Ledger, field for field.
#define image_state          152

#define ledger_stubs          0
#define ledger_memory         8
#define ledger_handles        16
#define ledger_pending        24
#define ledger_hooks          32
#define ledger_stopping       144
#define ledger_halted         152
#define ledger_leave          160
#define ledger_setevent       168
#define ledger_exitthread     176
#define ledger_waitmultiple   184
#define ledger_full           192
#define ledger_periods        200
#define ledger_nvectored      208
#define ledger_nconsole       216
#define ledger_vectored       224
#define ledger_console        352
#define ledger_modules        448
#define ledger_rules          960
#define ledger_hooksstart     6720
#define ledger_hooksend       6728
#define ledger_all            6736

#define vectored_size        32
#define console_size         24
#define handler_thunk        0
#define handler_slot         8
#define handler_handle       16
#define handler_function     16
#define handler_continue     24

#define rule_size            40
#define rule_hash            0
#define rule_real            8
#define rule_hook            16
#define rule_seen            32

#define memory_slots         8192
#define handler_slots        4
#define module_slots         64
#define num_rules            144

#define full_memory          1
#define full_modules         4
#define full_vectored        8
#define full_console         16

#define ledger(offset) ·winplugin_ledger+(offset)(SB)
#define real(index) ·winplugin_ledger+(ledger_rules+rule_size*index+rule_real)(SB)

DATA ledger(ledger_stubs)/8, $·winplugin_stubs(SB)
DATA ledger(ledger_memory)/8, $memory<>(SB)
DATA ledger(ledger_handles)/8, $·winplugin_handles(SB)
DATA ledger(ledger_pending)/8, $·winplugin_pending(SB)
DATA ledger(ledger_hooks+8*0)/8, $virtualAlloc<>(SB)
DATA ledger(ledger_hooks+8*1)/8, $virtualFree<>(SB)
DATA ledger(ledger_hooks+8*2)/8, $addVectoredExceptionHandler<>(SB)
DATA ledger(ledger_hooks+8*3)/8, $addVectoredContinueHandler<>(SB)
DATA ledger(ledger_hooks+8*4)/8, $setConsoleCtrlHandler<>(SB)
DATA ledger(ledger_hooks+8*5)/8, $loadLibraryExW<>(SB)
DATA ledger(ledger_hooks+8*6)/8, $loadLibraryW<>(SB)
DATA ledger(ledger_hooks+8*7)/8, $getProcAddress<>(SB)
DATA ledger(ledger_hooks+8*8)/8, $freeLibrary<>(SB)
DATA ledger(ledger_hooks+8*9)/8, $waitForSingleObject<>(SB)
DATA ledger(ledger_hooks+8*10)/8, $sleep<>(SB)
DATA ledger(ledger_hooks+8*11)/8, $timeBeginPeriod<>(SB)
DATA ledger(ledger_hooks+8*12)/8, $timeEndPeriod<>(SB)
DATA ledger(ledger_hooks+8*13)/8, $·winplugin_wsaIoctl(SB)
DATA ledger(ledger_hooksstart)/8, $·winplugin_hooksStart(SB)
DATA ledger(ledger_hooksend)/8, $·winplugin_hooksEnd(SB)
GLOBL ·winplugin_ledger(SB), NOPTR, $ledger_all

GLOBL memory<>(SB), NOPTR, $(8*memory_slots)

// func winplugin_halt(), called on a goroutine that has the only P. It sets Stopping, tells
// the host, and ends the thread. Windows cannot end a thread on a goroutine's stack. So the
// code switches to the top of the thread's own stack, whose address is at 0x08 in the thread
// environment block. Nothing returns to the frames there any more.
TEXT ·winplugin_halt(SB), NOSPLIT|NOFRAME, $0-0
	MOVQ $1, AX
	XCHGQ AX, ledger(ledger_stopping)
	MOVQ 0x30(GS), AX
	MOVQ 8(AX), AX
	SUBQ $0x400, AX
	ANDQ $~15, AX
	MOVQ AX, SP
	SUBQ $32, SP
	MOVQ ledger(ledger_halted), CX
	MOVQ ledger(ledger_setevent), AX
	CALL AX
	XORL CX, CX
	MOVQ ledger(ledger_exitthread), AX
	CALL AX
	INT  $3

// Ends the calling thread: void ExitThread(uint32 code). The stack must be as after a call:
// a hook jumps here.
TEXT leave<>(SB), NOSPLIT|NOFRAME, $0-0
	XORL CX, CX
	MOVQ ledger(ledger_exitthread), AX
	JMP  AX

// void *VirtualAlloc(void *address, size_t size, uint32 type, uint32 protection):
// a call that reserves (MEM_RESERVE, 0x2000) is recorded by the address that it returns. Once
// Stopping is set, the thread ends: a runtime that has ended may be in a loop that allocates.
TEXT virtualAlloc<>(SB), NOSPLIT|NOFRAME, $0-0
	CMPQ ledger(ledger_stopping), $0
	JNE  stop
	TESTL $0x2000, R8
	JNZ  reserve
	MOVQ real(0), AX
	JMP  AX
reserve:
	SUBQ $40, SP
	MOVQ real(0), AX
	CALL AX
	ADDQ $40, SP
	TESTQ AX, AX
	JZ   done
	MOVQ AX, R8
	LEAQ memory<>(SB), R10
	MOVL $memory_slots, R11
next:
	CMPQ (R10), $0
	JNE  taken
	XORL AX, AX
	LOCK
	CMPXCHGQ R8, (R10)
	JEQ  recorded
taken:
	ADDQ $8, R10
	DECL R11
	JNZ  next
	LOCK
	ORQ  $full_memory, ledger(ledger_full)
recorded:
	MOVQ R8, AX
done:
	RET
stop:
	JMP  leave<>(SB)

// BOOL VirtualFree(void *address, size_t size, uint32 type): a call that releases
// (MEM_RELEASE, 0x8000) removes the entry.
TEXT virtualFree<>(SB), NOSPLIT|NOFRAME, $0-0
	TESTL $0x8000, R8
	JZ   free
	LEAQ memory<>(SB), R10
	MOVL $memory_slots, R11
next:
	CMPQ (R10), CX
	JEQ  found
	ADDQ $8, R10
	DECL R11
	JNZ  next
	JMP  free
found:
	MOVQ $0, (R10)
free:
	MOVQ real(1), AX
	JMP  AX

// void *AddVectoredExceptionHandler(uint32 first, handler), and the same for continue
// handlers. The system gets a thunk of the host, which remains when the library is unloaded.
// The thunk calls the handler in its slot.
TEXT addVectoredExceptionHandler<>(SB), NOSPLIT|NOFRAME, $0-0
	MOVQ real(2), R10
	XORL R8, R8
	JMP  addVectored<>(SB)

TEXT addVectoredContinueHandler<>(SB), NOSPLIT|NOFRAME, $0-0
	MOVQ real(3), R10
	MOVL $1, R8
	JMP  addVectored<>(SB)

TEXT addVectored<>(SB), NOSPLIT|NOFRAME, $0-0
	MOVL $1, AX
	LOCK
	XADDQ AX, ledger(ledger_nvectored)
	CMPQ AX, $handler_slots
	JAE  full
	IMULQ $vectored_size, AX
	LEAQ ledger(ledger_vectored), R11
	ADDQ AX, R11
	MOVQ R8, handler_continue(R11)
	MOVQ handler_slot(R11), R9
	MOVQ DX, (R9)
	MOVQ handler_thunk(R11), DX
	PUSHQ BX
	SUBQ $32, SP
	MOVQ R11, BX
	CALL R10
	MOVQ AX, handler_handle(BX)
	ADDQ $32, SP
	POPQ BX
	RET
full:
	LOCK
	ORQ  $full_vectored, ledger(ledger_full)
	JMP  R10

// BOOL SetConsoleCtrlHandler(handler, BOOL add): in the same way.
TEXT setConsoleCtrlHandler<>(SB), NOSPLIT|NOFRAME, $0-0
	TESTQ CX, CX
	JZ   call
	LEAQ ledger(ledger_console), R11
	TESTL DX, DX
	JZ   remove
	MOVL $1, AX
	LOCK
	XADDQ AX, ledger(ledger_nconsole)
	CMPQ AX, $handler_slots
	JAE  full
	IMULQ $console_size, AX
	ADDQ AX, R11
	MOVQ CX, handler_function(R11)
	MOVQ handler_slot(R11), R9
	MOVQ CX, (R9)
	MOVQ handler_thunk(R11), CX
	JMP  call
remove:
	MOVL $handler_slots, R10
next:
	CMPQ handler_function(R11), CX
	JEQ  found
	ADDQ $console_size, R11
	DECL R10
	JNZ  next
	JMP  call
found:
	MOVQ $0, handler_function(R11)
	MOVQ handler_slot(R11), R9
	MOVQ $0, (R9)
	MOVQ handler_thunk(R11), CX
	JMP  call
full:
	LOCK
	ORQ  $full_console, ledger(ledger_full)
call:
	MOVQ real(4), AX
	JMP  AX

// The name of a DLL that the runtime does not need: "powrprof.dll".
DATA powrprof<>+0(SB)/8, $0x00720077006f0070
DATA powrprof<>+8(SB)/8, $0x0066006f00720070
DATA powrprof<>+16(SB)/8, $0x006c006c0064002e
DATA powrprof<>+24(SB)/8, $0
GLOBL powrprof<>(SB), NOPTR|RODATA, $32

// HMODULE LoadLibraryExW(name, file, uint32 flags). While the runtime starts, it loads
// powrprof.dll to register a callback for the end of the system's sleep, which it never
// removes. So the hook returns ERROR_MOD_NOT_FOUND (126), as an old Windows does, and the
// runtime continues without the callback.
TEXT loadLibraryExW<>(SB), NOSPLIT|NOFRAME, $0-0
	CMPQ ·winplugin_image+image_state(SB), $0
	JNE  load
	LEAQ powrprof<>(SB), R10
	XORL R11, R11
compare:
	MOVWLZX (CX)(R11*2), AX
	CMPW AX, (R10)(R11*2)
	JNE  load
	INCL R11
	TESTL AX, AX
	JNZ  compare
	MOVQ 0x30(GS), AX
	MOVL $126, 0x68(AX)
	XORL AX, AX
	RET
load:
	MOVQ real(5), R10
	JMP  loaded<>(SB)

// HMODULE LoadLibraryW(name)
TEXT loadLibraryW<>(SB), NOSPLIT|NOFRAME, $0-0
	MOVQ real(6), R10
	XORL R8, R8
	JMP  loaded<>(SB)

// Calls the function at R10 and records the module that it returns. Bit 0 is set if only the
// system's folder was searched (LOAD_LIBRARY_SEARCH_SYSTEM32, 0x800); such a module is
// recorded once. The handle of a file that is loaded as data has one of the low bits set,
// and is not recorded.
TEXT loaded<>(SB), NOSPLIT|NOFRAME, $0-0
	PUSHQ BX
	SUBQ $32, SP
	MOVQ R8, BX
	CALL R10
	MOVQ AX, R8
	TESTQ $3, AX
	JNZ  done
	TESTQ AX, AX
	JZ   done
	MOVQ AX, R9
	TESTL $0x800, BX
	JZ   note
	ORQ  $1, R9
	LEAQ ledger(ledger_modules), R10
	MOVL $module_slots, R11
known:
	CMPQ (R10), R9
	JEQ  done
	ADDQ $8, R10
	DECL R11
	JNZ  known
note:
	LEAQ ledger(ledger_modules), R10
	MOVL $module_slots, R11
next:
	CMPQ (R10), $0
	JNE  taken
	XORL AX, AX
	LOCK
	CMPXCHGQ R9, (R10)
	JEQ  done
taken:
	ADDQ $8, R10
	DECL R11
	JNZ  next
	LOCK
	ORQ  $full_modules, ledger(ledger_full)
done:
	MOVQ R8, AX
	ADDQ $32, SP
	POPQ BX
	RET

// BOOL FreeLibrary(module)
TEXT freeLibrary<>(SB), NOSPLIT|NOFRAME, $0-0
	LEAQ ledger(ledger_modules), R10
	MOVL $module_slots, R11
next:
	MOVQ CX, AX
	XORL R9, R9
	LOCK
	CMPXCHGQ R9, (R10)
	JEQ  free
	ADDQ $8, R10
	DECL R11
	JNZ  next
free:
	MOVQ real(8), AX
	JMP  AX

// void *GetProcAddress(module, name). A name of the rules is recorded. If there is a hook
// for it, and the module is from the system's folder, it returns the hook, which uses the
// real address. A name below 0x10000 is a number.
TEXT getProcAddress<>(SB), NOSPLIT|NOFRAME, $0-0
	CMPQ DX, $0x10000
	JCS  call
	MOVQ $0xcbf29ce484222325, R8 // abi.HashName
	MOVQ $0x100000001b3, R10
	MOVQ DX, R9
letter:
	MOVBLZX (R9), R11
	TESTL R11, R11
	JZ   find
	XORQ R11, R8
	IMULQ R10, R8
	INCQ R9
	JMP  letter
find:
	LEAQ ledger(ledger_rules), R10
	MOVL $num_rules, R11
rule:
	CMPQ rule_hash(R10), R8
	JEQ  found
	ADDQ $rule_size, R10
	DECL R11
	JNZ  rule
call:
	MOVQ real(7), AX
	JMP  AX
found:
	MOVQ $1, rule_seen(R10)
	CMPQ rule_hook(R10), $0
	JEQ  call
	MOVQ CX, R9
	ORQ  $1, R9
	LEAQ ledger(ledger_modules), R8
	MOVL $module_slots, R11
module:
	CMPQ (R8), R9
	JEQ  hook
	ADDQ $8, R8
	DECL R11
	JNZ  module
	JMP  call
hook:
	PUSHQ BX
	SUBQ $32, SP
	MOVQ R10, BX
	MOVQ real(7), AX
	CALL AX
	TESTQ AX, AX
	JZ   done
	MOVQ AX, rule_real(BX)
	MOVQ rule_hook(BX), AX
done:
	ADDQ $32, SP
	POPQ BX
	RET

// uint32 WaitForSingleObject(handle, uint32 milliseconds) for packages that get it by name.
// The handle is a child process, or another object for which the plugin waits, and not one
// of the runtime. The host cannot signal it. So the hook waits for Leave as well.
// uint32 WaitForMultipleObjects(uint32 count, handles, BOOL all, uint32 milliseconds).
TEXT waitForSingleObject<>(SB), NOSPLIT|NOFRAME, $0-0
	CMPQ ledger(ledger_stopping), $0
	JNE  stop
	SUBQ $56, SP
	MOVQ CX, 32(SP)
	MOVQ ledger(ledger_leave), AX
	MOVQ AX, 40(SP)
	MOVL DX, R9
	XORL R8, R8
	LEAQ 32(SP), DX
	MOVL $2, CX
	MOVQ ledger(ledger_waitmultiple), AX
	CALL AX
	ADDQ $56, SP
	CMPQ ledger(ledger_stopping), $0
	JNE  stop
	RET
stop:
	JMP  leave<>(SB)

// void Sleep(uint32 milliseconds): waits for Leave for this time.
TEXT sleep<>(SB), NOSPLIT|NOFRAME, $0-0
	CMPQ ledger(ledger_stopping), $0
	JNE  stop
	SUBQ $40, SP
	MOVL CX, R9
	XORL R8, R8
	LEAQ ledger(ledger_leave), DX
	MOVL $1, CX
	MOVQ ledger(ledger_waitmultiple), AX
	CALL AX
	ADDQ $40, SP
	CMPQ ledger(ledger_stopping), $0
	JNE  stop
	RET
stop:
	JMP  leave<>(SB)

// uint32 timeBeginPeriod(uint32 milliseconds), timeEndPeriod: the hooks count the calls. The
// runtime always asks for one millisecond.
TEXT timeBeginPeriod<>(SB), NOSPLIT|NOFRAME, $0-0
	LOCK
	INCQ ledger(ledger_periods)
	MOVQ real(11), AX
	JMP  AX

TEXT timeEndPeriod<>(SB), NOSPLIT|NOFRAME, $0-0
	LOCK
	DECQ ledger(ledger_periods)
	MOVQ real(12), AX
	JMP  AX

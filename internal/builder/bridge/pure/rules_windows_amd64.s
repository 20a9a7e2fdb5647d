//go:build go1.22 && !cgo

// The hook of most functions in a library made by the pure bridge, for windows/amd64. The
// function's rule (abi.Rule) says what the hook does. hooks_windows_amd64.s says what all
// hooks have in common.

#include "textflag.h"

// abi.ImageHeader and abi.Ledger, field for field.

#define ledger_stopping       144
#define ledger_exitthread     176
#define ledger_full           192
#define ledger_rules          960

#define rule_size            40
#define rule_hash            0
#define rule_real            8
#define rule_hook            16
#define rule_op              24

#define handle_slots         65536
#define pending_slots        16384
#define pending_probes       64
#define num_rules            144

#define full_handles         2
#define full_pending         32

#define op_result            1
#define op_out               2
#define op_close             3
#define op_wait              4
#define op_begin             5
#define op_zeroissuccess     32
#define op_ifownprocess      33
#define op_nextargument      34
#define op_minusonefails     35
#define op_dequeues          36

#define ledger(offset) ·winplugin_ledger+(offset)(SB)
#define real(index) ·winplugin_ledger+(ledger_rules+rule_size*index+rule_real)(SB)

GLOBL ·winplugin_handles(SB), NOPTR, $handle_slots
GLOBL ·winplugin_pending(SB), NOPTR, $(8*pending_slots)

// int32 WSAIoctl(socket, uint32 code, in, uint32, out, uint32, uint32 *, OVERLAPPED *,
// routine). With SIO_GET_EXTENSION_FUNCTION_POINTER (0xC8000006) it returns functions as
// GetProcAddress does, but their names are GUIDs. The rule's hash is the first 8 bytes.
TEXT ·winplugin_wsaIoctl(SB), NOSPLIT|NOFRAME, $0-0
	MOVQ DX, 16(SP)
	MOVQ R8, 24(SP)
	PUSHQ BX
	SUBQ $80, SP
	MOVUPS 128(SP), X4
	MOVUPS X4, 32(SP)
	MOVUPS 144(SP), X4
	MOVUPS X4, 48(SP)
	MOVQ 160(SP), AX
	MOVQ AX, 64(SP)
	MOVQ real(13), AX
	CALL AX
	TESTL AX, AX
	JNZ  done
	MOVL 104(SP), R8
	CMPL R8, $0xC8000006
	JNE  done
	MOVQ 112(SP), R8
	MOVQ (R8), R8
	LEAQ ledger(ledger_rules), R10
	MOVL $num_rules, R11
rule:
	CMPQ rule_hash(R10), R8
	JEQ  found
	ADDQ $rule_size, R10
	DECL R11
	JNZ  rule
	JMP  done
found:
	MOVQ 128(SP), R9
	MOVQ (R9), R8
	MOVQ R8, rule_real(R10)
	MOVQ rule_hook(R10), R8
	MOVQ R8, (R9)
done:
	ADDQ $80, SP
	POPQ BX
	RET

// The place in pending where a search for an OVERLAPPED begins: from 14 bits of a hash.
#define PENDING_SLOT(address, scratch) \
	SHRQ $4, address \
	MOVQ $0x9E3779B97F4A7C15, scratch \
	IMULQ scratch, address \
	SHRQ $50, address

// Removes the OVERLAPPED in R10 from pending. Preserves AX, BX, SI and DI.
TEXT forget<>(SB), NOSPLIT|NOFRAME, $0-0
	TESTQ R10, R10
	JZ   done
	MOVQ R10, R8
	PENDING_SLOT(R8, CX)
	LEAQ ·winplugin_pending(SB), R9
	MOVL $pending_probes, CX
next:
	CMPQ (R9)(R8*8), R10
	JEQ  found
	INCQ R8
	ANDQ $(pending_slots-1), R8
	DECL CX
	JNZ  next
done:
	RET
found:
	MOVQ $0, (R9)(R8*8)
	RET

// The hook of all other functions. The stub of a rule calls it, so that the return address
// tells the index of the rule.
TEXT hook<>(SB), NOSPLIT|NOFRAME, $0-0
	MOVQ 0(SP), AX
	ADDQ $8, SP // return to the caller of the stub
	// The arguments become an array, at 8(SP).
	MOVQ CX, 8(SP)
	MOVQ DX, 16(SP)
	MOVQ R8, 24(SP)
	MOVQ R9, 32(SP)
	LEAQ ·winplugin_stubs(SB), R10
	SUBQ R10, AX
	XORL DX, DX
	MOVL $5, CX // abi.StubSize
	DIVL CX
	DECL AX     // the return address is after the call
	IMULQ $rule_size, AX
	LEAQ ledger(ledger_rules), R11
	ADDQ AX, R11

	// Once Stopping is set, nothing is opened any more.
	CMPQ ledger(ledger_stopping), $0
	JNE  stop
	MOVBLZX rule_op(R11), AX
	CMPL AX, $op_close
	JEQ  close
	PUSHQ BX
	PUSHQ SI
	PUSHQ DI
	LEAQ 32(SP), BX // the arguments
	MOVQ R11, SI
	SUBQ $(16*8), SP
	// Copies 16 arguments, although the function may have fewer: none has more than 14,
	// and the memory above is the caller's stack.
	MOVUPS 32(BX), X4
	MOVUPS X4, 32(SP)
	MOVUPS 48(BX), X4
	MOVUPS X4, 48(SP)
	MOVUPS 64(BX), X4
	MOVUPS X4, 64(SP)
	MOVUPS 80(BX), X4
	MOVUPS X4, 80(SP)
	MOVUPS 96(BX), X4
	MOVUPS X4, 96(SP)
	MOVUPS 112(BX), X4
	MOVUPS X4, 112(SP)
	CMPB rule_op(SI), $op_begin
	JNE  go

	// op_begin: the operation is recorded by its OVERLAPPED before the system has it.
	MOVBLZX (rule_op+2)(SI), DX
	MOVQ (BX)(DX*8), R10
	TESTQ R10, R10
	JZ   go
	MOVQ R10, R8
	PENDING_SLOT(R8, CX)
	LEAQ ·winplugin_pending(SB), DI
	MOVL $pending_probes, CX
probe:
	XORL AX, AX
	LOCK
	CMPXCHGQ R10, (DI)(R8*8)
	JEQ  go
	CMPQ AX, R10
	JEQ  go
	INCQ R8
	ANDQ $(pending_slots-1), R8
	DECL CX
	JNZ  probe
	LOCK
	ORQ  $full_pending, ledger(ledger_full)
go:
	MOVQ 0(BX), CX
	MOVQ 8(BX), DX
	MOVQ 16(BX), R8
	MOVQ 24(BX), R9
	MOVQ rule_real(SI), AX
	CALL AX

	MOVQ rule_op(SI), R11
	MOVQ R11, R10
	SHRQ $8, R10 // the kind, in the lowest byte
	LEAQ ·winplugin_handles(SB), DI
	CMPB R11, $op_wait
	JEQ  waited
	CMPB R11, $op_result
	JEQ  result
	CMPB R11, $op_begin
	JEQ  begun

	// op_out
	BTQ  $op_zeroissuccess, R11
	JCS  zero
	TESTL AX, AX
	JZ   done
	JMP  succeeded
zero:
	TESTL AX, AX
	JNZ  done
succeeded:
	BTQ  $op_ifownprocess, R11
	JCC  out
	CMPQ 16(BX), $-1 // GetCurrentProcess()
	JNE  done
out:
	MOVQ R11, CX
	SHRQ $16, CX
	MOVBLZX CX, DX
	MOVQ (BX)(DX*8), DX // the argument: the address of the handles
	TESTQ DX, DX
	JZ   done
	SHRQ $8, CX
	MOVBLZX CX, CX      // how many
each:
	MOVQ (DX), R8
	SHRQ $2, R8
	CMPQ R8, $handle_slots
	JAE  beyond
	MOVB R10, (DI)(R8*1)
	JMP  more
beyond:
	LOCK
	ORQ  $full_handles, ledger(ledger_full)
more:
	ADDQ $8, DX
	DECL CX
	JNZ  each
	BTRQ $op_nextargument, R11
	JCC  done
	ADDQ $(1<<16), R11
	JMP  out

result:
	TESTQ AX, AX
	JLE  done
	MOVQ AX, R8
	SHRQ $2, R8
	CMPQ R8, $handle_slots
	JAE  large
	MOVB R10, (DI)(R8*1)
	JMP  done
large:
	LOCK
	ORQ  $full_handles, ledger(ledger_full)
	JMP  done

begun:
	// The operation is under way if the function failed with ERROR_IO_PENDING (997). In all
	// other cases it has ended, and the system writes nothing any more.
	BTQ  $op_minusonefails, R11
	JCS  minus
	TESTL AX, AX
	JZ   failed
	JMP  over
minus:
	CMPL AX, $-1
	JNE  over
failed:
	MOVQ 0x30(GS), R8
	CMPL 0x68(R8), $997
	JEQ  done
over:
	SHRQ $16, R11
	MOVBLZX R11, DX
	MOVQ (BX)(DX*8), R10
	CALL forget<>(SB)
	JMP  done

waited:
	BTQ  $op_dequeues, R11
	JCC  look
	TESTL AX, AX
	JZ   look
	// GetQueuedCompletionStatusEx(port, entries, count, *removed, …): entries of four
	// words, the second of which is an OVERLAPPED.
	MOVQ 8(BX), DI
	MOVQ 24(BX), SI
	MOVL (SI), SI
entry:
	TESTL SI, SI
	JZ   look
	MOVQ 8(DI), R10
	CALL forget<>(SB)
	ADDQ $32, DI
	DECL SI
	JMP  entry
look:
	CMPQ ledger(ledger_stopping), $0
	JEQ  done
	XORL CX, CX
	MOVQ ledger(ledger_exitthread), AX
	CALL AX
	INT  $3
done:
	ADDQ $(16*8), SP
	POPQ DI
	POPQ SI
	POPQ BX
	RET

close:
	MOVQ 8(SP), CX
	MOVQ CX, R8
	SHRQ $2, R8
	CMPQ R8, $handle_slots
	JAE  closed
	LEAQ ·winplugin_handles(SB), R10
	MOVB $0, (R10)(R8*1)
closed:
	MOVQ 16(SP), DX
	MOVQ 24(SP), R8
	MOVQ 32(SP), R9
	MOVQ rule_real(R11), AX
	JMP  AX
stop:
	XORL CX, CX
	MOVQ ledger(ledger_exitthread), AX
	JMP  AX

// One call of five bytes for each rule.
#define STUB CALL hook<>(SB)
#define STUBS4 STUB; STUB; STUB; STUB
#define STUBS16 STUBS4; STUBS4; STUBS4; STUBS4
TEXT ·winplugin_stubs(SB), NOSPLIT|NOFRAME, $0-0
	STUBS16
	STUBS16
	STUBS16
	STUBS16
	STUBS16
	STUBS16
	STUBS16
	STUBS16
	STUBS16

// A page after the hooks: see guard_windows_amd64.s.
#define INT3S8   QUAD $0xcccccccccccccccc
#define INT3S64  INT3S8; INT3S8; INT3S8; INT3S8; INT3S8; INT3S8; INT3S8; INT3S8
#define INT3S512 INT3S64; INT3S64; INT3S64; INT3S64; INT3S64; INT3S64; INT3S64; INT3S64
TEXT ·winplugin_hooksEnd(SB), NOSPLIT|NOFRAME, $0-0
	INT3S512
	INT3S512
	INT3S512
	INT3S512
	INT3S512
	INT3S512
	INT3S512
	INT3S512

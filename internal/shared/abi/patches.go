package abi

// A PatchedFunction is a function that a hook of an [ELFHeader] replaces. This file is not
// part of plugins.
type PatchedFunction struct {
	Names    []string // its names in the supported Go versions
	Code     []byte   // the first bytes of its code in all of them
	Optional bool     // the linker leaves it out if nothing calls it
}

// PatchedFunctions are the functions that [PatchSyscall6] and the others stand for.
var PatchedFunctions = [NumPatches]PatchedFunction{
	PatchSyscall6: {
		Names: []string{"internal/runtime/syscall/linux.Syscall6", "internal/runtime/syscall.Syscall6", "runtime/internal/syscall.Syscall6"},
		// MOVQ SI, R10; MOVQ DI, DX; MOVQ CX, SI; MOVQ BX, DI; SYSCALL; CMPQ AX, …
		Code: []byte{0x49, 0x89, 0xf2, 0x48, 0x89, 0xfa, 0x48, 0x89, 0xce, 0x48, 0x89, 0xdf, 0x0f, 0x05, 0x48, 0x3d},
	},
	PatchExit: {
		Names: []string{"runtime.exit"},
		// MOVL 8(SP), DI; MOVL $231, AX; SYSCALL; RET
		Code: []byte{0x8b, 0x7c, 0x24, 0x08, 0xb8, 0xe7, 0, 0, 0, 0x0f, 0x05, 0xc3},
	},
	PatchRtsigprocmask: {
		Names: []string{"runtime.rtsigprocmask"},
		// MOVL 8(SP), DI; MOVQ 16(SP), SI; MOVQ 24(SP), DX; MOVL 32(SP), R10; MOVL $14, AX; SYSCALL
		Code: []byte{0x8b, 0x7c, 0x24, 0x08, 0x48, 0x8b, 0x74, 0x24, 0x10, 0x48, 0x8b, 0x54, 0x24, 0x18, 0x44, 0x8b, 0x54, 0x24, 0x20, 0xb8, 0x0e, 0, 0, 0, 0x0f, 0x05},
	},
	PatchWrite1: {
		Names: []string{"runtime.write1"},
		// MOVQ 8(SP), DI; MOVQ 16(SP), SI; MOVL 24(SP), DX; MOVL $1, AX; SYSCALL; MOVL AX, 32(SP)
		Code: []byte{0x48, 0x8b, 0x7c, 0x24, 0x08, 0x48, 0x8b, 0x74, 0x24, 0x10, 0x8b, 0x54, 0x24, 0x18, 0xb8, 0x01, 0, 0, 0, 0x0f, 0x05, 0x89, 0x44, 0x24, 0x20},
	},
	PatchPipe2: {
		Names: []string{"runtime.pipe2"},
		// LEAQ 16(SP), DI; MOVL 8(SP), SI; MOVL $293, AX; SYSCALL; MOVL AX, 24(SP)
		Code:     []byte{0x48, 0x8d, 0x7c, 0x24, 0x10, 0x8b, 0x74, 0x24, 0x08, 0xb8, 0x25, 0x01, 0, 0, 0x0f, 0x05, 0x89, 0x44, 0x24, 0x18},
		Optional: true,
	},
	PatchRaiseproc: {
		Names: []string{"runtime.raiseproc"},
		// MOVL $39, AX; SYSCALL; MOVL AX, DI; MOVL 8(SP), SI; MOVL $62, AX; SYSCALL; RET
		Code: []byte{0xb8, 0x27, 0, 0, 0, 0x0f, 0x05, 0x89, 0xc7, 0x8b, 0x74, 0x24, 0x08, 0xb8, 0x3e, 0, 0, 0, 0x0f, 0x05, 0xc3},
	},
	PatchRaise: {
		Names: []string{"runtime.raise"},
		// MOVL $39, AX; SYSCALL; MOVL AX, R12; MOVL $186, AX; SYSCALL; MOVL AX, SI; MOVL R12, DI; MOVL 8(SP), DX; MOVL $234, AX; SYSCALL
		Code: []byte{0xb8, 0x27, 0, 0, 0, 0x0f, 0x05, 0x41, 0x89, 0xc4, 0xb8, 0xba, 0, 0, 0, 0x0f, 0x05, 0x89, 0xc6, 0x44, 0x89, 0xe7, 0x8b, 0x54, 0x24, 0x08, 0xb8, 0xea, 0, 0, 0, 0x0f, 0x05},
	},
	PatchVfork: {
		Names: []string{"syscall.rawVforkSyscall"},
		// MOVQ 16(SP), DI; MOVQ 24(SP), SI; MOVQ 32(SP), DX; MOVQ $0, R10; MOVQ $0, R8; MOVQ $0, R9;
		// MOVQ 8(SP), AX; POPQ R12; SYSCALL; PUSHQ R12
		Code: []byte{0x48, 0x8b, 0x7c, 0x24, 0x10, 0x48, 0x8b, 0x74, 0x24, 0x18, 0x48, 0x8b, 0x54, 0x24, 0x20, 0x49, 0xc7, 0xc2, 0, 0, 0, 0, 0x49, 0xc7, 0xc0, 0, 0, 0, 0,
			0x49, 0xc7, 0xc1, 0, 0, 0, 0, 0x48, 0x8b, 0x44, 0x24, 0x08, 0x41, 0x5c, 0x0f, 0x05, 0x41, 0x54},
		Optional: true,
	},
}

// A reference to the thread-local g, as the linker leaves it in a position-independent
// program: MOVQ $-8, REG, then an access to FS:(REG). The host patches the constant.
const (
	TLSOperand    = -8
	TLSOperandAt  = 3 // of the instruction
	TLSOperandLen = 4
)

// IsTLSLoad reports whether code, which ends after the operand, is MOVQ $-8, REG. If so, reg
// is REG.
func IsTLSLoad(code []byte) (reg byte, ok bool) {
	if len(code) < TLSOperandAt+TLSOperandLen {
		return 0, false
	}
	code = code[len(code)-TLSOperandAt-TLSOperandLen:]
	ok = code[0]&^1 == 0x48 && code[1] == 0xc7 && code[2]&^7 == 0xc0 && string(code[TLSOperandAt:]) == "\xf8\xff\xff\xff"
	return code[2]&7 | code[0]&1<<3, ok
}

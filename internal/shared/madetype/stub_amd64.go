//go:build go1.22

package madetype

// stubSize is what MOVQ closures+i(SB), DX and JMP (DX) take.
const stubSize = 9

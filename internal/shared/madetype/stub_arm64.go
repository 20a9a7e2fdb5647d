//go:build go1.22

package madetype

// stubSize is what ADRP, LDR, LDR and BR take.
const stubSize = 16

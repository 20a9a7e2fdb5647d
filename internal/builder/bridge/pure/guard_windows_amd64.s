//go:build go1.22 && !cgo

// The code of the hooks stays executable when the host takes the right to execute from the
// library's other code (docs/survival.md): a thread that returns from the system to a hook
// records what it got before it ends. Rights belong to whole pages. So there is a page of
// code that is never called before the hooks, here, and another one after them. The linker
// keeps the order of a package's files; the host checks that the hooks are in between.

#include "textflag.h"

#define INT3S8   QUAD $0xcccccccccccccccc
#define INT3S64  INT3S8; INT3S8; INT3S8; INT3S8; INT3S8; INT3S8; INT3S8; INT3S8
#define INT3S512 INT3S64; INT3S64; INT3S64; INT3S64; INT3S64; INT3S64; INT3S64; INT3S64

TEXT ·winplugin_hooksStart(SB), NOSPLIT|NOFRAME, $0-0
	INT3S512
	INT3S512
	INT3S512
	INT3S512
	INT3S512
	INT3S512
	INT3S512
	INT3S512

#include "textflag.h"

// func abort()
TEXT ·abort(SB), NOSPLIT, $0-0
	CALL runtime·abort(SB)
	RET

// func halt()
TEXT ·halt(SB), NOSPLIT, $0-0
	HLT $0
	RET

// func undefined()
TEXT ·undefined(SB), NOSPLIT, $0-0
	UNDEF
	RET

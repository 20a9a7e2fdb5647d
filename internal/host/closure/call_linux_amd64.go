package closure

// callCode is the address of call.
var callCode uintptr

// call is in call_linux_amd64.s, and called through closures only.
func call()

package process

const (
	maxrss       = 1 << 10 // the unit of that in a syscall.Rusage
	limitsMemory = true    // RLIMIT_DATA counts what Go takes
)

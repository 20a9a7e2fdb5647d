//go:build freebsd || netbsd

package process

const (
	maxrss       = 1 << 10 // the unit of that in a syscall.Rusage
	limitsMemory = false   // RLIMIT_DATA counts what Go takes
)

//go:build !(linux && amd64)

package closure

// callCode says that there is no code for funcs.
const callCode uintptr = 0

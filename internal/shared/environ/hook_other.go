//go:build go1.22 && !((linux || darwin) && (amd64 || arm64))

package environ

// Separate reports that each side has a copy of the environment, and that changes are noticed.
const Separate = false

// Hooks are of no use here.
type Hooks struct{}

// Use does nothing.
func Use(*Hooks) {}

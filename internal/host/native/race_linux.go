//go:build race && amd64

package native

// orderMemory tells the race detector that what was written before other threads entered
// or left a library is seen here, and the other way round. A server of a handover is woken
// by a futex, of which the detector knows nothing; runtime.cgocall records such an order
// (racecgosync), as runtime.cgocallback does for callbacks that do not change threads.
func orderMemory() { cgocall(returnZeroPC, nil) }

var returnZeroPC uintptr // in assembly

//go:build !linux

package native

// settleSignals has nothing to mend: Windows preempts without signals, and other
// systems are not supported yet.
func settleSignals() (settled func()) { return func() {} }

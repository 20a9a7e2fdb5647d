//go:build !linux

package native

import "github.com/RamanSharma100/go-winplugin/internal/shared/wire"

// resendPreempt is never reached: no signal preempts here.
func resendPreempt(*wire.Frame) {}

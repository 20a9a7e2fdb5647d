//go:build go1.22 && !linux

package pluginrt

import "github.com/RamanSharma100/go-winplugin/internal/shared/wire"

// resendPreempt is never reached: only Linux preempts by a signal.
func resendPreempt(*wire.Frame) {}

//go:build go1.22 && !linux

package support

import "github.com/RamanSharma100/go-winplugin/internal/wire"

// acknowledge is never reached: no signal preempts here.
func acknowledge(*wire.Frame) {}

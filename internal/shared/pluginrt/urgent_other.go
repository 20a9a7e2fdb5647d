//go:build go1.22 && !linux

package pluginrt

import "github.com/RamanSharma100/go-winplugin/internal/shared/wire"

// acknowledge is never reached: no signal preempts here.
func acknowledge(*wire.Frame) {}

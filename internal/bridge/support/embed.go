package support

import "embed"

// Source is this package's source, for the copy that goes into plugins.
//
//go:embed bounds_other.go bounds_windows.go call.go callback.go context.go dynamic.go export.go heap.go host.go hostcall.go message.go object.go own.go remote.go result.go scope.go serve_windows.go stream.go urgent_linux.go urgent_other.go
var Source embed.FS

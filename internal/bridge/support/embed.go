package support

import "embed"

// Source is this package's source, for the copy that goes into plugins.
//
//go:embed call.go callback.go context.go export.go host.go hostcall.go message.go object.go own.go remote.go result.go scope.go serve_windows.go stream.go
var Source embed.FS

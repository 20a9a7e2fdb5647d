package support

import "embed"

// Source is this package's source, for the copy that goes into plugins.
//
//go:embed call.go result.go export.go host.go hostcall.go serve_windows.go
var Source embed.FS

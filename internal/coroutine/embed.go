package coroutine

import "embed"

// Source is this package's source, for the copy that goes into plugins.
//
//go:embed coroutine.go
var Source embed.FS

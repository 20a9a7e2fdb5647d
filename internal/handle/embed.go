package handle

import "embed"

// Source is this package's source, for the copy that goes into plugins.
//
//go:embed table.go
var Source embed.FS

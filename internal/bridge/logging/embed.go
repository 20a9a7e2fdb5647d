package logging

import "embed"

// Source is this package's source, for the copy that goes into plugins that log.
//
//go:embed logging.go
var Source embed.FS

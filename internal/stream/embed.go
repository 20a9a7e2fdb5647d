package stream

import "embed"

// Source is this package's source, for the copy that goes into plugins.
//
//go:embed channel.go clock.go end.go hold.go lender.go pump.go
var Source embed.FS

package source

import "embed"

// Source is the source of this package, on which the content of libraries depends.
//
//go:embed *.go
var Source embed.FS

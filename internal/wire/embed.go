package wire

import "embed"

// Source is this package's source, for the copy that goes into plugins. This
// file and the tests are not part of it.
//
//go:embed frame.go words.go message.go table.go image.go books.go
var Source embed.FS

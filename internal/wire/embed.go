package wire

import "embed"

// Source is this package's source, for the copy that goes into plugins. This
// file and the tests are not part of it.
//
//go:embed argument.go books.go decoder.go encoder.go frame.go image.go message.go pointers.go ref.go table.go time.go urgent.go values.go words.go
var Source embed.FS

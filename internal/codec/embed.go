package codec

import "embed"

// Source is this package's source, for the copy that goes into plugins. This
// file and the tests are not part of it.
//
//go:embed any.go cache.go codec.go compile.go compose.go decode.go describe.go dynamic.go encode.go error.go func.go maps.go methods.go object.go opaque.go place.go pool.go puterror.go reference.go resolve.go rules.go scope.go sentinel.go update.go
var Source embed.FS

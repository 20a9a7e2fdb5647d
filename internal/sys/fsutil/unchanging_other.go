//go:build !windows

package fsutil

import (
	"math"
	"os"
)

// OpenUnchanging opens a regular file for reading. On Windows nobody can write, rename
// or delete the file while it is open.
func OpenUnchanging(path string) (*os.File, error) { return OpenRegular(path, math.MaxInt64) }

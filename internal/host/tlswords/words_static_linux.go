//go:build amd64 && !cgo && winplugin_static

package tlswords

import _ "github.com/RamanSharma100/go-winplugin/internal/shared/nolibc" // makes the threads

// First returns where the words of library 0 are, in bytes from FS: behind what package
// nolibc itself keeps there.
func First() int64 { return 64 }

//go:build !unix

package fsutil

const nonBlocking = 0

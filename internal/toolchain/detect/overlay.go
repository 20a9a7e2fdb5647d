package detect

import (
	"go/version"
	"path/filepath"
	"strings"
)

// TakesOverlay reports whether the go command takes packages of GOROOT from an overlay: Go 1.22 looks for
// them on the disk alone.
func (t *Toolchain) TakesOverlay() bool {
	return version.Compare(t.GoVersion, "go1.23") >= 0 && !t.InModuleCache()
}

// InModuleCache reports whether the toolchain is one that a go.mod or GOTOOLCHAIN names. The go command keeps
// it in the module cache, and Go 1.25 refuses an overlay of files there.
func (t *Toolchain) InModuleCache() bool {
	return strings.Contains(filepath.ToSlash(t.GOROOT), "/golang.org/toolchain@")
}

package detect

import (
	"bytes"
	"os"
)

// withLocalToolchain returns the environment in which the go command does not switch
// to another toolchain, and downloads none, because a go.mod or go.work asks
// for it. A user who wants that sets GOTOOLCHAIN, as a variable or by go env -w.
// See https://go.dev/doc/toolchain.
func (e environ) withLocalToolchain() environ {
	if e.get("GOTOOLCHAIN") != "" {
		return e
	}
	if data, err := os.ReadFile(settingsFile(e)); err == nil {
		for line := range bytes.Lines(data) {
			if bytes.HasPrefix(line, []byte("GOTOOLCHAIN=")) {
				return e
			}
		}
	}
	return e.with("GOTOOLCHAIN=local")
}

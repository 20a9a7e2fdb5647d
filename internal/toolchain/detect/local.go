package detect

import (
	"bytes"
	"os"

	"github.com/RamanSharma100/go-winplugin/internal/sys/fsutil"
)

// settingsSize is the size up to which files with settings of the go command are read.
const settingsSize = 1 << 20

// withLocalToolchain returns an environment in which the go command does not switch to
// another toolchain, or download one, because a go.mod or go.work asks for it. A user who
// wants this sets GOTOOLCHAIN, as a variable or by go env -w.
// See https://go.dev/doc/toolchain.
func (e environ) withLocalToolchain() environ {
	if Setting(e, "GOTOOLCHAIN") != "" {
		return e
	}
	return e.with("GOTOOLCHAIN=local")
}

// Setting returns a setting of the go command: the variable of that name, or what go env
// -w wrote for it. A nil env is os.Environ().
func Setting(env []string, name string) string {
	if env == nil {
		env = os.Environ()
	}
	if value := environ(env).get(name); value != "" {
		return value
	}
	data, err := fsutil.ReadRegular(settingsFile(env), settingsSize)
	if err != nil {
		return ""
	}
	for line := range bytes.Lines(data) {
		if value, ok := bytes.CutPrefix(line, []byte(name+"=")); ok {
			return string(bytes.TrimRight(value, "\r\n"))
		}
	}
	return ""
}

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
	data, err := os.ReadFile(settingsFile(env))
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

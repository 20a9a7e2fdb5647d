//go:build !windows && !darwin

package detect

import "path/filepath"

// configDir is os.UserConfigDir for another environment.
func configDir(env environ) string {
	if dir := env.get("XDG_CONFIG_HOME"); dir != "" {
		return dir
	}
	if home := env.get("HOME"); home != "" {
		return filepath.Join(home, ".config")
	}
	return ""
}

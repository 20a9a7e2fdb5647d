package detect

import "path/filepath"

// configDir is os.UserConfigDir for another environment.
func configDir(env environ) string {
	if home := env.get("HOME"); home != "" {
		return filepath.Join(home, "Library", "Application Support")
	}
	return ""
}

package native

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// What a process that has ended left is removed; what is loaded, or young, stays.
func TestRemoveAbandoned(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"old", "in use", "young"} {
		if err := os.Mkdir(filepath.Join(dir, name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name, "library.dll"), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	used, err := os.Open(filepath.Join(dir, "in use", "library.dll"))
	if err != nil {
		t.Fatal(err)
	}
	defer used.Close()
	past := time.Now().Add(-time.Hour)
	for _, name := range []string{"old", "in use"} {
		if err := os.Chtimes(filepath.Join(dir, name), past, past); err != nil {
			t.Fatal(err)
		}
	}
	removeAbandoned(dir, time.Now().Add(-abandonedAge))
	for name, want := range map[string]bool{"old": false, "in use": true, "young": true} {
		t.Run(name, func(t *testing.T) {
			if _, err := os.Stat(filepath.Join(dir, name)); (err == nil) != want {
				t.Errorf("%s: got %v, want it there: %t", name, err, want)
			}
		})
	}
}

func TestPlainPath(t *testing.T) {
	long := strings.Repeat(`\folder`, 40)
	for _, test := range []struct{ name, path, want string }{
		{"drive", `\\?\C:\a\b.dll`, `C:\a\b.dll`},
		{"network", `\\?\UNC\server\share\b.dll`, `\\server\share\b.dll`},
		{"plain", `C:\b.dll`, `C:\b.dll`},
		{"too long without the prefix", `\\?\C:` + long, `\\?\C:` + long},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := plainPath(test.path); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

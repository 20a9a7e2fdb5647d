package process

import (
	"fmt"
	"path"
	"runtime"
	"slices"
	"strings"
)

// passed are the variables of the host that a process gets: what programs need to find others, to
// print in the user's language, and what Go's runtime and packages read. A star stands for any rest
// of a name.
var passed = map[string][]string{
	"windows": {
		"SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "PATH", "PATHEXT", "COMSPEC", "TEMP", "TMP", "USERNAME", "USERPROFILE",
		"HOMEDRIVE", "HOMEPATH", "APPDATA", "LOCALAPPDATA", "PROGRAMDATA",
	},
	"": {"PATH", "HOME", "USER", "LOGNAME", "LANG", "LANGUAGE", "LC_*", "TMPDIR"},
}

var passedForGo = []string{"TZ", "GOMAXPROCS", "GOGC", "GOMEMLIMIT", "GODEBUG", "GOTRACEBACK", "SSL_CERT_FILE", "SSL_CERT_DIR"}

// CheckEnvironment returns an error if an entry is none of Environment.
func CheckEnvironment(entries []string) error {
	for _, e := range entries {
		name, _, _ := strings.Cut(e, "=")
		if _, err := path.Match(name, ""); name == "" || err != nil || strings.ContainsRune(e, 0) {
			return fmt.Errorf("environment: %q is neither a NAME of a variable nor NAME=value", e)
		}
	}
	return nil
}

// Environment returns the environment of a process: of the host's variables the usual ones and those
// whose names are among the entries, in which a star stands for any text; and the entries of the form
// NAME=value.
func Environment(host, entries []string) (list []string) {
	usual := passed[runtime.GOOS]
	if usual == nil {
		usual = passed[""]
	}
	names := slices.Concat(usual, passedForGo)
	var values []string
	for _, e := range entries {
		if strings.Contains(e, "=") {
			values = append(values, e)
		} else {
			names = append(names, e)
		}
	}
	for _, v := range host {
		name, _, _ := strings.Cut(v, "=")
		for _, pattern := range names {
			if runtime.GOOS == "windows" { // names have no case
				name, pattern = strings.ToUpper(name), strings.ToUpper(pattern)
			}
			if ok, _ := path.Match(pattern, name); ok {
				list = append(list, v)
				break
			}
		}
	}
	return append(list, values...)
}

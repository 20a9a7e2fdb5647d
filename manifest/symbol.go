package manifest

import (
	"fmt"
	"strings"
)

// Symbol returns the name of the plain C export of a plugin's function:
// go_plugin_<package>_<Function>. Go allows letters in names that C does not;
// such a letter becomes _u and its code point in hex.
func Symbol(pkg, function string) string {
	return "go_plugin_" + mangle(pkg) + "_" + mangle(function)
}

func mangle(name string) string {
	var b strings.Builder
	for _, r := range name {
		switch {
		case r == '_', r >= '0' && r <= '9', r >= 'A' && r <= 'Z', r >= 'a' && r <= 'z':
			b.WriteRune(r)
		default:
			fmt.Fprintf(&b, "_u%04x", r)
		}
	}
	return b.String()
}

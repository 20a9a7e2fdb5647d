package detect

import (
	"fmt"
	"strings"
)

// splitQuoted splits a command line as the go command splits CC. A field may be in single or
// double quotes, and has no escapes.
func splitQuoted(s string) ([]string, error) {
	var fields []string
	for {
		s = strings.TrimLeft(s, " \t\r\n")
		if s == "" {
			return fields, nil
		}
		if s[0] == '"' || s[0] == '\'' {
			end := strings.IndexByte(s[1:], s[0])
			if end < 0 {
				return nil, fmt.Errorf("a quote is not closed in %s", s)
			}
			fields, s = append(fields, s[1:end+1]), s[end+2:]
			continue
		}
		end := strings.IndexAny(s, " \t\r\n")
		if end < 0 {
			end = len(s)
		}
		fields, s = append(fields, s[:end]), s[end:]
	}
}

// joinQuoted is the reverse of splitQuoted.
func joinQuoted(args []string) (string, error) {
	quoted := make([]string, len(args))
	for i, arg := range args {
		switch {
		case arg != "" && !strings.ContainsAny(arg, " \t\r\n'\""):
			quoted[i] = arg
		case !strings.Contains(arg, "'"):
			quoted[i] = "'" + arg + "'"
		case !strings.Contains(arg, `"`):
			quoted[i] = `"` + arg + `"`
		default:
			return "", fmt.Errorf("%s holds both kinds of quotes, which the go command cannot take", arg)
		}
	}
	return strings.Join(quoted, " "), nil
}

package detect

import (
	"fmt"
	"strconv"
	"strings"
)

// unsupportedFlags are flags of go build that must not be in GOFLAGS, with the reasons.
var unsupportedFlags = map[string]string{
	"overlay":  "would put files into the plugin that the policy has not seen",
	"toolexec": "runs another program in place of the compiler",
	"modfile":  "takes the plugin's dependencies from another file than the one that is checked",
	"compiler": "chooses another compiler than Go's own",
	"n":        "prints what would be built and builds nothing",
	"changed":  "keeps go env from printing its settings",
	"json":     "changes what the go command prints",
	"race":     "makes a library that ends the program which loads it",
	"msan":     "makes a library that ends the program which loads it",
	"asan":     "makes a library that ends the program which loads it",
	"cover":    "adds code for test coverage, which a library does not write anywhere",
}

// checkFlags returns a problem if GOFLAGS has a flag with which plugins cannot be built.
func (f *finder) checkFlags(t *Toolchain) *Problem {
	for _, flag := range SplitFlags(t.GOFLAGS) {
		name, value, ok := strings.Cut(strings.TrimLeft(flag, "-"), "=")
		why := unsupportedFlags[name]
		if name == "covermode" || name == "coverpkg" {
			why = unsupportedFlags["cover"]
		}
		if on, err := strconv.ParseBool(value); why == "" || ok && err == nil && !on {
			continue
		}
		return &Problem{Trap: TrapGOFLAGS, Path: t.Go, general: true, Remedy: f.remedy(TrapGOFLAGS, t.Go),
			Message: fmt.Sprintf("is told by GOFLAGS to use %s, which %s; leave it out of GOFLAGS", flag, why)}
	}
	return nil
}

// SplitFlags splits the value of GOFLAGS as the go command does. The go
// command itself refuses a value with an open quote.
func SplitFlags(value string) []string {
	flags, err := splitQuoted(value)
	if err != nil {
		return nil
	}
	return flags
}

// JoinFlags is the reverse of [SplitFlags]. It fails for a flag that holds both kinds of
// quotes.
func JoinFlags(flags []string) (string, error) { return joinQuoted(flags) }

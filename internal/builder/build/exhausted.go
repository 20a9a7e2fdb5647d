package build

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/RamanSharma100/go-winplugin/internal/builder/source"
)

// A shortage is a resource of which the system has too little for a build.
type shortage struct {
	text   *regexp.Regexp // in a tool's output; a first group is the file that was written
	advice string         // %s is the file, or where builds write
}

var shortages = []shortage{
	{regexp.MustCompile(`(?i)(?:(?:write|open|mkdir|copy) (\S[^\n:]*(?::[\\/][^\n:]*)?): )?(?:no space left on device|disk quota exceeded|there is not enough space on the disk|the disk is full)`),
		"the disk is full; free some space for %s"},
	{regexp.MustCompile(`(?i)too many open files`), "too many files are open; raise the limit (ulimit -n 4096) or close some"},
	{regexp.MustCompile(`(?i)(?:write (\S[^\n:]*): )?(?:file too large|file size limit exceeded)`),
		"a limit keeps files small; raise it (ulimit -f unlimited) to write %s"},
	{regexp.MustCompile(`(?i)cannot allocate memory|fatal error: out of memory|virtual memory exhausted|resource temporarily unavailable`),
		"memory or processes are short; end other programs, or raise the limits (ulimit -v, ulimit -u)"},
}

// exhausted returns an error if the build failed because the system lacks a resource, such as
// memory, and nil if the plugin or the toolchain may be at fault.
func exhausted(failed *source.BuildError) error {
	if len(failed.Diagnostics) > 0 {
		return nil // of the compiler, about the source
	}
	output := strings.TrimSpace(failed.Error() + "\n" + failed.Output)
	for _, s := range shortages {
		m := s.text.FindStringSubmatch(output)
		if m == nil {
			continue
		}
		advice := s.advice
		if strings.Contains(advice, "%s") {
			where := "the cache folder, the temporary folder and go env GOCACHE"
			if len(m) > 1 && m[1] != "" {
				where = m[1]
			}
			advice = fmt.Sprintf(advice, where)
		}
		return fmt.Errorf("building plugin %s: %s; the build said: %w", failed.Package, advice, &outputError{output, failed.Err})
	}
	return nil
}

// An outputError is what a tool printed as it failed.
type outputError struct {
	output string
	err    error
}

func (e *outputError) Error() string { return e.output }
func (e *outputError) Unwrap() error { return e.err }

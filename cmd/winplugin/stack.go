package main

import "strings"

// supportFrames are in the names of functions that call the plugin's own.
var supportFrames = []string{"zz_winplugin", "runtime.cgocallback", "runtime/debug.Stack", "_cgoexp_", "winplugin_"}

// pluginStack returns a stack trace without the frames of the plugin's runtime support.
// It returns the trace as it is if nothing else would be left.
func pluginStack(stack string) string {
	lines := strings.Split(strings.TrimRight(stack, "\n"), "\n")
	var kept []string
	frames := 0
	for i := 0; i < len(lines); i++ {
		line := lines[i]
		frame := i+1 < len(lines) && strings.HasPrefix(lines[i+1], "\t")
		if !frame {
			kept = append(kept, line)
			continue
		}
		i++
		if !isSupport(line) && !isSupport(lines[i]) {
			kept = append(kept, line, lines[i])
			frames++
		}
	}
	if frames == 0 {
		return stack
	}
	return strings.Join(kept, "\n")
}

func isSupport(line string) bool {
	for _, s := range supportFrames {
		if strings.Contains(line, s) {
			return true
		}
	}
	return false
}

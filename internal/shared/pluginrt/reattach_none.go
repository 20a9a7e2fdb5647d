//go:build go1.22 && (unix || windows) && !(linux || darwin || freebsd || netbsd || openbsd)

package pluginrt

// serveReattached ends the process: nothing passes it the memory of a host here.
func serveReattached(string) {
	endProcess("%s works on Linux, macOS and the BSDs; attach the debugger to the process that a host has started", ReattachVariable)
}

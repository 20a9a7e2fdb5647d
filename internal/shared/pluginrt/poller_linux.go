//go:build go1.22

package pluginrt

import "time"

// The runtime starts its network poller with the first timer or socket, and ends the
// process if it cannot have the two file descriptors for it. It starts here, while the
// host loads the library: the host has checked that descriptors are free.
func init() { time.AfterFunc(time.Hour, func() {}).Stop() }

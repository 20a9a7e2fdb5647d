package winplugin

import "fmt"

// An Isolation says where a plugin runs: see [WithIsolation].
type Isolation int

// The isolations.
const (
	InProcess Isolation = iota // in the host's process, the default
	Process                    // in a process of its own
)

// WithIsolation runs the plugin in a process of its own, by [Process]. The API is the same, and a
// call takes some microseconds more. The host survives whatever the plugin does to its own memory,
// [Plugin.Survives] returns nil, and [Plugin.Kill] and [Plugin.Close] end the process. Each Open
// starts a process. docs/isolation.md has what differs, and against what it is no boundary.
//
// It works on linux/amd64, with libraries of the bridge [Pure]. Otherwise opening the plugin fails
// with a [*LoadError].
func WithIsolation(i Isolation) Option {
	return func(c *config) error {
		if i != InProcess && i != Process {
			return fmt.Errorf("isolation %d is unknown; use InProcess or Process", i)
		}
		c.isolation = i
		return nil
	}
}

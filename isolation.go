package winplugin

import "fmt"

// An Isolation says where a plugin runs: see [WithIsolation].
type Isolation int

// The isolations.
const (
	InProcess Isolation = iota // in the host's process, the default
	Process                    // in a process of its own
)

// WithIsolation runs the plugin in a process of its own, by [Process]. The library is that of the
// bridge [Pure], and the API is the same. The host survives whatever the plugin does to its own
// memory, and can end it at any time: see [Plugin.Kill].
func WithIsolation(i Isolation) Option {
	return func(c *config) error {
		if i != InProcess && i != Process {
			return fmt.Errorf("isolation %d is unknown; use InProcess or Process", i)
		}
		c.isolation = i
		return nil
	}
}

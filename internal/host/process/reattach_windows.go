//go:build amd64

package process

import (
	"context"
	"errors"

	"github.com/RamanSharma100/go-winplugin/internal/shared/exchange"
)

// newReattachedProcess fails: nothing passes the section to a process that somebody else has started.
func newReattachedProcess(context.Context, []byte, Options) (system, *section, *exchange.Wakes, error) {
	return nil, nil, nil, errors.New("a process that was started by hand is for Linux, macOS and the BSDs; open the plugin without WithReattach, and attach the debugger to the process of Plugin.ProcessStats")
}

//go:build amd64

package process

import (
	"context"
	"errors"
)

// awaitDebugger fails: nothing stops the process here.
func (c *child) awaitDebugger(context.Context, func(int)) error {
	return errors.New("a process waits for a debugger on Linux alone; open the plugin without WithDebugger")
}

//go:build amd64

package process

import (
	"context"
	"errors"
)

// awaitDebugger fails: nothing stops the process here.
func (s *jobProcess) awaitDebugger(context.Context, *child, func(int)) error {
	return errors.New("a process waits for a debugger on linux/amd64 alone; open the plugin without WithDebugger")
}

// Package procgroup starts commands that end as a whole: when the context of a command
// ends, so does everything that the command has started. The go command runs
// compilers and linkers, which would otherwise keep running.
package procgroup

import "os/exec"

// Run starts cmd, which was made with a context, and waits for it. The end of the context
// kills it and everything that it has started. With low it has less than the usual priority.
func Run(cmd *exec.Cmd, low bool) error {
	release, err := start(cmd, low)
	if err != nil {
		return err
	}
	defer release()
	return cmd.Wait()
}

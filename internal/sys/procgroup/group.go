// Package procgroup starts commands that end as a whole: when the context of a command
// ends, so does everything that the command has started. The go command runs
// compilers and linkers, which would otherwise keep running.
package procgroup

import "os/exec"

// Run is [Start], and waits for the command.
func Run(cmd *exec.Cmd) error {
	release, err := Start(cmd)
	if err != nil {
		return err
	}
	defer release()
	return cmd.Wait()
}

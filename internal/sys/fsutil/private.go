package fsutil

import "fmt"

// A NotPrivateError reports a folder that somebody else can write to, so that its
// programs and libraries must not be run.
type NotPrivateError struct {
	Path   string
	Reason string // what somebody else has or may do
	Remedy string // a command
}

func (e *NotPrivateError) Error() string {
	return fmt.Sprintf("%s is not safe to run programs from: %s; name another folder, or, if you trust what is in it, run: %s", e.Path, e.Reason, e.Remedy)
}

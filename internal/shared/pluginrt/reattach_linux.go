//go:build go1.22

package pluginrt

import (
	"fmt"
	"os"
	"syscall"
)

// checkUser returns an error unless the process at the other end of a socket is this user's.
func checkUser(socket int) error {
	other, err := syscall.GetsockoptUcred(socket, syscall.SOL_SOCKET, syscall.SO_PEERCRED)
	if err != nil {
		return err
	}
	if int(other.Uid) != os.Geteuid() {
		return fmt.Errorf("process %d of user %d may not use it", other.Pid, other.Uid)
	}
	return nil
}

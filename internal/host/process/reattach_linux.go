package process

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// checkUser returns the number of the process at the other end of a socket, or an error if it is not this
// user's.
func checkUser(conn *net.UnixConn) (pid int, err error) {
	raw, err := conn.SyscallConn()
	if err != nil {
		return 0, err
	}
	var other *unix.Ucred
	if controlled := raw.Control(func(fd uintptr) { other, err = unix.GetsockoptUcred(int(fd), unix.SOL_SOCKET, unix.SO_PEERCRED) }); controlled != nil {
		return 0, controlled
	}
	if err != nil {
		return 0, err
	}
	if user := os.Geteuid(); int(other.Uid) != user {
		return 0, fmt.Errorf("process %d belongs to user %d, and this process runs as user %d: start it as that user", other.Pid, other.Uid, user)
	}
	return int(other.Pid), nil
}

// checkFile returns an error unless a process runs the library.
func checkFile(pid int, library []byte) error {
	file, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/exe")
	if err != nil {
		return fmt.Errorf("reading what process %d runs: %w", pid, err)
	}
	if !bytes.Equal(file, library) {
		return fmt.Errorf("process %d runs another file: %w", pid, errStartAgain)
	}
	return nil
}

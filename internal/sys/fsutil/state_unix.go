//go:build !windows

package fsutil

import (
	"os"
	"syscall"
)

// Look returns the state of the file at path. It follows links.
func Look(path string) (State, error) {
	info, err := os.Stat(path)
	if err != nil {
		return State{}, err
	}
	return stateOfInfo(info), nil
}

func stateOf(file *os.File) (State, error) {
	info, err := file.Stat()
	if err != nil {
		return State{}, err
	}
	return stateOfInfo(info), nil
}

func stateOfInfo(info os.FileInfo) State {
	s := State{2: info.Size(), 3: info.ModTime().UnixNano()}
	if sys, ok := info.Sys().(*syscall.Stat_t); ok {
		s[0], s[1] = int64(sys.Dev), int64(sys.Ino)
		s[4] = changeTime(sys)
	}
	return s
}

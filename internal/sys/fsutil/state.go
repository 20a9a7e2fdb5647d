package fsutil

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"time"
)

// A State identifies a version of a file without reading it: device, inode, size, and
// the times of the last change of its content and of anything about it, in nanoseconds.
// Two equal states mean the same content, if the state is settled. The zero State
// equals none.
type State [5]int64

// settled is longer than the resolution of any file system's times (FAT: 2 seconds).
const settled = 3 * time.Second

// Settled returns the state, or the zero State if the file changed so shortly before now
// that another change may leave the state as it is.
func (s State) Settled(now time.Time) State {
	if limit := now.Add(-settled).UnixNano(); s[3] > limit || s[4] > limit {
		return State{}
	}
	return s
}

// ModTime is the time of the last change of the content.
func (s State) ModTime() time.Time { return time.Unix(0, s[3]) }

// Same reports whether the file at path is still in that state.
func (s State) Same(path string) bool {
	if s == (State{}) {
		return false
	}
	now, err := Look(path)
	return err == nil && now == s
}

// Hash returns the SHA-256 of a regular file in hex, and the state that it was in before
// it was read. What is read is also written to copies.
func Hash(path string, limit int64, copies ...io.Writer) (sum string, s State, err error) {
	file, err := OpenRegular(path, limit)
	if err != nil {
		return "", s, err
	}
	defer file.Close()
	if s, err = stateOf(file); err != nil {
		return "", s, err
	}
	h := sha256.New()
	// A file may grow while it is read.
	n, err := io.Copy(io.MultiWriter(append(copies, h)...), io.LimitReader(file, limit+1))
	if err == nil && n > limit {
		err = fmt.Errorf("%s grows while it is read; try again when it is finished", path)
	}
	return hex.EncodeToString(h.Sum(nil)), s, err
}

package fsutil

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"
)

// ErrLocked reports that somebody else holds the lock.
var ErrLocked = errors.New("the lock is held by somebody else")

// A Lock is an exclusive lock of the operating system on a file. It ends with the process,
// also if that crashes. So a locked file is in use, and what belongs to an unlocked one was
// left behind. The lock belongs to the open file and not to the process, so it excludes
// other goroutines as well.
//
// Package lockedfile is unsuitable: it can neither try to lock nor stop waiting.
type Lock struct{ file *os.File }

// TryLock takes the lock or returns ErrLocked.
func TryLock(path string) (*Lock, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	if err := lockFile(file); err != nil {
		file.Close()
		if errors.Is(err, ErrLocked) {
			return nil, err
		}
		return nil, fmt.Errorf("locking %s: %w; use a cache folder on a local disk", path, err)
	}
	// The file may have been removed between opening and locking: the lock is
	// then on a file that no other process will find.
	now, err := os.Stat(path)
	if err == nil {
		var mine os.FileInfo
		if mine, err = file.Stat(); err == nil && os.SameFile(mine, now) {
			return &Lock{file}, nil
		}
	}
	file.Close()
	if err == nil || errors.Is(err, os.ErrNotExist) {
		return nil, ErrLocked
	}
	return nil, err
}

// WaitLock waits for the lock until ctx ends; the error is the context's cause then.
// If it has to wait it calls waiting, once.
func WaitLock(ctx context.Context, path string, waiting func()) (*Lock, error) {
	const longest = 100 * time.Millisecond
	pause := time.Millisecond
	hopeless := time.Now().Add(patience)
	for first := true; ; first = false {
		lock, err := TryLock(path)
		switch {
		case err == nil:
			return lock, nil
		case errors.Is(err, ErrLocked):
			if first {
				waiting()
			}
		case !transient(err) || time.Now().After(hopeless):
			return nil, err
		}
		select {
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		case <-time.After(pause):
		}
		pause = min(2*pause, longest)
	}
}

// Unlock releases the lock. The file stays, because others may be waiting for it.
func (l *Lock) Unlock() { l.file.Close() }

// Discard removes the file and releases the lock.
func (l *Lock) Discard() {
	path := l.file.Name()
	err := os.Remove(path)
	l.file.Close()
	if err != nil { // Windows removes no open file; a lock that somebody took meanwhile stays
		os.Remove(path)
	}
}

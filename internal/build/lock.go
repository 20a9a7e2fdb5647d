package build

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"
)

// errLocked means that somebody else holds the lock.
var errLocked = errors.New("the lock is held by another build")

// A fileLock is an exclusive lock of the operating system on a file. It ends
// with the process, however that ends, which is how the workspaces of crashed
// builds are told from live ones. It excludes other goroutines as well as other
// processes: it belongs to the open file, not to the process.
//
// Package lockedfile does not do here: it can neither try nor stop waiting.
type fileLock struct{ file *os.File }

// tryLock takes the lock or returns errLocked.
func tryLock(path string) (*fileLock, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	if err := lockFile(file); err != nil {
		file.Close()
		if errors.Is(err, errLocked) {
			return nil, err
		}
		return nil, fmt.Errorf("locking %s: %w; use a cache folder on a local disk", path, err)
	}
	// The file may have been removed between opening and locking: the lock is
	// then on a file that nobody else will find.
	now, err := os.Stat(path)
	if err == nil {
		var mine os.FileInfo
		if mine, err = file.Stat(); err == nil && os.SameFile(mine, now) {
			return &fileLock{file}, nil
		}
	}
	file.Close()
	if err == nil || errors.Is(err, os.ErrNotExist) {
		return nil, errLocked
	}
	return nil, err
}

// waitLock waits for the lock until ctx ends. If it has to wait it calls
// waiting, once.
func waitLock(ctx context.Context, path string, waiting func()) (*fileLock, error) {
	const longest = 100 * time.Millisecond
	pause := time.Millisecond
	hopeless := time.Now().Add(patience)
	for first := true; ; first = false {
		lock, err := tryLock(path)
		switch {
		case err == nil:
			return lock, nil
		case errors.Is(err, errLocked):
			if first {
				waiting()
			}
		case !transient(err) || time.Now().After(hopeless):
			return nil, err
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("waiting for another build of the plugin: %w", context.Cause(ctx))
		case <-time.After(pause):
		}
		pause = min(2*pause, longest)
	}
}

// unlock gives the lock back. The file stays, somebody may be waiting for it.
func (l *fileLock) unlock() { l.file.Close() }

// discard removes the file and gives the lock back.
func (l *fileLock) discard() {
	path := l.file.Name()
	err := os.Remove(path)
	l.file.Close()
	if err != nil { // Windows removes no open file; a lock that somebody took meanwhile stays
		os.Remove(path)
	}
}

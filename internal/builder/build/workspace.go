package build

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/RamanSharma100/go-winplugin/internal/sys/fsutil"
)

// A cache is the folder that holds everything that builds leave behind:
//
//	artifacts/<key>/   libraries, by what they are made from
//	index/<key>.json   what a plugin's folder was built from, and into which artifact
//	modules/<key>/     copies of modules, for plugins that are named by their import paths
//	located/<key>.json  which of them an import path leads to
//	locks/<key>.lock   one for each plugin folder and each artifact
//	tools/             what was installed; package install has it
//	toolchain/         results of trying C compilers; package toolchain writes them
//	work/<id>/         workspaces of running builds, each with its <id>.lock
//	trimmed            its time is that of the last trimming
//
// Workspaces are here and not in the system's temporary folder because an
// artifact is moved out of one by renaming, which needs the same volume.
type cache struct {
	dir string
	log *slog.Logger
}

func (c cache) path(elem ...string) string {
	return filepath.Join(append([]string{c.dir}, elem...)...)
}

// A workspace is the private folder of one build.
type workspace struct {
	dir  string
	lock *fsutil.Lock
	log  *slog.Logger
}

const lockSuffix = ".lock"

// newWorkspace makes a folder that nobody else uses. Its lock is taken before
// the folder exists and given back after the folder is gone, so a folder whose
// lock is free belongs to nobody.
func (c cache) newWorkspace() (*workspace, error) {
	work := c.path("work")
	if err := os.MkdirAll(work, 0o700); err != nil {
		return nil, cacheError("making a workspace", c.dir, err)
	}
	for {
		var id [6]byte
		rand.Read(id[:]) // never fails
		dir := filepath.Join(work, hex.EncodeToString(id[:]))
		lock, err := fsutil.TryLock(dir + lockSuffix)
		if errors.Is(err, fsutil.ErrLocked) {
			continue // a sweep looked at it before it was locked
		}
		if err != nil {
			return nil, cacheError("making a workspace", c.dir, err)
		}
		if err := os.Mkdir(dir, 0o700); err != nil {
			lock.Discard()
			return nil, cacheError("making a workspace", c.dir, err)
		}
		return &workspace{dir, lock, c.log}, nil
	}
}

// close removes the workspace. What cannot be removed now, a later sweep does.
func (w *workspace) close() {
	if err := fsutil.RemoveAll(w.dir); err != nil {
		w.log.Warn("workspace is left for a later start to remove", "dir", w.dir, "error", err)
		w.lock.Unlock()
		return
	}
	w.lock.Discard()
}

// sweep removes the workspaces of builds that crashed. It costs one directory
// listing if there are none.
func (c cache) sweep() {
	entries, err := os.ReadDir(c.path("work"))
	if err != nil {
		return // no build has run here yet
	}
	locked := make(map[string]bool)
	for _, entry := range entries {
		if id, ok := strings.CutSuffix(entry.Name(), lockSuffix); ok {
			locked[id] = true
			c.sweepOne(id)
		}
	}
	for _, entry := range entries {
		// No build leaves a folder without a lock file. Somebody tidied up by
		// hand; the age protects a build that runs all the same.
		if entry.IsDir() && !locked[entry.Name()] && older(entry, 24*time.Hour) {
			os.RemoveAll(c.path("work", entry.Name()))
		}
	}
}

func (c cache) sweepOne(id string) {
	dir := c.path("work", id)
	lock, err := fsutil.TryLock(dir + lockSuffix)
	if err != nil {
		return // alive, or a cache that cannot be written
	}
	if err := os.RemoveAll(dir); err != nil {
		c.log.Debug("workspace of a crashed build cannot be removed yet", "dir", dir, "error", err)
		lock.Unlock()
		return
	}
	c.log.Debug("removed the workspace of a crashed build", "dir", dir)
	lock.Discard()
}

// older reports whether an entry has not been written for that long.
func older(entry os.DirEntry, age time.Duration) bool {
	info, err := entry.Info()
	return err == nil && time.Since(info.ModTime()) > age
}

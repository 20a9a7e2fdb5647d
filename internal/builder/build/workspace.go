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
//	plans/<key>.json   how to build a plugin's folder again after an edit
//	modules/<key>/     copies of modules, for plugins that are named by their import paths
//	located/<key>.json  which of them an import path leads to
//	headers/<sum>      one for each C header that a build has made
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

// workspaces is a folder with workspaces, whose names begin with the prefix.
type workspaces struct {
	dir, prefix string
	log         *slog.Logger
}

const lockSuffix = ".lock"

func (c cache) workspaces() workspaces { return workspaces{c.path("work"), "", c.log} }

func (c cache) sweep() { c.workspaces().sweep() }

func (c cache) newWorkspace() (*workspace, error) {
	err := os.MkdirAll(c.path("work"), 0o700)
	var w *workspace
	if err == nil {
		w, err = c.workspaces().add()
	}
	if err != nil {
		return nil, cacheError("making a workspace", c.dir, err)
	}
	return w, nil
}

// temporary are workspaces among the temporary files of other programs in dir.
func (b *builder) temporary(dir string) workspaces {
	return workspaces{dir, "go-winplugin-", b.Log}
}

// add makes a folder for this process alone. Its lock is taken before the folder exists and
// released after the folder is removed. So a folder whose lock is free is abandoned.
func (ws workspaces) add() (*workspace, error) {
	for {
		var id [6]byte
		rand.Read(id[:]) // never fails
		dir := filepath.Join(ws.dir, ws.prefix+hex.EncodeToString(id[:]))
		lock, err := fsutil.TryLock(dir + lockSuffix)
		if errors.Is(err, fsutil.ErrLocked) {
			continue // a sweep looked at it before it was locked
		}
		if err != nil {
			return nil, err
		}
		if err := os.Mkdir(dir, 0o700); err != nil {
			lock.Discard()
			return nil, err
		}
		return &workspace{dir, lock, ws.log}, nil
	}
}

// sub makes a folder in the workspace.
func (w *workspace) sub(name string) (string, error) {
	dir := filepath.Join(w.dir, name)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", cacheError("making a workspace", filepath.Dir(w.dir), err)
	}
	return dir, nil
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
func (ws workspaces) sweep() {
	entries, err := os.ReadDir(ws.dir)
	if err != nil {
		return // no build has run here yet
	}
	locked := make(map[string]bool)
	for _, entry := range entries {
		if id, ok := strings.CutSuffix(entry.Name(), lockSuffix); ok && strings.HasPrefix(id, ws.prefix) {
			locked[id] = true
			ws.sweepOne(id)
		}
	}
	for _, entry := range entries {
		// A folder without a lock file was made again by a go command that went on after
		// its build had been killed, or somebody removed the lock file by hand. The age
		// protects what runs all the same.
		if name := entry.Name(); entry.IsDir() && strings.HasPrefix(name, ws.prefix) && !locked[name] && older(entry, time.Hour) {
			os.RemoveAll(filepath.Join(ws.dir, name))
		}
	}
}

func (ws workspaces) sweepOne(id string) {
	dir := filepath.Join(ws.dir, id)
	lock, err := fsutil.TryLock(dir + lockSuffix)
	if err != nil {
		return // alive, or a cache that cannot be written
	}
	if err := os.RemoveAll(dir); err != nil {
		ws.log.Debug("workspace of a crashed build cannot be removed yet", "dir", dir, "error", err)
		lock.Unlock()
		return
	}
	ws.log.Debug("removed the workspace of a crashed build", "dir", dir)
	lock.Discard()
}

// older reports whether an entry has not been written for that long.
func older(entry os.DirEntry, age time.Duration) bool {
	info, err := entry.Info()
	return err == nil && time.Since(info.ModTime()) > age
}

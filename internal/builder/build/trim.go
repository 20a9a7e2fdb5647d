package build

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/RamanSharma100/go-winplugin/internal/sys/fsutil"
)

const (
	unusedFor = 30 * 24 * time.Hour // after this time an artifact is removed
	trimEvery = 24 * time.Hour
)

// trim removes what has not been used for long, once a day at most. It works in the
// workspace of a build that has ended. Its errors are ignored.
func (c cache) trim(w *workspace) {
	mark := c.path("trimmed")
	if info, err := os.Stat(mark); err == nil && time.Since(info.ModTime()) < trimEvery {
		return
	}
	if err := os.WriteFile(mark, nil, 0o600); err != nil {
		return
	}
	now := time.Now()
	_ = os.Chtimes(mark, now, now) // writing nothing need not change the time

	artifacts, _ := os.ReadDir(c.path("artifacts"))
	for i, entry := range artifacts {
		dir := c.path("artifacts", entry.Name())
		info, err := os.Stat(filepath.Join(dir, artifactFile))
		if err != nil {
			if info, err = os.Stat(dir); err != nil {
				continue
			}
		}
		if time.Since(info.ModTime()) <= unusedFor {
			continue
		}
		// The folder is renamed first. Windows refuses that if the library is loaded.
		// Removing its files one by one would leave a damaged artifact.
		if err := os.Rename(dir, filepath.Join(w.dir, "trim"+strconv.Itoa(i))); err != nil {
			c.log.Debug("unused artifact is kept", "dir", dir, "error", err)
		}
	}
	for _, folder := range []string{"index", "located", "headers", "plans"} {
		records, _ := os.ReadDir(c.path(folder))
		for _, entry := range records {
			if older(entry, unusedFor) || strings.HasSuffix(entry.Name(), fsutil.TempSuffix) && older(entry, trimEvery) {
				os.Remove(c.path(folder, entry.Name()))
			}
		}
	}
	modules, _ := os.ReadDir(c.path("modules"))
	for i, entry := range modules {
		dir := c.path("modules", entry.Name())
		if info, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil && time.Since(info.ModTime()) > unusedFor {
			_ = os.Rename(dir, filepath.Join(w.dir, "module"+strconv.Itoa(i)))
		}
	}
	locks, _ := os.ReadDir(c.path("locks"))
	for _, entry := range locks {
		if !older(entry, unusedFor) {
			continue
		}
		if lock, err := fsutil.TryLock(c.path("locks", entry.Name())); err == nil {
			lock.Discard()
		}
	}
}

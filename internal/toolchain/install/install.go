// Package install installs the tools that a build needs into the user's cache folder. It
// needs no administrator, and changes nothing outside of the folder, such as PATH or the
// registry.
//
// These are the files in the folder:
//
//	tools/<tool>-<version>-<arch>/      a tool that is installed, with a marker file
//	tools/<tool>-<version>-<arch>.lock  held while it is installed or removed
//	tools/<tool>-<version>-<arch>.new/  being unpacked; needs the lock
//	tools/<tool>-<version>-<arch>.old/  being removed
//	tools/<archive>                     being fetched, with the suffixes of package fetch
//
// These names are the same in each run. So the next run finds what a crash has left behind,
// and removes it, or resumes the download.
package install

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/RamanSharma100/go-winplugin/internal/sys/fsutil"
	"github.com/RamanSharma100/go-winplugin/internal/toolchain/archive"
	"github.com/RamanSharma100/go-winplugin/internal/toolchain/fetch"
)

// A Config says where to install and from where.
type Config struct {
	Dir string // the cache folder

	// Mirror has the archives under their own names: an https URL, an http URL of this
	// machine, or a folder. If it is "", the URLs in the pins are used. The sums are those
	// of the pins in any case.
	Mirror string

	Client   *http.Client // nil means the client of package fetch
	Log      *slog.Logger // nil discards
	Progress func(Event)  // may be nil
	Watched  bool         // the user sees the events, so the announcement is no warning in the log
}

// An Event says what an installation does.
type Event struct {
	Tool        string // "Go 1.26.8"
	Phase       Phase
	Text        string // of Announce: what is fetched, how large it is, from where, and how to refuse
	Done, Total int64  // in bytes; Total is 0 until it is known
}

// A Phase is a part of an installation.
type Phase string

const (
	Announce Phase = "announcing"
	Wait     Phase = "waiting"   // another process or goroutine installs it
	Fetch    Phase = "fetching"  // Done of Total
	Unpack   Phase = "unpacking" // Done of Total
	Run      Phase = "running"   // running a program, which may take minutes
)

func (e Event) String() string {
	if e.Text != "" {
		return e.Text
	}
	return string(e.Phase) + " " + e.Tool
}

// Installed is an installed tool.
type Installed struct {
	Pin Pin
	Dir string // absolute
}

// Bin is the folder with its programs.
func (i *Installed) Bin() string { return filepath.Join(i.Dir, filepath.FromSlash(i.Pin.Bin)) }

// Install installs the tool unless it is installed already. If several goroutines or
// processes call it at once, one installs the tool, and the others wait for it.
//
// The error is a *[fetch.Error], an *[archive.Error], a *[command.Error], or ctx's cause if
// ctx ended. After an error only an unfinished download is left, which a later call resumes.
func Install(ctx context.Context, c Config, pin Pin) (*Installed, error) {
	i, err := newInstaller(c, pin)
	if err != nil {
		return nil, err
	}
	if done := i.installed(); done != nil {
		return done, nil
	}
	if err := os.MkdirAll(i.tools(), 0o700); err != nil {
		return nil, i.failed(err)
	}
	lock, err := i.lock(ctx)
	if err != nil {
		return nil, i.failed(err)
	}
	defer lock.Unlock()
	if done := i.installed(); done != nil {
		return done, nil
	}
	if err := i.install(ctx); err != nil {
		if cause := context.Cause(ctx); cause != nil {
			err = cause
		}
		return nil, i.failed(err)
	}
	return i.installed(), nil
}

type installer struct {
	Config
	pin  Pin
	last Event // the last reported event; Done counts the steps of progress
}

func newInstaller(c Config, pin Pin) (*installer, error) {
	var err error
	if c.Dir, err = filepath.Abs(c.Dir); err != nil {
		return nil, fmt.Errorf("cache folder: %w", err)
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Progress == nil {
		c.Progress = func(Event) {}
	}
	return &installer{Config: c, pin: pin}, nil
}

func (i *installer) failed(err error) error {
	return fmt.Errorf("failed to install %s: %w", i.pin.Title(), err)
}

// event reports progress in steps of half a percent, or of a megabyte if the total is
// unknown.
func (i *installer) event(phase Phase, done, total int64) {
	part := done / mega
	if total > 0 {
		part = 200 * done / total
	}
	now := Event{Tool: i.pin.Title(), Phase: phase, Done: part, Total: total}
	if now == i.last {
		return
	}
	i.last = now
	i.Progress(Event{Tool: i.pin.Title(), Phase: phase, Done: done, Total: total})
}

func (c Config) tools() string { return filepath.Join(c.Dir, "tools") }

func (i *installer) path(suffix string) string {
	return filepath.Join(i.tools(), i.pin.name()+suffix)
}

func (p Pin) name() string { return string(p.Tool) + "-" + p.Version + "-" + p.GOARCH }

func (i *installer) lock(ctx context.Context) (*fsutil.Lock, error) {
	return fsutil.WaitLock(ctx, i.path(lockSuffix), func() { i.event(Wait, 0, 0) })
}

const (
	lockSuffix = ".lock"
	newSuffix  = ".new"
	oldSuffix  = ".old"
)

// install fetches and unpacks the tool. The caller holds the lock.
func (i *installer) install(ctx context.Context) (err error) {
	// Remove what a crash has left, and an installation that was damaged.
	if err := i.clear(); err != nil {
		return err
	}
	from, err := Source(i.pin, i.Mirror)
	if err != nil {
		return err
	}
	file := filepath.Join(i.tools(), i.pin.File())
	err = fetch.Get(ctx, fetch.Request{
		URL: from, SHA256: i.pin.SHA256, Size: i.pin.Size, Limit: i.pin.Limit, Path: file,
		Client: i.Client, Log: i.Log,
		Progress: func(done, total int64) { i.event(Fetch, done, total) },
	})
	if err != nil {
		return err
	}
	defer func() {
		if ctx.Err() == nil {
			os.Remove(file)
		}
	}()
	stage := i.path(newSuffix)
	defer func() {
		if err != nil {
			fsutil.RemoveAll(stage) // if this fails, the next run removes it
		}
	}()
	if len(i.pin.Packages) > 0 {
		err = i.setUpMSYS2(ctx, file, stage)
	} else {
		err = archive.Unpack(ctx, file, stage, archive.Options{
			Top: i.pin.Top, Limit: i.pin.Unpacked,
			Progress: func(done, total int64) { i.event(Unpack, done, total) },
		})
	}
	if err != nil {
		return err
	}
	if err := mark(stage, i.pin); err != nil {
		return err
	}
	if !i.pin.complete(stage) {
		return fmt.Errorf("%s does not hold %s; the table of this version of go-winplugin is wrong: tell its authors", i.pin.File(), path.Join(i.pin.Bin, i.pin.Program))
	}
	return fsutil.Rename(stage, i.path(""))
}

// clear removes the tool's folders, and keeps its download.
func (i *installer) clear() error {
	if err := fsutil.RemoveAll(i.path(newSuffix)); err != nil {
		return inUse(i.path(newSuffix), err)
	}
	return removeTool(i.path(""))
}

// removeTool removes the folder of a tool, if it is there. The caller holds the lock.
func removeTool(dir string) error {
	old := dir + oldSuffix
	err := fsutil.RemoveAll(old)
	if err == nil {
		// The folder is renamed first. On Windows this fails while one of its programs
		// runs. Removing the files one by one would leave half of the tool.
		err = fsutil.Rename(dir, old)
	}
	if err == nil {
		err = fsutil.RemoveAll(old)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return inUse(dir, err)
	}
	return nil
}

func inUse(dir string, err error) error {
	return fmt.Errorf("removing %s: %w; end the programs that use it and try again", dir, err)
}

// Source is where the pin's archive is fetched from: a URL or a path.
func Source(pin Pin, mirror string) (string, error) {
	if mirror == "" {
		return pin.URL, nil
	}
	if u, err := url.Parse(mirror); err == nil && len(u.Scheme) > 1 { // one letter is a drive
		return strings.TrimSuffix(mirror, "/") + "/" + pin.File(), nil
	}
	dir, err := filepath.Abs(mirror)
	if err != nil {
		return "", fmt.Errorf("mirror %s: %w", mirror, err)
	}
	return filepath.Join(dir, pin.File()), nil
}

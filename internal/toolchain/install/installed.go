package install

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/RamanSharma100/go-winplugin/internal/sys/fsutil"
)

// markerFile is written last, before the folder gets its name. It says that the folder is
// complete, and which tool it holds.
const markerFile = "go-winplugin.json"

// A marker is the content of a marker file.
type marker struct {
	Tool    Tool   `json:"tool"`
	Version string `json:"version"`
	GOOS    string `json:"goos"`
	GOARCH  string `json:"goarch"`
	SHA256  string `json:"sha256"` // of the archive
	Bin     string `json:"bin"`
	Program string `json:"program"`
}

func mark(dir string, p Pin) error {
	data, err := json.MarshalIndent(marker{p.Tool, p.Version, p.GOOS, p.GOARCH, p.SHA256, p.Bin, p.Program}, "", "\t")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, markerFile), append(data, '\n'), 0o600)
}

// complete reports whether the tool's program is there. A virus scanner may have removed
// it.
func (p Pin) complete(dir string) bool {
	path := filepath.Join(dir, filepath.FromSlash(p.Bin), p.Program)
	if p.GOOS == "windows" {
		path += ".exe"
	}
	return fsutil.IsRegular(path)
}

// installed returns the tool if it is installed in the version of the pin.
func (i *installer) installed() *Installed {
	found := read(i.path(""))
	if found == nil || found.Pin.SHA256 != i.pin.SHA256 {
		return nil
	}
	return &Installed{i.pin, found.Dir}
}

func read(dir string) *Installed {
	data, err := os.ReadFile(filepath.Join(dir, markerFile))
	if err != nil {
		return nil
	}
	var m marker
	if json.Unmarshal(data, &m) != nil || !filepath.IsLocal(filepath.FromSlash(m.Bin)) || filepath.Base(m.Program) != m.Program {
		return nil
	}
	p := Pin{Tool: m.Tool, Version: m.Version, GOOS: m.GOOS, GOARCH: m.GOARCH, SHA256: m.SHA256, Bin: m.Bin, Program: m.Program}
	if !p.complete(dir) {
		return nil
	}
	return &Installed{p, dir}
}

// List returns the installed tools, the newest version of each first. If there are none, it
// only reads one folder. The pins have the fields that marker files hold: Tool, Version,
// GOOS, GOARCH, SHA256, Bin and Program.
func List(cacheDir string) []*Installed {
	dir, err := filepath.Abs(filepath.Join(cacheDir, "tools"))
	if err != nil {
		return nil
	}
	entries, _ := os.ReadDir(dir) // sorted by name
	var list []*Installed
	for n := len(entries) - 1; n >= 0; n-- {
		if !isTool(entries[n]) {
			continue
		}
		if found := read(filepath.Join(dir, entries[n].Name())); found != nil {
			list = append(list, found)
		}
	}
	return list
}

// isTool reports whether an entry in the folder of tools is an installed tool, and not one
// that is being unpacked or removed.
func isTool(entry os.DirEntry) bool {
	name := entry.Name()
	return entry.IsDir() && !strings.HasSuffix(name, newSuffix) && !strings.HasSuffix(name, oldSuffix)
}

// Places returns the folders with the programs of the tools that are installed for a
// machine.
func Places(cacheDir, goos, goarch string) []string {
	var dirs []string
	for _, found := range List(cacheDir) {
		if found.Pin.GOOS == goos && found.Pin.GOARCH == goarch {
			dirs = append(dirs, found.Bin())
		}
	}
	return dirs
}

// Uninstall removes all installed tools and all downloads, and returns the folders of the
// tools. It waits for installations under way.
func Uninstall(ctx context.Context, c Config) (removed []string, err error) {
	i, err := newInstaller(c, Pin{})
	if err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(i.tools())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	for _, entry := range entries {
		if !isTool(entry) {
			continue
		}
		dir := filepath.Join(i.tools(), entry.Name())
		if err := i.remove(ctx, dir); err != nil {
			return removed, err
		}
		removed = append(removed, dir)
	}
	return removed, i.sweep(entries)
}

// remove removes the tool in the folder. It waits while the tool is being installed.
func (i *installer) remove(ctx context.Context, dir string) error {
	lock, err := fsutil.WaitLock(ctx, dir+lockSuffix, func() { i.Progress(Event{Tool: filepath.Base(dir), Phase: Wait}) })
	if err != nil {
		return err
	}
	if err := removeTool(dir); err != nil {
		lock.Unlock()
		return err
	}
	lock.Discard()
	return nil
}

// sweep removes what is not a tool: downloads, and what crashes have left. It keeps
// everything that may be in use.
func (i *installer) sweep(entries []os.DirEntry) error {
	busy := false
	for _, entry := range entries {
		base, ok := strings.CutSuffix(filepath.Join(i.tools(), entry.Name()), lockSuffix)
		if !ok {
			continue
		}
		lock, err := fsutil.TryLock(base + lockSuffix)
		if err != nil {
			busy = true
			continue
		}
		err = errors.Join(fsutil.RemoveAll(base+newSuffix), fsutil.RemoveAll(base+oldSuffix))
		lock.Discard()
		if err != nil {
			return inUse(base, err)
		}
	}
	if busy {
		return nil
	}
	for _, entry := range entries {
		if entry.Type().IsRegular() {
			os.Remove(filepath.Join(i.tools(), entry.Name()))
		}
	}
	os.Remove(i.tools()) // unless something is left in it
	return nil
}

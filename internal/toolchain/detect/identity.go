package detect

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/RamanSharma100/go-winplugin/internal/sys/fsutil"
)

// An Identity tells whether a toolchain is still the same as at an earlier build. It is made
// without starting a process.
type Identity struct {
	Go       File   `json:"go"`
	Version  string `json:"version,omitempty"`  // content of GOROOT/VERSION
	Settings string `json:"settings,omitempty"` // hash of what go env -w wrote, and of GOROOT/go.env
	CC       File   `json:"cc"`
}

// A File is a file as stat sees it. Its Path is empty if there is none.
type File struct {
	Path    string `json:"path,omitempty"`
	Size    int64  `json:"size,omitempty"`
	ModTime int64  `json:"mod_time,omitempty"` // in nanoseconds
}

// Identify returns the identity of the toolchain that Find would find. Its compiler is the
// one that cfg.CC names. Identify searches no other, because trying compilers would start
// processes.
func Identify(cfg Config) Identity {
	f := newFinder(cfg)
	var id Identity
	goPath := f.lookGo().path()
	root := ""
	if goPath != "" {
		id.Go = stat(goPath)
		root, id.Version = f.goroot(goPath)
	}
	id.Settings = settings(f.env, root)
	if cfg.CC != "" {
		if args, err := f.commandLine(cfg.CC); err == nil {
			id.CC = stat(args[0])
		}
	}
	return id
}

// Stale reports whether a library that was built with the toolchain id is out of date, if
// now is the current identity. A part that is missing now makes nothing stale, because the
// machine on which a plugin is used may have no compiler.
func (id Identity) Stale(now Identity) bool {
	if now.Go.Path != "" && (now.Go != id.Go || now.Version != id.Version || now.Settings != id.Settings) {
		return true
	}
	return now.CC.Path != "" && now.CC != id.CC
}

func stat(path string) File {
	info, err := os.Stat(path)
	if err != nil {
		return File{}
	}
	return File{Path: path, Size: info.Size(), ModTime: info.ModTime().UnixNano()}
}

// settings hashes the files from which the go command takes settings beyond the
// environment.
func settings(env environ, root string) string {
	var list []string
	if file := settingsFile(env); file != "" {
		list = append(list, file)
	}
	if root != "" {
		list = append(list, filepath.Join(root, "go.env"))
	}
	var all bytes.Buffer
	for i, name := range list {
		if data, err := fsutil.ReadRegular(name, settingsSize); err == nil {
			fmt.Fprintf(&all, "%d %d\n%s", i, len(data), data)
		}
	}
	if all.Len() == 0 {
		return ""
	}
	sum := sha256.Sum256(all.Bytes())
	return hex.EncodeToString(sum[:])
}

// SettingsFile returns the file that go env -w writes, or "" if GOENV forbids it. A nil env
// means os.Environ().
func SettingsFile(env []string) string {
	if env == nil {
		env = os.Environ()
	}
	return settingsFile(env)
}

func settingsFile(env environ) string {
	switch file := env.get("GOENV"); file {
	case "off":
		return ""
	case "":
		if dir := configDir(env); dir != "" {
			return filepath.Join(dir, "go", "env")
		}
		return ""
	default:
		return file
	}
}

// Digest identifies everything in the toolchain that has an effect on its output: versions
// and the compiler's content, but no paths. So it is the same on every machine.
func (t *Toolchain) Digest() (string, error) {
	h := sha256.New()
	fmt.Fprintf(h, "%s %s/%s\n", t.GoVersion, t.GOOS, t.GOARCH)
	if len(t.ccArgs) > 0 {
		fmt.Fprintf(h, "%s %q\n", t.CCMachine, t.ccArgs[1:])
		file, err := os.Open(t.ccArgs[0])
		if err != nil {
			return "", fmt.Errorf("reading the C compiler: %w", err)
		}
		defer file.Close()
		if _, err := io.Copy(h, file); err != nil {
			return "", fmt.Errorf("reading the C compiler: %w", err)
		}
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

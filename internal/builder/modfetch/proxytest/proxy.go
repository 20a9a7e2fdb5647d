// Package proxytest gives a test modules of its own to download.
package proxytest

import (
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/module"
	"golang.org/x/mod/zip"
	"golang.org/x/tools/txtar"
)

// Set makes the modules in a txtar archive, in which files are named
// "example.com/name@v1.2.3/file.go", all that the go command can download for the rest
// of the test. It returns the folder of the module cache.
func Set(t *testing.T, archive string) string {
	t.Helper()
	proxy, cache := t.TempDir(), t.TempDir()
	modules := make(map[module.Version][]zip.File)
	for _, f := range txtar.Parse([]byte(archive)).Files {
		at := strings.Index(f.Name, "@")
		version, name, ok := strings.Cut(f.Name[at+1:], "/")
		if at < 0 || !ok {
			t.Fatalf("file %s is in no module", f.Name)
		}
		m := module.Version{Path: f.Name[:at], Version: version}
		modules[m] = append(modules[m], file{name, f.Data})
	}
	for m, files := range modules {
		if err := write(proxy, m, files); err != nil {
			t.Fatal(err)
		}
	}
	// The file system may be rooted in a drive letter.
	t.Setenv("GOPROXY", "file:///"+strings.TrimPrefix(filepath.ToSlash(proxy), "/"))
	t.Setenv("GOMODCACHE", cache)
	t.Setenv("GOSUMDB", "off")
	t.Setenv("GONOSUMDB", "")
	t.Setenv("GONOPROXY", "")
	t.Setenv("GOPRIVATE", "")
	t.Setenv("GOWORK", "")
	t.Setenv("GOFLAGS", "-modcacherw") // or the test could not remove it
	return cache
}

func write(proxy string, m module.Version, files []zip.File) error {
	dir := filepath.Join(proxy, filepath.FromSlash(m.Path), "@v")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	goMod := []byte("module " + m.Path + "\n")
	for _, f := range files {
		if f.Path() == "go.mod" {
			goMod = f.(file).data
		}
	}
	info, err := json.Marshal(map[string]any{"Version": m.Version, "Time": time.Unix(1_700_000_000, 0).UTC()})
	if err != nil {
		return err
	}
	for ext, data := range map[string][]byte{".mod": goMod, ".info": info} {
		if err := os.WriteFile(filepath.Join(dir, m.Version+ext), data, 0o600); err != nil {
			return err
		}
	}
	list, err := os.OpenFile(filepath.Join(dir, "list"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer list.Close()
	if _, err := io.WriteString(list, m.Version+"\n"); err != nil {
		return err
	}
	out, err := os.Create(filepath.Join(dir, m.Version+".zip"))
	if err != nil {
		return err
	}
	defer out.Close()
	return zip.Create(out, m, files)
}

// A file is one of a module's.
type file struct {
	name string
	data []byte
}

func (f file) Path() string                { return f.name }
func (f file) Lstat() (os.FileInfo, error) { return fileInfo{f}, nil }
func (f file) Open() (io.ReadCloser, error) {
	return io.NopCloser(strings.NewReader(string(f.data))), nil
}

type fileInfo struct{ file }

func (i fileInfo) Name() string     { return filepath.Base(i.name) }
func (i fileInfo) Size() int64      { return int64(len(i.data)) }
func (fileInfo) Mode() os.FileMode  { return 0o600 }
func (fileInfo) ModTime() time.Time { return time.Time{} }
func (fileInfo) IsDir() bool        { return false }
func (fileInfo) Sys() any           { return nil }

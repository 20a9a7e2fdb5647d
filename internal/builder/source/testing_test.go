package source

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

// write unpacks an archive into a new folder whose path has spaces and letters
// beyond ASCII, and returns that folder.
func write(t *testing.T, archive string) string {
	t.Helper()
	root := filepath.Join(t.TempDir(), "größe of a plugin Ω")
	if err := os.Mkdir(root, 0o777); err != nil {
		t.Fatal(err)
	}
	for _, f := range txtar.Parse([]byte(archive)).Files {
		writeFile(t, filepath.Join(root, filepath.FromSlash(f.Name)), string(f.Data))
	}
	return root
}

func writeFile(t *testing.T, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
		t.Fatal(err)
	}
}

// config is for a package in a folder. No compiler for C and no network is
// needed.
func config(t *testing.T, dir string) Config {
	t.Helper()
	path, err := exec.LookPath("go")
	if err != nil {
		t.Skip("needs the go command")
	}
	env := append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=", "GOPROXY=off", "GOWORK=", "GO111MODULE=", "GOTOOLCHAIN=local")
	return Config{Dir: dir, Env: env, Go: path}
}

// load loads the package in the subfolder sub of an archive.
func loadArchive(t *testing.T, archive, sub string, change func(*Config)) (*Model, string, error) {
	t.Helper()
	dir := filepath.Join(write(t, archive), filepath.FromSlash(sub))
	cfg := config(t, dir)
	if change != nil {
		change(&cfg)
	}
	m, err := Load(context.Background(), cfg)
	return m, dir, err
}

func signatures(m *Model) []string {
	var list []string
	for _, f := range m.Functions {
		list = append(list, f.Signature())
	}
	return list
}

// relative makes paths relative to root, with slashes, and drops those that lie
// elsewhere.
func relative(root string, paths []string) []string {
	var list []string
	for _, p := range paths {
		if rel, err := filepath.Rel(root, p); err == nil && filepath.IsLocal(rel) {
			list = append(list, strings.TrimSuffix(filepath.ToSlash(rel), "/"))
		}
	}
	return list
}

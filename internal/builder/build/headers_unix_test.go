//go:build unix

package build

import (
	"bytes"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/RamanSharma100/go-winplugin/manifest"
)

// Whatever compiler reports nothing of what it reads, an edit of a header is in the library.
func TestCompilerReportsNoHeaders(t *testing.T) {
	gcc, err := exec.LookPath("gcc")
	if err != nil {
		t.Skip(err)
	}
	dir, header := cPlugin(t)
	silent := filepath.Join(t.TempDir(), "gcc")
	write(t, silent, "#!/bin/sh\nunset DEPENDENCIES_OUTPUT CC_PRINT_HEADERS CC_PRINT_HEADERS_FILE\nexec "+gcc+" \"$@\"\n")
	if err := os.Chmod(silent, 0o700); err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	cfg := config(t, dir)
	cfg.Bridge, cfg.CC, cfg.Log = manifest.CGO, silent, slog.New(slog.NewTextHandler(&log, nil))
	first, _ := stages(t, cfg)
	if want := "does not report the headers"; !strings.Contains(log.String(), want) {
		t.Errorf("got the log\n%s\nwant %q in it", log.String(), want)
	}
	editHeader(t, cfg, header, first)
}

// Clang reports in another way than GCC.
func TestClangReportsHeaders(t *testing.T) {
	if _, err := exec.LookPath("clang"); err != nil {
		t.Skip(err)
	}
	dir, header := cPlugin(t)
	cfg := config(t, dir)
	cfg.Bridge, cfg.CC = manifest.CGO, "clang"
	stages(t, cfg)
	if a, list := stages(t, cfg); !a.Cached || len(list) != 1 {
		t.Fatalf("without a change: stages %v, want a hit", list)
	}
	write(t, header, "#define ANSWER 2\n")
	if _, list := stages(t, cfg); !slices.Contains(list, StageCompile) {
		t.Errorf("after an edit of the header: stages %v, want a compilation", list)
	}
}

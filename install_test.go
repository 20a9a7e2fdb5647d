package winplugin_test

import (
	"bytes"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

// No test reaches outside of the machine.
func TestMain(m *testing.M) {
	os.Setenv("WINPLUGIN_NO_INSTALL", "1")
	os.Exit(m.Run())
}

// A build that lacks a C compiler wants to install one on Windows, and only there. The
// mirror is a folder without the archive.
func TestInstallOptions(t *testing.T) {
	cache, mirror := filepath.Join(t.TempDir(), "cache ü"), t.TempDir()
	for name, c := range map[string]struct {
		forbidden string // WINPLUGIN_NO_INSTALL
		opts      []winplugin.Option
		tries     bool
	}{
		"by default":         {"", nil, true},
		"without":            {"", []winplugin.Option{winplugin.WithoutInstall()}, false},
		"without, by number": {"1", nil, false},
		"not without":        {"0", nil, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("WINPLUGIN_NO_INSTALL", c.forbidden)
			var log bytes.Buffer
			_, err := winplugin.Build(t.Context(), "examples/calculator", append(c.opts,
				winplugin.WithTarget("windows/arm64"), winplugin.WithBridge(winplugin.CGO), winplugin.WithCacheDir(cache), winplugin.WithMirror(mirror),
				winplugin.WithLogger(slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelWarn}))))...)
			if err == nil {
				t.Skip("there is a compiler for windows/arm64")
			}
			if !errors.As(err, new(*winplugin.ToolchainError)) {
				t.Errorf("error is %v, want a *ToolchainError", err)
			}
			var fetch *winplugin.DownloadError
			tried := errors.As(err, &fetch)
			announced := strings.Contains(log.String(), "WINPLUGIN_NO_INSTALL")
			if want := c.tries && runtime.GOOS == "windows"; tried != want || announced != want {
				t.Errorf("tried to install: %v, said so: %v, want %v; the error is %v", tried, announced, want, err)
			}
			if tried && (fetch.Reason != winplugin.DownloadRefused || !strings.HasPrefix(fetch.URL, mirror)) {
				t.Errorf("tried to fetch from %s: %v", fetch.URL, err)
			}
		})
	}
}

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
		watched   bool // by a progress callback, without a logger
		tries     bool
	}{
		"by default":         {"", nil, false, true},
		"watched":            {"", nil, true, true},
		"without":            {"", []winplugin.Option{winplugin.WithoutInstall()}, false, false},
		"without, watched":   {"", []winplugin.Option{winplugin.WithoutInstall()}, true, false},
		"without, by number": {"1", nil, false, false},
		"not without":        {"0", nil, false, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("WINPLUGIN_NO_INSTALL", c.forbidden)
			var log bytes.Buffer
			said := winplugin.WithLogger(slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelWarn})))
			if c.watched {
				said = winplugin.WithProgress(func(e winplugin.Event) {
					if e.Stage == winplugin.StageInstall {
						log.WriteString(e.Detail + "\n")
					}
				})
			}
			_, err := winplugin.Build(t.Context(), "examples/calculator", append(c.opts, said,
				winplugin.WithTarget("windows/arm64"), winplugin.WithBridge(winplugin.CGO), winplugin.WithCacheDir(cache), winplugin.WithMirror(mirror))...)
			if err == nil {
				t.Skip("there is a compiler for windows/arm64")
			}
			if !errors.As(err, new(*winplugin.ToolchainError)) {
				t.Errorf("error is %v, want a *ToolchainError", err)
			}
			var fetch *winplugin.DownloadError
			tried := errors.As(err, &fetch)
			_, first, _ := strings.Cut(log.String(), "fetching ") // the log may have warned of other things before
			first, _, _ = strings.Cut(first, "\n")
			announced := strings.Contains(first, "WINPLUGIN_NO_INSTALL") && strings.Contains(first, filepath.Base(mirror)) && strings.Contains(first, " MB")
			if want := c.tries && runtime.GOOS == "windows"; tried != want || announced != want {
				t.Errorf("tried to install: %v, said so: %v, want %v; the error is %v", tried, announced, want, err)
			}
			if tried && (fetch.Reason != winplugin.DownloadRefused || !strings.HasPrefix(fetch.URL, mirror)) {
				t.Errorf("fetching failed at %s with %v, want DownloadRefused below %s", fetch.URL, err, mirror)
			}
		})
	}
}

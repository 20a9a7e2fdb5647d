package install

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"runtime"
)

// The environment variables.
const (
	// NoInstallVariable keeps builds from installing anything if it is set to anything
	// but "" and "0".
	NoInstallVariable = "WINPLUGIN_NO_INSTALL"

	// MirrorVariable sets the mirror if the program sets none.
	MirrorVariable = "WINPLUGIN_MIRROR"
)

// Forbidden reports whether the environment keeps builds from installing anything.
func Forbidden() bool {
	v := os.Getenv(NoInstallVariable)
	return v != "" && v != "0"
}

// Require installs the tool for this machine unless it is installed, because a build is
// impossible without it. The first event, and the log, say what is fetched, how large it is,
// from where, and how to refuse.
func Require(ctx context.Context, c Config, tool Tool) (*Installed, error) {
	pin, ok := Lookup(pins, tool, runtime.GOOS, runtime.GOARCH)
	if !ok {
		return nil, fmt.Errorf("there is no %s to install for %s/%s; install it by hand", titles[tool], runtime.GOOS, runtime.GOARCH)
	}
	return require(ctx, c, pin)
}

func require(ctx context.Context, c Config, pin Pin) (*Installed, error) {
	i, err := newInstaller(c, pin)
	if err != nil {
		return nil, err
	}
	if done := i.installed(); done != nil {
		return done, nil
	}
	from, err := Source(pin, c.Mirror)
	if err != nil {
		return nil, err
	}
	text := fmt.Sprintf("fetching %s (%s) from %s into %s, because the build needs it; to refuse, set %s=1 or use WithoutInstall",
		pin.Title(), pin.SizeText(), from, i.path(""), NoInstallVariable)
	level := slog.LevelWarn
	if c.Watched {
		level = slog.LevelInfo
	}
	i.Log.Log(ctx, level, text)
	i.Progress(Event{Tool: pin.Title(), Phase: Announce, Text: text})
	return Install(ctx, c, pin)
}

// SizeText returns the archive's size, for people.
func (p Pin) SizeText() string {
	if p.Size == 0 {
		return "at most " + Megabytes(p.Limit)
	}
	return Megabytes(p.Size)
}

// Megabytes returns a number of bytes as text, for people.
func Megabytes(n int64) string { return fmt.Sprintf("%.1f MB", float64(n)/mega) }

package install

import (
	"context"
	"fmt"
	"os"
	"runtime"
)

// The environment variables.
const (
	// NoInstallVariable forbids to install by oneself if it is set to anything but
	// "" and "0".
	NoInstallVariable = "WINPLUGIN_NO_INSTALL"

	// MirrorVariable is Config.Mirror where the program names none.
	MirrorVariable = "WINPLUGIN_MIRROR"
)

// Forbidden reports whether the environment forbids to install by oneself.
func Forbidden() bool {
	v := os.Getenv(NoInstallVariable)
	return v != "" && v != "0"
}

// Need installs the tool for this machine, of which a build cannot do without, unless
// it is there. It first logs what will be fetched, from where, how large it is, and
// how to refuse: as a warning, because a program that is not told otherwise shows
// those.
func Need(ctx context.Context, c Config, tool Tool) (*Installed, error) {
	pin, ok := Lookup(pins, tool, runtime.GOOS, runtime.GOARCH)
	if !ok {
		return nil, fmt.Errorf("there is no %s to install for %s/%s; install it by hand", titles[tool], runtime.GOOS, runtime.GOARCH)
	}
	return need(ctx, c, pin)
}

func need(ctx context.Context, c Config, pin Pin) (*Installed, error) {
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
	i.Log.Warn("fetching what the build cannot do without", "what", pin.Title(), "from", from, "size", pin.SizeText(),
		"into", i.path(""), "refuse", "set "+NoInstallVariable+"=1")
	return Install(ctx, c, pin)
}

// SizeText is how large the archive is, for people.
func (p Pin) SizeText() string {
	if p.Size == 0 {
		return "at most " + Megabytes(p.Limit)
	}
	return Megabytes(p.Size)
}

// Megabytes writes a number of bytes as people read it.
func Megabytes(n int64) string { return fmt.Sprintf("%.1f MB", float64(n)/mega) }

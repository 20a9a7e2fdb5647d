package detect

import (
	"path/filepath"
	"strings"

	"github.com/RamanSharma100/go-winplugin/internal/sys/fsutil"
)

// unset, set and prepend are commands that change the environment of cmd.exe.
func unset(name string) string      { return "set " + name + "=" }
func set(name, value string) string { return "set " + name + "=" + value }
func prepend(dir string) string     { return "set PATH=" + dir + ";%PATH%" }

// exclude is the command, for an administrator, that keeps Windows Defender away
// from the cache.
func exclude(records string) string {
	if records == "" {
		return "exclude the cache folder from the antivirus program's scan"
	}
	return `powershell -Command "Add-MpPreference -ExclusionPath '` + filepath.Dir(records) + `'"`
}

// shorten returns the advice for paths that are too long. MinGW's tools ignore the setting
// LongPathsEnabled, so the cache needs another folder.
func shorten(string) string {
	return `go run ` + Program + ` build --cache-dir C:\wp DIR, or in a program WithCacheDir(` + "`C:\\wp`)"
}

func winget(id string) string { return strings.Join(Winget(id), " ") }

// remedyGo returns the command that installs Go.
func remedyGo(environ) string { return winget("GoLang.Go") }

// remedyCC returns the command that installs a C compiler for the target.
func remedyCC(env environ, goos, goarch string) string {
	if goos != "windows" {
		arch := archNames[goarch]
		return winget("zig.zig") + "\n" +
			"set CC_FOR_" + goos + "_" + goarch + "=zig cc -target " + arch + "-linux-gnu"
	}
	for _, root := range msysRoots(env) {
		if fsutil.IsRegular(filepath.Join(root.Dir, `usr\bin\pacman.exe`)) {
			return pacman(root.Dir, goarch)
		}
	}
	return winget("MSYS2.MSYS2") + "\n" + pacman(`C:\msys64`, goarch)
}

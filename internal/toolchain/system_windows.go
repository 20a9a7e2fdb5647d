package toolchain

import (
	"iter"
	"os/exec"
	"path/filepath"
	"sort"
	"strings"
	"syscall"

	"golang.org/x/sys/windows"
)

func sameVariable(a, b string) bool { return strings.EqualFold(a, b) }

// executable returns the file that path names, with its extension.
func (e environ) executable(path string) (string, bool) {
	exts := []string{".com", ".exe", ".bat", ".cmd"}
	if list := e.get("PATHEXT"); list != "" {
		exts = strings.Split(strings.ToLower(list), ";")
	}
	own := strings.ToLower(filepath.Ext(path))
	for _, ext := range exts {
		if ext != "" && own == ext && isFile(path) {
			return path, true
		}
	}
	for _, ext := range exts {
		if ext != "" && isFile(path+ext) {
			return path + ext, true
		}
	}
	return "", false
}

// quiet keeps a console program from opening a window when the host has none.
func quiet(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{CreationFlags: windows.CREATE_NO_WINDOW, HideWindow: true}
}

// configDir is os.UserConfigDir for another environment.
func configDir(env environ) string { return env.get("APPDATA") }

// shortPath returns another name of path without spaces, "" if the disk keeps none.
func shortPath(path string) string {
	long, err := windows.UTF16PtrFromString(path)
	if err != nil {
		return ""
	}
	buf := make([]uint16, windows.MAX_LONG_PATH)
	n, err := windows.GetShortPathName(long, &buf[0], uint32(len(buf)))
	if err != nil || int(n) >= len(buf) {
		return ""
	}
	if short := windows.UTF16ToString(buf[:n]); !strings.Contains(short, " ") {
		return short
	}
	return ""
}

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

// shorten is the way to shorter paths. MinGW's tools do not care for the setting
// LongPathsEnabled, so it is the folder that must be another.
func shorten(string) string {
	return `winplugin build --cache-dir C:\wp DIR, or in a program WithCacheDir(` + "`C:\\wp`)"
}

// goPlaces yields the folders that hold the go command where PATH was not set.
func goPlaces(env environ) iter.Seq[Place] {
	return func(yield func(Place) bool) {
		w := walk{yield: yield}
		for _, name := range []string{"ProgramFiles", "ProgramW6432"} {
			w.under(env.get(name), `Go\bin`, "a usual place")
		}
		w.under(env.get("LOCALAPPDATA"), `Programs\Go\bin`, "a usual place")
		w.registered("Go Programming Language", "bin")
		w.newPath()
		for _, root := range scoopRoots(env) {
			w.under(root, `apps\go\current\bin`, "scoop")
		}
		w.under(env.get("ChocolateyInstall"), `lib\golang\tools\go\bin`, "Chocolatey")
		for _, drive := range fixedDrives() {
			w.under(drive, `Go\bin`, "a usual place")
		}
		if home := env.get("USERPROFILE"); home != "" {
			w.newest(filepath.Join(home, `sdk\go*\bin`), "a usual place")
		}
	}
}

// ccPlaces yields the folders that hold a C compiler for goarch where PATH was not
// set, the likeliest to work first.
func ccPlaces(env environ, goos, goarch string) iter.Seq[Place] {
	return func(yield func(Place) bool) {
		if goos != "windows" {
			return
		}
		w := walk{yield: yield}
		systems := []string{"ucrt64", "mingw64", "clang64"}
		if goarch == "arm64" {
			systems = []string{"clangarm64"}
		}
		for _, root := range msysRoots(env) {
			for _, system := range systems {
				w.under(root.Dir, filepath.Join(system, "bin"), root.From)
			}
		}
		w.newPath()
		for _, root := range scoopRoots(env) {
			for _, app := range []string{"mingw", "mingw-winlibs", "mingw-winlibs-ucrt", "llvm-mingw", "mingw-mstorsjo-llvm-ucrt", "w64devkit"} {
				w.under(root, filepath.Join("apps", app, `current\bin`), "scoop")
			}
		}
		if dir := env.get("LOCALAPPDATA"); dir != "" {
			packages := filepath.Join(dir, `Microsoft\WinGet\Packages`)
			w.newest(filepath.Join(packages, `BrechtSanders.WinLibs*`, `mingw64\bin`), "winget")
			w.newest(filepath.Join(packages, `MartinStorsjo.LLVM-MinGW*`, `*`, `bin`), "winget")
			w.newest(filepath.Join(packages, `skeeto.w64devkit*`, `w64devkit\bin`), "winget")
		}
		w.under(env.get("ChocolateyInstall"), `lib\mingw\tools\install\mingw64\bin`, "Chocolatey")
		for _, drive := range fixedDrives() {
			for _, dir := range []string{`ProgramData\mingw64\mingw64\bin`, `mingw64\bin`, `winlibs\mingw64\bin`, `llvm-mingw\bin`,
				`TDM-GCC-64\bin`, `Strawberry\c\bin`, `w64devkit\bin`} {
				w.under(drive, dir, "a usual place")
			}
		}
		w.under(env.get("USERPROFILE"), `w64devkit\bin`, "a usual place")
	}
}

// A walk yields places until it is told to stop.
type walk struct {
	yield func(Place) bool
	done  bool
}

func (w *walk) add(dir, from string) { w.done = w.done || !w.yield(Place{dir, from}) }

func (w *walk) under(root, dir, from string) {
	if root != "" && !w.done {
		w.add(filepath.Join(root, dir), from)
	}
}

func (w *walk) newest(pattern, from string) {
	if w.done {
		return
	}
	for _, dir := range newestFirst(pattern) {
		w.add(dir, from)
	}
}

// registered yields a folder of each program that is installed under the name.
func (w *walk) registered(name, dir string) {
	if w.done {
		return
	}
	for _, root := range installed(name) {
		w.under(root, dir, "the registry")
	}
}

// newPath yields the folders of the PATH that programs get which are started from
// now on. An installer changes that; this process, and the terminal that it was
// started from, keep the old one.
func (w *walk) newPath() {
	if w.done {
		return
	}
	for _, dir := range registryPath() {
		w.under(dir, "", "PATH in the registry, of terminals opened from now on")
	}
}

// msysRoots lists where MSYS2 may be installed: its installer asks for the
// folder, so it is not always C:\msys64.
func msysRoots(env environ) []Place {
	var list []Place
	add := func(root, from string) {
		if !filepath.IsAbs(root) { // "/ucrt64", as MSYS2's own programs see it
			return
		}
		root = filepath.Clean(root)
		for _, known := range list {
			if strings.EqualFold(known.Dir, root) {
				return
			}
		}
		list = append(list, Place{root, from + ": MSYS2 in " + root})
	}
	for _, name := range []string{"MSYS2_ROOT", "MSYS_ROOT"} {
		add(env.get(name), name)
	}
	// MSYS2's shells set these to a system within the root, and its runtime turns
	// them into Windows paths for programs like this one.
	for _, name := range []string{"MSYSTEM_PREFIX", "MINGW_PREFIX"} {
		if prefix := env.get(name); prefix != "" {
			add(filepath.Dir(filepath.FromSlash(prefix)), name)
		}
	}
	for _, dir := range filepath.SplitList(env.get("PATH")) {
		if root, ok := cutSuffixFold(filepath.Clean(dir), `\usr\bin`); ok && isFile(filepath.Join(dir, "pacman.exe")) {
			add(root, "PATH")
		}
	}
	for _, root := range installed("MSYS2") {
		add(root, "the registry")
	}
	for _, drive := range fixedDrives() {
		add(drive+"msys64", "a usual place")
		add(drive+`tools\msys64`, "a usual place") // Chocolatey's
	}
	for _, root := range scoopRoots(env) {
		add(filepath.Join(root, `apps\msys2\current`), "scoop")
	}
	return list
}

func cutSuffixFold(s, suffix string) (string, bool) {
	if n := len(s) - len(suffix); n >= 0 && strings.EqualFold(s[n:], suffix) {
		return s[:n], true
	}
	return s, false
}

func scoopRoots(env environ) []string {
	var list []string
	if root := env.get("SCOOP"); root != "" {
		list = append(list, root)
	} else if home := env.get("USERPROFILE"); home != "" {
		list = append(list, filepath.Join(home, "scoop"))
	}
	return appendUnder(list, env.get("ProgramData"), "scoop")
}

// fixedDrives lists the roots of the local disks. Others are left alone: an
// empty card reader or a network drive out of reach takes seconds to answer.
func fixedDrives() []string {
	mask, err := windows.GetLogicalDrives()
	if err != nil {
		return []string{`C:\`}
	}
	var list []string
	for i := range 26 {
		root := string(rune('A'+i)) + `:\`
		name, err := windows.UTF16PtrFromString(root)
		if mask&(1<<i) != 0 && err == nil && windows.GetDriveType(name) == windows.DRIVE_FIXED {
			list = append(list, root)
		}
	}
	return list
}

func appendUnder(list []string, root, dir string) []string {
	if root == "" {
		return list
	}
	return append(list, filepath.Join(root, dir))
}

func newestFirst(pattern string) []string {
	list, _ := filepath.Glob(pattern) // the pattern is ours and well-formed
	sort.Slice(list, func(i, j int) bool { return newer(list[i], list[j]) })
	return list
}

// remedyGo is the command that installs Go.
func remedyGo(environ) string {
	return "winget install --id GoLang.Go --accept-package-agreements --accept-source-agreements --silent"
}

// remedyCC is the command that installs a C compiler for the target.
func remedyCC(env environ, goos, goarch string) string {
	if goos != "windows" {
		arch := archNames[goarch]
		return "winget install --id zig.zig --accept-package-agreements --accept-source-agreements --silent\n" +
			"set CC_FOR_" + goos + "_" + goarch + "=zig cc -target " + arch + "-linux-gnu"
	}
	for _, root := range msysRoots(env) {
		if isFile(filepath.Join(root.Dir, `usr\bin\pacman.exe`)) {
			return pacman(root.Dir, goarch)
		}
	}
	return "winget install --id MSYS2.MSYS2 --accept-package-agreements --accept-source-agreements --silent\n" + pacman(`C:\msys64`, goarch)
}

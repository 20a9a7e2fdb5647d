package detect

import (
	"iter"
	"path/filepath"
	"slices"
	"sort"
	"strings"

	"golang.org/x/sys/windows"

	"github.com/RamanSharma100/go-winplugin/internal/sys/fsutil"
)

// goPlaces yields folders outside of PATH that usually hold the go command.
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
			w.shared(drive, `Go\bin`)
		}
		if home := env.get("USERPROFILE"); home != "" {
			w.newest(filepath.Join(home, `sdk\go*\bin`), "a usual place")
		}
	}
}

// ccPlaces yields folders outside of PATH that usually hold a C compiler for goarch. Those
// most likely to work come first.
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
				w.add(Place{Dir: filepath.Join(root.Dir, system, "bin"), From: root.From, Shared: root.Shared})
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
				w.shared(drive, dir)
			}
		}
		w.under(env.get("USERPROFILE"), `w64devkit\bin`, "a usual place")
	}
}

// A walk yields places until yield returns false. done lets it leave out what takes time.
type walk struct {
	yield func(Place) bool
	done  bool
}

func (w *walk) add(p Place) { w.done = w.done || !w.yield(p) }

// shared yields a folder at a drive's root, which any user may have created.
func (w *walk) shared(drive, dir string) {
	w.add(Place{Dir: filepath.Join(drive, dir), From: "a usual place", Shared: true})
}

func (w *walk) under(root, dir, from string) {
	if root != "" {
		w.add(Place{Dir: filepath.Join(root, dir), From: from})
	}
}

func (w *walk) newest(pattern, from string) {
	if w.done {
		return
	}
	for _, dir := range newestFirst(pattern) {
		w.add(Place{Dir: dir, From: from})
	}
}

// registered yields a folder of each program that is registered under the name.
func (w *walk) registered(name, dir string) {
	if w.done {
		return
	}
	for _, root := range installed(name) {
		w.under(root, dir, "the registry")
	}
}

// newPath yields the folders of the PATH in the registry, which new programs get. An
// installer changes this one, while this process, and the terminal that started it, keep
// the old one.
func (w *walk) newPath() {
	if w.done {
		return
	}
	for _, dir := range registryPath() {
		w.under(dir, "", "PATH in the registry, of terminals opened from now on")
	}
}

// msysRoots lists the folders in which MSYS2 may be installed. Its installer asks for the
// folder, so this is not always C:\msys64.
func msysRoots(env environ) []Place {
	var list []Place
	shared := false
	add := func(root, from string) {
		if !filepath.IsAbs(root) { // such as "/ucrt64", which has a meaning within MSYS2 only
			return
		}
		root = filepath.Clean(root)
		if !slices.ContainsFunc(list, func(known Place) bool { return strings.EqualFold(known.Dir, root) }) {
			list = append(list, Place{Dir: root, From: from + ": MSYS2 in " + root, Shared: shared})
		}
	}
	for _, name := range []string{"MSYS2_ROOT", "MSYS_ROOT"} {
		add(env.get(name), name)
	}
	// MSYS2's shells set these variables to a folder within the root. Its runtime turns
	// them into Windows paths when it starts a program like this one.
	for _, name := range []string{"MSYSTEM_PREFIX", "MINGW_PREFIX"} {
		if prefix := env.get(name); prefix != "" {
			add(filepath.Dir(filepath.FromSlash(prefix)), name)
		}
	}
	for _, dir := range filepath.SplitList(env.get("PATH")) {
		if root, ok := cutSuffixFold(filepath.Clean(dir), `\usr\bin`); ok && fsutil.IsRegular(filepath.Join(dir, "pacman.exe")) {
			add(root, "PATH")
		}
	}
	for _, root := range installed("MSYS2") {
		add(root, "the registry")
	}
	for _, root := range scoopRoots(env) {
		add(filepath.Join(root, `apps\msys2\current`), "scoop")
	}
	shared = true
	for _, drive := range fixedDrives() {
		add(drive+"msys64", "a usual place")
		add(drive+`tools\msys64`, "a usual place") // Chocolatey's
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

// fixedDrives lists the roots of the local disks. It skips other drives, because an empty
// card reader or an unreachable network drive takes seconds to respond.
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

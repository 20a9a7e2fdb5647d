package toolchain

import (
	"os"
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

// goPlaces lists the folders that hold the go command where PATH was not set.
func goPlaces(env environ) []string {
	var list []string
	for _, name := range []string{"ProgramFiles", "ProgramW6432"} {
		list = appendUnder(list, env.get(name), `Go\bin`)
	}
	list = appendUnder(list, env.get("LOCALAPPDATA"), `Programs\Go\bin`)
	for _, root := range scoopRoots(env) {
		list = append(list, filepath.Join(root, `apps\go\current\bin`))
	}
	for _, drive := range fixedDrives() {
		list = append(list, drive+`Go\bin`)
	}
	if home := env.get("USERPROFILE"); home != "" {
		list = append(list, newestFirst(filepath.Join(home, `sdk\go*\bin`))...)
	}
	return list
}

// ccPlaces lists the folders that hold a C compiler for goarch where PATH was
// not set, the likeliest to work first.
func ccPlaces(env environ, goos, goarch string) []string {
	if goos != "windows" {
		return nil
	}
	systems := []string{"ucrt64", "mingw64", "clang64"}
	if goarch == "arm64" {
		systems = []string{"clangarm64"}
	}
	var list []string
	for _, root := range msysRoots(env) {
		for _, system := range systems {
			list = append(list, filepath.Join(root, system, "bin"))
		}
	}
	for _, root := range scoopRoots(env) {
		for _, app := range []string{"mingw", "mingw-winlibs", "mingw-winlibs-ucrt", "llvm-mingw", "mingw-mstorsjo-llvm-ucrt"} {
			list = append(list, filepath.Join(root, "apps", app, `current\bin`))
		}
	}
	if dir := env.get("LOCALAPPDATA"); dir != "" { // winget
		packages := filepath.Join(dir, `Microsoft\WinGet\Packages`)
		list = append(list, newestFirst(filepath.Join(packages, `BrechtSanders.WinLibs*`, `mingw64\bin`))...)
		list = append(list, newestFirst(filepath.Join(packages, `MartinStorsjo.LLVM-MinGW*`, `*`, `bin`))...)
	}
	list = appendUnder(list, env.get("ChocolateyInstall"), `lib\mingw\tools\install\mingw64\bin`)
	for _, drive := range fixedDrives() {
		for _, dir := range []string{`ProgramData\mingw64\mingw64\bin`, `mingw64\bin`, `llvm-mingw\bin`, `TDM-GCC-64\bin`, `Strawberry\c\bin`} {
			list = append(list, drive+dir)
		}
	}
	return list
}

// msysRoots lists where MSYS2 may be installed: its installer asks for the
// folder, so it is not always C:\msys64.
func msysRoots(env environ) []string {
	var list []string
	if root := env.get("MSYS2_ROOT"); root != "" {
		list = append(list, root)
	}
	for _, drive := range fixedDrives() {
		list = append(list, drive+"msys64", drive+`tools\msys64`)
	}
	for _, root := range scoopRoots(env) {
		list = append(list, filepath.Join(root, `apps\msys2\current`))
	}
	return list
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
		arch := map[string]string{"amd64": "x86_64", "arm64": "aarch64"}[goarch]
		return "winget install --id zig.zig --accept-package-agreements --accept-source-agreements --silent\n" +
			"set CC_FOR_" + goos + "_" + goarch + "=zig cc -target " + arch + "-linux-gnu"
	}
	pkg := "mingw-w64-ucrt-x86_64-gcc"
	if goarch == "arm64" {
		pkg = "mingw-w64-clang-aarch64-clang"
	}
	install := func(root string) string {
		return filepath.Join(root, `usr\bin\bash.exe`) + ` -lc "pacman -Sy --needed --noconfirm ` + pkg + `"`
	}
	for _, root := range msysRoots(env) {
		if _, err := os.Stat(filepath.Join(root, `usr\bin\pacman.exe`)); err == nil {
			return install(root)
		}
	}
	return "winget install --id MSYS2.MSYS2 --accept-package-agreements --accept-source-agreements --silent\n" + install(`C:\msys64`)
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

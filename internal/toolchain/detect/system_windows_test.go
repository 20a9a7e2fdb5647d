package detect

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/windows/registry"
)

// MSYS2 in a folder of the user's choice is found by what its shells set, and its
// ucrt64 compiler comes before what else it has.
func TestFindMSYS(t *testing.T) {
	root := filepath.Join(t.TempDir(), "my msys ü")
	goPath := fakeGo(t, filepath.Join(root, "go"), "go1.25.3")
	write(t, filepath.Join(root, "usr", "bin", "pacman.exe"), "")
	fake(t, filepath.Join(root, "usr", "bin"), "gcc", "x86_64-pc-msys")
	fake(t, filepath.Join(root, "mingw64", "bin"), "gcc", "x86_64-w64-mingw32")
	want := fake(t, filepath.Join(root, "ucrt64", "bin"), "gcc", "x86_64-w64-mingw32")
	for name, env := range map[string][]string{
		"MSYS2_ROOT":     append(bare(), "MSYS2_ROOT="+root),
		"MSYSTEM_PREFIX": append(bare(), "MSYSTEM_PREFIX="+filepath.ToSlash(root)+"/mingw64"),
		"PATH":           bare(filepath.Join(root, "usr", "bin")),
	} {
		t.Run(name, func(t *testing.T) {
			f := newFinder(Config{GOARCH: "amd64", Env: env})
			from := ""
			for c := range f.compilers() {
				if c.path() == want {
					from = c.from
				}
			}
			if from != name+": MSYS2 in "+root {
				t.Errorf("it is found by %q, want %q", from, name)
			}
			got, err := Find(context.Background(), Config{Go: goPath, GOARCH: "amd64", NeedC: true, Env: env})
			if err != nil {
				t.Fatal(err)
			}
			if got.CC != "'"+want+"'" {
				t.Errorf("found %s, want %s", got.CC, want)
			}
		})
	}
}

func TestFindInWindowsPlaces(t *testing.T) {
	home := filepath.Join(t.TempDir(), "Users", "Jörg Groß")
	local := filepath.Join(home, "AppData", "Local")
	env := append(bare(), "USERPROFILE="+home, "LOCALAPPDATA="+local, "ChocolateyInstall="+filepath.Join(home, "choco"))
	places := map[string]string{
		filepath.Join(home, `scoop\apps\mingw-winlibs\current\bin`):                                                                          "scoop",
		filepath.Join(home, `scoop\apps\llvm-mingw\current\bin`):                                                                             "scoop",
		filepath.Join(local, `Microsoft\WinGet\Packages\BrechtSanders.WinLibs.POSIX.UCRT_Microsoft.Winget.Source_8wekyb3d8bbwe\mingw64\bin`): "winget",
		filepath.Join(home, `choco\lib\mingw\tools\install\mingw64\bin`):                                                                     "Chocolatey",
		filepath.Join(home, `w64devkit\bin`):                                                                                                 "a usual place",
	}
	want := map[string]string{}
	for dir, from := range places {
		want[fake(t, dir, "gcc", "x86_64-w64-mingw32")] = from
	}
	got := map[string]string{}
	for c := range newFinder(Config{GOARCH: "amd64", Env: env}).compilers() {
		if strings.HasPrefix(c.path(), home) {
			got[c.path()] = c.from
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("places differ (-want +got):\n%s", diff)
	}

	sdk := fakeGo(t, filepath.Join(home, "sdk", "go1.25.3"), "go1.25.3")
	choco := fakeGo(t, filepath.Join(home, "choco", "lib", "golang", "tools", "go"), "go1.25.3")
	got = map[string]string{}
	for c := range newFinder(Config{Env: env}).gos() {
		if strings.HasPrefix(c.path(), home) {
			got[c.path()] = c.from
		}
	}
	if diff := cmp.Diff(map[string]string{sdk: "a usual place", choco: "Chocolatey"}, got); diff != "" {
		t.Errorf("places differ (-want +got):\n%s", diff)
	}
}

// The registry as installers leave it, in a key of the test's own.
func TestRegistry(t *testing.T) {
	const path = `SOFTWARE\go-winplugin test`
	set := func(sub string, values map[string]string) {
		t.Helper()
		key, _, err := registry.CreateKey(registry.CURRENT_USER, path+`\`+sub, registry.ALL_ACCESS)
		if err != nil {
			t.Fatal(err)
		}
		defer key.Close()
		t.Cleanup(func() { registry.DeleteKey(registry.CURRENT_USER, path+`\`+sub) })
		for name, value := range values {
			write := key.SetStringValue
			if strings.Contains(value, "%") {
				write = key.SetExpandStringValue
			}
			if err := write(name, value); err != nil {
				t.Fatal(err)
			}
		}
	}
	t.Cleanup(func() { registry.DeleteKey(registry.CURRENT_USER, path) })
	set("{1}", map[string]string{"DisplayName": "MSYS2", "InstallLocation": `D:\Entwicklung\msys ü`})
	set("{2}", map[string]string{"DisplayName": "MSYS2 64bit", "InstallLocation": `"E:\msys"`})
	set("{3}", map[string]string{"DisplayName": "Other", "InstallLocation": `E:\other`})
	set("{4}", map[string]string{"DisplayName": "MSYS2"})
	if diff := cmp.Diff([]string{`D:\Entwicklung\msys ü`, `E:\msys`}, installedIn(registry.CURRENT_USER, path, registry.WOW64_64KEY, "MSYS2")); diff != "" {
		t.Errorf("folders differ (-want +got):\n%s", diff)
	}
	if list := installedIn(registry.CURRENT_USER, path+`\none`, registry.WOW64_64KEY, "MSYS2"); list != nil {
		t.Errorf("a key that is not there lists: got %q, want nil", list)
	}

	set("Environment", map[string]string{"Path": `%SystemRoot%\system32;relative;C:\Go ü\bin`})
	want := []string{os.Getenv("SystemRoot") + `\system32`, `C:\Go ü\bin`}
	if diff := cmp.Diff(want, pathIn(registry.CURRENT_USER, path+`\Environment`)); diff != "" {
		t.Errorf("folders differ (-want +got):\n%s", diff)
	}
}

func TestInfected(t *testing.T) {
	if !infected(&os.PathError{Op: "open", Path: "a.dll", Err: syscall.Errno(225)}) || infected(os.ErrNotExist) {
		t.Error("infected: got the same for a virus and a missing file, want true and false")
	}
}

func TestLongCacheFolder(t *testing.T) {
	f := newFinder(Config{Env: bare()})
	if list := f.environment(`C:\Users\ü\AppData\Local\go-winplugin`); len(list) != 0 {
		t.Errorf("a usual cache folder: got %v, want none", list)
	}
	list := f.environment(`C:\` + strings.Repeat(`long\`, 40))
	if len(list) != 1 || list[0].Trap != TrapLongPath || !list[0].Harmless || !strings.Contains(list[0].Remedy, "--cache-dir") {
		t.Errorf("a long cache folder: %v, want a note", list)
	}
}

//go:build !windows

package detect

import (
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
)

// fallbackGo is the version to install if the host was not built by a released Go.
const fallbackGo = "go1.26.8"

var release = regexp.MustCompile(`^go1\.\d+(\.\d+)?$`)

// unset, set and prepend are commands that change the environment of a shell.
func unset(name string) string      { return "unset " + name }
func set(name, value string) string { return "export " + name + "='" + value + "'" }
func prepend(dir string) string     { return "export PATH='" + dir + "':\"$PATH\"" }

// exclude returns the advice that keeps an antivirus program away from the cache.
func exclude(string) string {
	return "exclude the cache folder and go env GOCACHE from the antivirus program's scan"
}

// shorten returns the advice for paths that are too long.
func shorten(string) string { return "choose a cache folder with a shorter path" }

// remedyGo returns the command that installs Go.
func remedyGo(environ) string {
	data, _ := os.ReadFile("/etc/os-release") // absent: an unknown system
	return installGo(string(data), runtime.GOOS, runtime.GOARCH, os.Geteuid() == 0)
}

// remedyCC returns the command that installs a C compiler for the target.
func remedyCC(_ environ, goos, goarch string) string {
	data, _ := os.ReadFile("/etc/os-release")
	return withLists(installCC(string(data), runtime.GOOS, goos, goarch, goos == runtime.GOOS && goarch == runtime.GOARCH, os.Geteuid() == 0), aptLists)
}

// aptLists is where apt keeps the lists of packages. A fresh image of Debian has none.
const aptLists = "/var/lib/apt/lists"

// withLists puts an update of apt's lists before an installation, if the folder has no
// lists.
func withLists(remedy, folder string) string {
	sudo, rest := "", remedy
	if after, ok := strings.CutPrefix(remedy, "sudo "); ok {
		sudo, rest = "sudo ", after
	}
	if !strings.HasPrefix(rest, "apt-get ") {
		return remedy
	}
	if lists, _ := filepath.Glob(filepath.Join(folder, "*Packages*")); len(lists) > 0 {
		return remedy
	}
	return sudo + "apt-get update\n" + remedy
}

// A packager is a way to install packages, with the names of the packages of Go and
// compilers. A name is "" if there is no such package.
type packager struct {
	command string
	go_     string // a package of Go that is new enough
	native  string
	windows string // cross compiler for windows/amd64
	amd64   string // cross compiler for linux/amd64
	arm64   string // cross compiler for linux/arm64
}

// packagers has the packager for each ID of os-release.
var packagers = map[string]packager{
	// Debian's and Ubuntu's stable releases are often older than Go 1.22.
	"debian":   {"apt-get install -y --no-install-recommends", "", "gcc libc6-dev", "gcc-mingw-w64-x86-64", "gcc-x86-64-linux-gnu libc6-dev-amd64-cross", "gcc-aarch64-linux-gnu libc6-dev-arm64-cross"},
	"fedora":   {"dnf install -y", "golang", "gcc glibc-devel", "mingw64-gcc", "", ""},
	"rhel":     {"dnf install -y", "golang", "gcc glibc-devel", "mingw64-gcc", "", ""},
	"arch":     {"pacman -S --needed --noconfirm", "go", "gcc", "mingw-w64-gcc", "", "aarch64-linux-gnu-gcc"},
	"alpine":   {"apk add", "go", "gcc musl-dev", "mingw-w64-gcc", "", ""},
	"suse":     {"zypper install -y", "go", "gcc glibc-devel", "mingw64-cross-gcc", "", "cross-aarch64-gcc13"},
	"opensuse": {"zypper install -y", "go", "gcc glibc-devel", "mingw64-cross-gcc", "", "cross-aarch64-gcc13"},
	"darwin":   {"brew install", "go", "", "mingw-w64", "", ""},
}

func installGo(osRelease, hostOS, hostArch string, root bool) string {
	p, sudo := system(osRelease, hostOS, root)
	if p.go_ != "" {
		return sudo + p.command + " " + p.go_
	}
	version := runtime.Version()
	if !release.MatchString(version) {
		version = fallbackGo
	}
	return "curl -fsSL https://go.dev/dl/" + version + "." + hostOS + "-" + hostArch + ".tar.gz | " + sudo + "tar -C /usr/local -xz"
}

func installCC(osRelease, hostOS, goos, goarch string, native, root bool) string {
	p, sudo := system(osRelease, hostOS, root)
	name := ""
	switch {
	case native && hostOS == "darwin":
		return "xcode-select --install"
	case native:
		name = p.native
	case goos == "windows" && goarch == "amd64":
		name = p.windows
	case goos == "linux" && goarch == "amd64":
		name = p.amd64
	case goos == "linux" && goarch == "arm64":
		name = p.arm64
	}
	switch {
	case name != "":
		return sudo + p.command + " " + name
	case native:
		return "install gcc or clang with the system's package manager"
	case goos == "windows":
		return "unpack llvm-mingw (https://github.com/mstorsjo/llvm-mingw/releases) and put its bin folder into PATH"
	}
	arch := map[string]string{"amd64": "x86_64", "arm64": "aarch64"}[goarch]
	return "install zig (https://ziglang.org/download) and set CC_FOR_" + goos + "_" + goarch + "='zig cc -target " + arch + "-linux-gnu'"
}

// system returns the host's packager and the prefix for its commands, such as sudo.
func system(osRelease, hostOS string, root bool) (packager, string) {
	sudo := "sudo "
	if root {
		sudo = ""
	}
	if hostOS == "darwin" {
		return packagers["darwin"], "" // brew refuses root
	}
	for _, key := range []string{"ID=", "ID_LIKE="} {
		for line := range strings.Lines(osRelease) {
			value, ok := strings.CutPrefix(strings.TrimSpace(line), key)
			if !ok {
				continue
			}
			for _, id := range strings.Fields(strings.Trim(value, `"'`)) {
				if p, ok := packagers[id]; ok {
					return p, sudo
				}
			}
		}
	}
	return packager{}, sudo
}

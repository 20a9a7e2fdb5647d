//go:build !windows

package detect

import (
	"path/filepath"
	"strings"
	"testing"
)

func TestRemedies(t *testing.T) {
	const (
		debian = "PRETTY_NAME=\"Debian GNU/Linux 12\"\nID=debian\n"
		mint   = "ID=linuxmint\nID_LIKE=\"ubuntu debian\"\n"
		alpine = "ID=alpine\n"
		fedora = "ID=fedora\nVERSION_ID=43\n"
		rocky  = "ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"\n"
		arch   = "ID=arch\n"
		suse   = "ID=\"opensuse-leap\"\nID_LIKE=\"suse opensuse\"\n"
	)
	tests := []struct {
		name, osRelease, hostOS, goos, goarch string
		native, root                          bool
		want                                  string
	}{
		{"debian", debian, "linux", "linux", "amd64", true, true, "apt-get install -y --no-install-recommends gcc libc6-dev"},
		{"as a user", debian, "linux", "linux", "amd64", true, false, "sudo apt-get install -y --no-install-recommends gcc libc6-dev"},
		{"derived", mint, "linux", "windows", "amd64", false, true, "apt-get install -y --no-install-recommends gcc-mingw-w64-x86-64"},
		{"fedora", fedora, "linux", "linux", "amd64", true, false, "sudo dnf install -y gcc glibc-devel"},
		{"fedora to Windows", fedora, "linux", "windows", "amd64", false, true, "dnf install -y mingw64-gcc"},
		{"like fedora", rocky, "linux", "linux", "amd64", true, true, "dnf install -y gcc glibc-devel"},
		{"arch", arch, "linux", "linux", "amd64", true, true, "pacman -S --needed --noconfirm gcc"},
		{"arch to Windows", arch, "linux", "windows", "amd64", false, true, "pacman -S --needed --noconfirm mingw-w64-gcc"},
		{"suse", suse, "linux", "linux", "amd64", true, true, "zypper install -y gcc glibc-devel"},
		{"alpine to Windows", alpine, "linux", "windows", "amd64", false, true, "apk add mingw-w64-gcc"},
		{"alpine", alpine, "linux", "linux", "amd64", true, true, "apk add gcc musl-dev"},
		{"to arm64", debian, "linux", "linux", "arm64", false, true, "apt-get install -y --no-install-recommends gcc-aarch64-linux-gnu libc6-dev-arm64-cross"},
		{"no package", debian, "linux", "windows", "arm64", false, true, "llvm-mingw"},
		{"unknown system", "", "linux", "linux", "arm64", false, true, "zig cc -target aarch64-linux-gnu"},
		{"macOS", "", "darwin", "darwin", "arm64", true, false, "xcode-select --install"},
		{"from macOS", "", "darwin", "windows", "amd64", false, false, "brew install mingw-w64"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := installCC(test.osRelease, test.hostOS, test.goos, test.goarch, test.native, test.root)
			if !strings.Contains(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
	if got := installGo(debian, "linux", "amd64", false); !strings.Contains(got, "https://go.dev/dl/go1.") || !strings.Contains(got, "sudo tar") {
		t.Errorf("Go on Debian: got %q, want \"https://go.dev/dl/go1.\" in it and \"sudo tar\" in it", got)
	}
	if got := installGo(fedora, "linux", "amd64", false); got != "sudo dnf install -y golang" {
		t.Errorf("Go on Fedora: got %q, want \"sudo dnf install -y golang\"", got)
	}
	if got := installGo("", "darwin", "arm64", false); got != "brew install go" {
		t.Errorf("Go on macOS: got %q, want \"brew install go\"", got)
	}
	if got := installGo(alpine, "linux", "amd64", true); got != "apk add go" {
		t.Errorf("Go on Alpine: got %q, want \"apk add go\"", got)
	}
}

func TestMissingAptListsAreUpdated(t *testing.T) {
	empty, full := t.TempDir(), t.TempDir()
	write(t, filepath.Join(full, "deb.debian.org_debian_dists_stable_main_binary-amd64_Packages.lz4"), "")
	for _, test := range []struct{ name, remedy, lists, want string }{
		{"no lists", "apt-get install -y gcc", empty, "apt-get update\napt-get install -y gcc"},
		{"no lists, as a user", "sudo apt-get install -y gcc", empty, "sudo apt-get update\nsudo apt-get install -y gcc"},
		{"lists", "apt-get install -y gcc", full, "apt-get install -y gcc"},
		{"another package manager", "apk add gcc", empty, "apk add gcc"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := withLists(test.remedy, test.lists); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

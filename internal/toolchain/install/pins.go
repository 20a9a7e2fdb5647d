package install

import (
	"path"
	"slices"
)

// A Tool is a program that a build needs.
type Tool string

const (
	Go        Tool = "go"
	LLVMMinGW Tool = "llvm-mingw" // Clang and the MinGW-w64 libraries
	MSYS2     Tool = "msys2"      // with the MinGW-w64 GCC of its UCRT64 environment
)

var titles = map[Tool]string{Go: "Go", LLVMMinGW: "llvm-mingw", MSYS2: "MSYS2"}

// A Pin is one version of a tool: the URL of its archive, and the archive's checksum and
// content.
type Pin struct {
	Tool         Tool
	Version      string
	GOOS, GOARCH string // of the machine that it runs on

	URL    string
	SHA256 string // of the archive
	Size   int64  // of the archive, in bytes; 0 if unknown, and Limit bounds it
	Limit  int64

	Unpacked int64  // bounds the size of all files, in bytes
	Top      string // the archive's outermost folder
	Bin      string // the folder with the programs, with slashes
	Program  string // a program in Bin, without .exe, that must be there after the installation

	// Packages are installed by MSYS2's package manager. The archive of MSYS2 unpacks
	// itself. pacman checks what it fetches by its own keys, not by this table.
	Packages []string
}

// Title is the tool and its version, for people.
func (p Pin) Title() string { return titles[p.Tool] + " " + p.Version }

// File is the archive's name, also on a mirror.
func (p Pin) File() string { return path.Base(p.URL) }

// Each sum in this table was found published elsewhere before it was written down;
// docs/toolchain.md says where, and how else it was verified. A new version gets a new line,
// and is verified in the same way. A sum that was only computed from a server's response
// must not be in the table.
var pins = []Pin{
	goPin("windows", "amd64", "go1.26.8.windows-amd64.zip", "b92c3b2adae85a11ba71fe7216daf0d84e82af4c8ab6c5625807f28622043a59", 74_957_586),
	goPin("windows", "arm64", "go1.26.8.windows-arm64.zip", "4bc560ed3ccb64eec0be6180b8c29185c07f5215276820adb4303d7bf3365435", 71_485_334),
	goPin("linux", "amd64", "go1.26.8.linux-amd64.tar.gz", "d0f743b33e8d8945e6b1f432edd15785c70507121d6e2a723b21285eddf8b57b", 66_897_291),
	goPin("linux", "arm64", "go1.26.8.linux-arm64.tar.gz", "211ffced9dcb9633a55eac6364816ec0ddd951389a740e88fa8b3337971bdda0", 63_811_405),

	llvmPin("amd64", "llvm-mingw-20260311-ucrt-x86_64", "dd4c67d98959479c7be2fb6709ba074475991590848cb9d0eb2620be06b182e1"),
	llvmPin("arm64", "llvm-mingw-20260311-ucrt-aarch64", "33cd916b991cbeb0b44bcb51f58c20c999f074410d2802afdbfbf5d8b51402ca"),

	{
		Tool: MSYS2, Version: "20260611", GOOS: "windows", GOARCH: "amd64",
		URL:    "https://github.com/msys2/msys2-installer/releases/download/2026-06-11/msys2-base-x86_64-20260611.sfx.exe",
		SHA256: "c105946e64e08f099ac0e4647461ce762b95333ad211777666476a9a41451d65", Size: 52_898_952,
		Bin: "msys64/ucrt64/bin", Program: "gcc", Packages: []string{"mingw-w64-ucrt-x86_64-gcc"},
	},
}

const mega = 1_000_000

func goPin(goos, goarch, file, sum string, size int64) Pin {
	return Pin{
		Tool: Go, Version: "1.26.8", GOOS: goos, GOARCH: goarch,
		URL: "https://go.dev/dl/" + file, SHA256: sum, Size: size,
		Unpacked: 500 * mega, Top: "go", Bin: "bin", Program: "go",
	}
}

func llvmPin(goarch, top, sum string) Pin {
	return Pin{
		Tool: LLVMMinGW, Version: "20260311", GOOS: "windows", GOARCH: goarch,
		URL: "https://github.com/mstorsjo/llvm-mingw/releases/download/20260311/" + top + ".zip", SHA256: sum, Limit: 400 * mega,
		Unpacked: 3000 * mega, Top: top, Bin: "bin", Program: "clang",
	}
}

// Pins returns the table. The caller owns it.
func Pins() []Pin { return slices.Clone(pins) }

// Lookup returns the tool's pin for a machine.
func Lookup(list []Pin, tool Tool, goos, goarch string) (Pin, bool) {
	i := slices.IndexFunc(list, func(p Pin) bool { return p.Tool == tool && p.GOOS == goos && p.GOARCH == goarch })
	if i < 0 {
		return Pin{}, false
	}
	return list[i], true
}

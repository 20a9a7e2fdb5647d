package setup

import (
	"runtime"
	"strings"

	"github.com/RamanSharma100/go-winplugin/internal/toolchain/detect"
	"github.com/RamanSharma100/go-winplugin/internal/toolchain/install"
)

func (c Config) planGo() Step {
	if c.Winget {
		return Step{What: "Go", Command: detect.Winget("GoLang.Go")}
	}
	if pin, ok := install.Lookup(c.pins, install.Go, c.goos, runtime.GOARCH); ok {
		return Step{What: pin.Title(), Pin: &pin}
	}
	return byCommand("Go", detect.RemedyGo(c.Toolchain))
}

func (c Config) planCompiler() Step {
	const what = "C compiler"
	if c.goos != "windows" || c.Toolchain.GOOS != "windows" {
		return byCommand(what, detect.RemedyC(c.Toolchain))
	}
	if c.Winget {
		return Step{What: what, Command: detect.Winget("MartinStorsjo.LLVM-MinGW.UCRT")}
	}
	// With a mirror named, nothing is to come from elsewhere. llvm-mingw alone compiles
	// for other processors as well.
	native := c.Toolchain.GOARCH == runtime.GOARCH && c.Install.Mirror == ""
	if roots := detect.MSYS2(c.Toolchain.Env); native && c.With != install.LLVMMinGW && len(roots) > 0 {
		pkg := "mingw-w64-ucrt-x86_64-gcc"
		if runtime.GOARCH == "arm64" {
			pkg = "mingw-w64-clang-aarch64-clang"
		}
		return Step{What: what, Pacman: roots[0], Package: pkg}
	}
	tool := c.With
	if tool == "" {
		tool = install.LLVMMinGW
	}
	if pin, ok := install.Lookup(c.pins, tool, c.goos, runtime.GOARCH); ok {
		return Step{What: pin.Title(), Pin: &pin}
	}
	return Step{What: what, ByHand: detect.RemedyC(c.Toolchain)}
}

// byCommand makes a step of a remedy if it is one command of a package manager.
func byCommand(what, remedy string) Step {
	args := strings.Fields(remedy)
	name := args
	if len(name) > 0 && name[0] == "sudo" {
		name = name[1:]
	}
	if len(name) > 0 && !strings.ContainsAny(remedy, "\n|;&<>'\"`$") {
		switch name[0] {
		case "apt-get", "dnf", "pacman", "apk", "zypper", "brew":
			return Step{What: what, Command: args}
		}
	}
	return Step{What: what, ByHand: remedy}
}

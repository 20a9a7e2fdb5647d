package install

import (
	"runtime"
	"slices"
	"strings"

	"github.com/RamanSharma100/go-winplugin/internal/toolchain/detect"
)

func (c Request) planGo() Step {
	if c.Winget {
		return Step{What: "Go", Commands: [][]string{detect.Winget("GoLang.Go")}}
	}
	if pin, ok := Lookup(c.pins, Go, c.goos, runtime.GOARCH); ok {
		return Step{What: pin.Title(), Pin: &pin}
	}
	return byCommand("Go", detect.RemedyGo(c.Toolchain))
}

func (c Request) planCompiler() Step {
	const what = "C compiler"
	if c.goos != "windows" || c.Toolchain.GOOS != "windows" {
		return byCommand(what, detect.RemedyC(c.Toolchain))
	}
	if c.Winget {
		return Step{What: what, Commands: [][]string{detect.Winget("MartinStorsjo.LLVM-MinGW.UCRT")}}
	}
	// If a mirror is named, nothing may come from elsewhere. Only llvm-mingw also compiles
	// for other processors.
	native := c.Toolchain.GOARCH == runtime.GOARCH && c.Install.Mirror == ""
	if roots := detect.MSYS2(c.Toolchain.Env); native && c.With != LLVMMinGW && len(roots) > 0 {
		pkg := "mingw-w64-ucrt-x86_64-gcc"
		if runtime.GOARCH == "arm64" {
			pkg = "mingw-w64-clang-aarch64-clang"
		}
		return Step{What: what, Pacman: roots[0], Package: pkg}
	}
	tool := c.With
	if tool == "" {
		tool = LLVMMinGW
	}
	if pin, ok := Lookup(c.pins, tool, c.goos, runtime.GOARCH); ok {
		return Step{What: pin.Title(), Pin: &pin}
	}
	return Step{What: what, ByHand: detect.RemedyC(c.Toolchain)}
}

// packageManagers are the programs that a step may run.
var packageManagers = []string{"apt-get", "dnf", "pacman", "apk", "zypper", "brew"}

// byCommand returns a step that runs the lines of a remedy, if all of them are commands of a
// package manager.
func byCommand(what, remedy string) Step {
	if strings.ContainsAny(remedy, "|;&<>'\"`$") {
		return Step{What: what, ByHand: remedy}
	}
	s := Step{What: what}
	for line := range strings.Lines(remedy) {
		args := strings.Fields(line)
		if len(args) == 0 || !slices.Contains(packageManagers, withoutSudo(args)[0]) {
			return Step{What: what, ByHand: remedy}
		}
		s.Commands = append(s.Commands, args)
	}
	if s.Commands == nil {
		s.ByHand = remedy
	}
	return s
}

// withoutSudo returns the program that sudo runs and its arguments.
func withoutSudo(args []string) []string {
	if len(args) > 1 && args[0] == "sudo" {
		return args[1:]
	}
	return args
}

package detect

import (
	"fmt"
	"strings"
)

// A Trap is a known way in which a toolchain fails.
type Trap string

// The traps. Each is recognised by what the tools do, not by their names.
const (
	TrapMSYS       Trap = "msys"        // the gcc of MSYS2 itself, or of Cygwin: its programs need msys-2.0.dll
	Trap32Bit      Trap = "32-bit"      // a compiler for 32 bits
	TrapTarget     Trap = "target"      // a compiler for another system; Microsoft's is one
	TrapBigObj     Trap = "big-obj"     // a compiler that writes objects which cgo cannot read
	TrapBinutils   Trap = "binutils"    // a linker too old for the Go in use
	TrapDLL        Trap = "dll"         // a program or a library whose own DLLs are not found
	TrapHeaders    Trap = "headers"     // a compiler without the C library's headers
	TrapSpaces     Trap = "spaces"      // a path with a space, at which a tool splits it
	TrapCGOEnabled Trap = "cgo-enabled" // CGO_ENABLED=0
	TrapGOFLAGS    Trap = "goflags"     // GOFLAGS that breaks go build
	TrapGOROOT     Trap = "goroot"      // GOROOT that names nothing, or another Go
	TrapAntivirus  Trap = "antivirus"   // an antivirus program that removes the finished file
	TrapLongPath   Trap = "long-path"   // a path that is too long for a tool
	TrapGoVersion  Trap = "go-version"  // a Go that is too old
)

// A Problem is one thing that is wrong with a toolchain, and how to fix it.
type Problem struct {
	Trap    Trap   `json:"trap,omitempty"`   // "" if it is not a known one
	Path    string `json:"path,omitempty"`   // the program, file or folder at fault
	Message string `json:"message"`          // what is wrong, to be read after the path
	Remedy  string `json:"remedy,omitempty"` // commands that fix it, one a line
	Output  string `json:"output,omitempty"` // what the tool printed

	// Harmless is set if plugins can be built nevertheless.
	Harmless bool `json:"harmless,omitempty"`

	general bool  // every compiler would fail in the same way
	err     error // the cause; may be nil
}

// Error leaves out the output, and the remedy, which the [Error] that wraps the problem has.
func (p *Problem) Error() string {
	if p.Path == "" {
		return p.Message
	}
	return p.Path + " " + p.Message
}

func (p *Problem) Unwrap() error { return p.err }

// An Error reports a missing or unsuitable tool, and how to fix that.
type Error struct {
	Missing string   // "C compiler for windows/amd64"
	Looked  []string // the places that were searched
	Remedy  string   // commands that fix it on this system, one a line
	Err     error    // why the tools that were found are unsuitable; may be nil, or join several *Problem

	// Trap is the trap of the most likely of the unsuitable tools, or "" if there is
	// none.
	Trap Trap

	// Setup is set if "winplugin setup" installs what is missing.
	Setup bool
}

// Program runs the command winplugin on a machine where it is not installed.
const Program = "github.com/RamanSharma100/go-winplugin/cmd/winplugin@latest"

func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "no %s found", e.Missing)
	if e.Err != nil {
		fmt.Fprintf(&b, ": %v", e.Err)
	}
	if len(e.Looked) > 0 {
		fmt.Fprintf(&b, "; looked for %s", strings.Join(e.Looked, ", "))
	}
	if e.Remedy != "" {
		fmt.Fprintf(&b, "; fix it with: %s", strings.ReplaceAll(e.Remedy, "\n", ", then "))
	}
	return b.String()
}

func (e *Error) Unwrap() error { return e.Err }

package detect

import (
	"fmt"
	"strings"
)

// A Trap is a known way in which a toolchain fails.
type Trap string

// The traps. Each is recognised by what the tools do, not by their names.
const (
	TrapMSYS       Trap = "msys"        // MSYS2's own gcc, or Cygwin's: what it makes needs msys-2.0.dll
	Trap32Bit      Trap = "32-bit"      // a compiler for 32 bits
	TrapTarget     Trap = "target"      // a compiler for another system, Microsoft's included
	TrapBigObj     Trap = "big-obj"     // a compiler that writes objects which cgo cannot read
	TrapBinutils   Trap = "binutils"    // a linker too old for the Go in use
	TrapDLL        Trap = "dll"         // a program or a library whose own DLLs are not found
	TrapHeaders    Trap = "headers"     // a compiler without the C library's headers
	TrapSpaces     Trap = "spaces"      // a path with a space that a tool splits there
	TrapCGOEnabled Trap = "cgo-enabled" // CGO_ENABLED=0
	TrapGOFLAGS    Trap = "goflags"     // GOFLAGS that breaks go build
	TrapGOROOT     Trap = "goroot"      // GOROOT that names nothing, or another Go
	TrapAntivirus  Trap = "antivirus"   // the finished file is taken away
	TrapLongPath   Trap = "long-path"   // a path that is too long for a tool
	TrapGoVersion  Trap = "go-version"  // a Go that is too old
)

// A Problem is one thing that is wrong with a toolchain, and how to fix it.
type Problem struct {
	Trap    Trap   `json:"trap,omitempty"`   // "" if it is none of the known ones
	Path    string `json:"path,omitempty"`   // the program, file or folder at fault
	Message string `json:"message"`          // what is wrong; follows the path in a sentence
	Remedy  string `json:"remedy,omitempty"` // commands that fix it, one a line
	Output  string `json:"output,omitempty"` // what the tool printed

	// Harmless is set if plugins can be built all the same.
	Harmless bool `json:"harmless,omitempty"`

	general bool  // every compiler would fail so
	err     error // the cause; may be nil
}

// Error has neither the remedy, which the [Error] has that holds the problem, nor the output.
func (p *Problem) Error() string {
	if p.Path == "" {
		return p.Message
	}
	return p.Path + " " + p.Message
}

func (p *Problem) Unwrap() error { return p.err }

// An Error says what is missing and how to fix that.
type Error struct {
	Missing string   // "C compiler for windows/amd64"
	Looked  []string // where it was looked for
	Remedy  string   // commands that fix it on this system, one a line
	Err     error    // why what was found is unsuitable; may be nil. It may join several *Problem

	// Trap is that of the most likely of the unsuitable tools; "" if there are
	// none, or it is none of the known ones.
	Trap Trap

	// Setup is set if the command winplugin installs what is missing, by "winplugin
	// setup".
	Setup bool
}

// Program is the command as go run takes it where it is not installed.
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

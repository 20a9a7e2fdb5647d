package winplugin

import (
	"context"

	"github.com/RamanSharma100/go-winplugin/internal/builder/build"
)

// A Report lists the tools that can build plugins, and what is wrong with them. Its JSON is
// what "winplugin doctor --json" prints.
type Report struct {
	Host   string `json:"host"`   // this system, as GOOS/GOARCH
	Target string `json:"target"` // the system to build for

	Bridge       Bridge `json:"bridge,omitempty"`        // the bridge for a plugin without cgo
	BridgeReason string `json:"bridge_reason,omitempty"` // why builds take this bridge

	Go        []GoCommand `json:"go"`        // the go commands that were found, in order of preference
	Compilers []Compiler  `json:"compilers"` // the C compilers that were found, in order of preference

	// Problems do not belong to a single tool. A problem that is not harmless keeps
	// plugins from being built.
	Problems []*ToolchainProblem `json:"problems"`

	GoWorks bool `json:"go_works"` // plugins can be built without a C compiler
	CWorks  bool `json:"c_works"`  // plugins can be built with a C compiler
	Ready   bool `json:"ready"`    // plugins can be built for the target by the bridge that was asked for
	Setup   bool `json:"setup"`    // something is missing that "winplugin setup" installs
}

// A GoCommand is a go command that was found.
type GoCommand struct {
	Path    string            `json:"path"`
	From    string            `json:"from"` // how it was found
	Version string            `json:"version,omitempty"`
	GOROOT  string            `json:"goroot,omitempty"`
	Used    bool              `json:"used"`              // builds use it
	Problem *ToolchainProblem `json:"problem,omitempty"` // why it is unsuitable; nil if it is not
}

// A Compiler is a C compiler that was found, and the result of trying it.
type Compiler struct {
	Command string            `json:"command"` // as it is written in CC
	From    string            `json:"from"`    // how it was found
	Used    bool              `json:"used"`    // builds use it
	Version string            `json:"version,omitempty"`
	Machine string            `json:"machine,omitempty"` // what it compiles for
	Linker  string            `json:"linker,omitempty"`  // name and version of its linker
	Built   bool              `json:"built"`             // it built a library
	Loaded  bool              `json:"loaded"`            // a separate program loaded and called the library
	Problem *ToolchainProblem `json:"problem,omitempty"` // why it is unsuitable; nil if it is not
	Note    string            `json:"note,omitempty"`    // why the library was not loaded, if nothing is wrong
}

// A ToolchainProblem is one thing that is wrong with a toolchain.
type ToolchainProblem struct {
	Trap     Trap   `json:"trap,omitempty"`     // "" if it is not a known case
	Path     string `json:"path,omitempty"`     // the program, file or folder at fault
	Message  string `json:"message"`            // what is wrong, to be read after the path
	Remedy   string `json:"remedy,omitempty"`   // commands that fix it, one a line
	Output   string `json:"output,omitempty"`   // what the tool printed
	Harmless bool   `json:"harmless,omitempty"` // plugins can be built nevertheless

	err error
}

// Error returns path and message, without the remedy.
func (p *ToolchainProblem) Error() string {
	if p.Path == "" {
		return p.Message
	}
	return p.Path + " " + p.Message
}

// Unwrap returns the cause, if there is one.
func (p *ToolchainProblem) Unwrap() error { return p.err }

// Diagnose finds all tools that could build plugins and tries them with real builds. That
// takes some seconds for each C compiler, and minutes the first time on a slow system. A
// separate process loads what a compiler builds. Later builds use what Diagnose found.
//
// It takes the options [WithTarget], [WithBridge], [WithToolchain], [WithCacheDir],
// [WithLogger] and [WithProgress]. It installs nothing, and changes only the cache folder.
// The error says why there is no report; what is wrong with the toolchain is in the report.
func Diagnose(ctx context.Context, opts ...Option) (*Report, error) {
	c, err := newConfig(opts)
	if err != nil {
		return nil, err
	}
	r, err := build.Diagnose(orBackground(ctx), c.build(""))
	if err != nil {
		return nil, public(err)
	}
	return publicReport(r), nil
}

package install

import (
	"context"
	"io"
	"runtime"
	"slices"

	"github.com/RamanSharma100/go-winplugin/internal/toolchain/detect"
)

// A Request asks for tools for this machine. Those that are missing are installed into the
// cache folder, or by the machine's package manager.
type Request struct {
	Go, Compiler bool // what is wanted

	// With is the compiler to install on Windows: LLVMMinGW or MSYS2. "" means an MSYS2
	// that is there already, else llvm-mingw.
	With Tool

	Winget bool // let winget install the tools, for the whole machine or for the user

	Toolchain detect.Config // how to search for tools; its target is that of the plugins
	Install   Config

	// Out gets the output of package managers; may be nil.
	Out io.Writer

	pins []Pin  // nil is Pins()
	goos string // "" is runtime.GOOS
}

// A Plan lists what is installed, and the steps that install the rest.
type Plan struct {
	Found []string // the tools that were found, for people
	Steps []Step
}

// MakePlan searches the tools, and plans the installation of the missing ones. The error is
// a [*detect.Error] if an installation would not help, or ctx's cause.
func MakePlan(ctx context.Context, c Request) (*Plan, error) {
	c = c.defaults()
	p := new(Plan)
	found, err := detect.Find(ctx, c.Toolchain)
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	if found != nil && c.Go {
		p.Found = append(p.Found, found.GoVersion+": "+found.Go)
	}
	if err == nil {
		if c.Compiler {
			p.Found = append(p.Found, "C compiler: "+found.CC)
		}
		return p, nil
	}
	goCommand, compiler := detect.Installable(c.Toolchain, found, err)
	if !goCommand && !compiler {
		return nil, err
	}
	if goCommand && c.Go {
		p.Steps = append(p.Steps, c.planGo())
	}
	if goCommand && c.Compiler {
		// Without Go a compiler cannot be tried, so what it says of itself is believed.
		report, err := detect.Diagnose(ctx, c.Toolchain)
		if err != nil {
			return nil, err
		}
		i := slices.IndexFunc(report.Compilers, func(cc detect.Compiler) bool { return cc.Problem == nil })
		if compiler = i < 0; !compiler {
			p.Found = append(p.Found, "C compiler: "+report.Compilers[i].Command)
		}
	}
	if compiler {
		p.Steps = append(p.Steps, c.planCompiler())
	}
	return p, nil
}

func (c Request) defaults() Request {
	if c.pins == nil {
		c.pins = Pins()
	}
	if c.goos == "" {
		c.goos = runtime.GOOS
	}
	if c.Toolchain.GOOS == "" {
		c.Toolchain.GOOS = runtime.GOOS
	}
	if c.Toolchain.GOARCH == "" {
		c.Toolchain.GOARCH = runtime.GOARCH
	}
	c.Toolchain.Places = Places(c.Install.Dir, runtime.GOOS, runtime.GOARCH)
	c.Toolchain.NeedC = c.Compiler
	c.Toolchain.Try = c.Toolchain.Records != ""
	return c
}

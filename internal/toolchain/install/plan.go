package install

import (
	"context"
	"io"
	"runtime"
	"slices"

	"github.com/RamanSharma100/go-winplugin/internal/toolchain/detect"
)

// A Request asks for tools for this machine: what is missing of them is installed into
// the cache folder, or by the package manager that the machine has.
type Request struct {
	Go, Compiler bool // what is wanted

	// With is the compiler to install on Windows: LLVMMinGW or MSYS2. "" takes an MSYS2
	// that is there, else llvm-mingw.
	With Tool

	Winget bool // let winget install, for the whole machine or the user as it likes

	Toolchain detect.Config // how to look for what is there; its target is the host's
	Install   Config

	// Out gets what package managers print; may be nil.
	Out io.Writer

	pins []Pin  // nil is Pins()
	goos string // "" is runtime.GOOS
}

// A Plan is what is to be done.
type Plan struct {
	Found []string // what is there, for people
	Steps []Step
}

// MakePlan finds out what is there and says what is to be done. The error is a
// [*detect.Error] if an installation would not help, or ctx's cause.
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
		// Without Go a compiler cannot be tried, so its own word is taken.
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

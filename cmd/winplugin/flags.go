package main

import (
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	winplugin "github.com/RamanSharma100/go-winplugin"
	"github.com/RamanSharma100/go-winplugin/internal/toolchain/install"
)

// flags holds the flags that the commands share.
type flags struct {
	tags      tagList
	methods   []string
	packages  []string
	instances []string
	allow     []string
	goTool    string
	compiler  string
	cacheDir  string
	bridge    bridgeName
	target    target
	mirror    string
	strict    bool
	noPolicy  bool
	noInstall bool
	cExports  bool
	verbose   bool
	timeout   time.Duration
}

// register adds the flags that all commands take.
func (f *flags) register(root *cobra.Command) {
	p := root.PersistentFlags()
	p.SortFlags = false
	p.Var(&f.tags, "tags", "build `tags`, separated by commas")
	p.StringArrayVar(&f.packages, "with", nil, "build a further `package` into the library, a folder or an import path; may be repeated")
	p.StringArrayVar(&f.methods, "methods", nil, "make the methods of a `type` of another package callable, such as database/sql.Rows; may be repeated")
	p.StringArrayVar(&f.instances, "instantiate", nil, "make an `instance` of a generic function or type callable, such as \"Map[int, string]\"; may be repeated")
	p.StringArrayVar(&f.allow, "allow", nil, "let plugins import a `package` that the policy refuses, such as os or os/...; may be repeated")
	p.BoolVar(&f.strict, "strict-imports", false, "apply the policy's rule on imports to packages that are named by import path too")
	p.BoolVar(&f.noPolicy, "no-policy", false, "let plugins import and use anything")
	p.StringVar(&f.goTool, "go", "", "the go `command` (default: found in PATH and the usual places)")
	p.StringVar(&f.compiler, "cc", "", "the C `compiler` (default: CC, or found in PATH and the usual places)")
	p.Var(&f.bridge, "bridge", "`bridge` to build with: cgo, pure (for Windows and linux/amd64, without a C compiler), program (for other systems, in a process of its own, without a C compiler) or auto (default: auto, which is pure for these unless the plugin uses cgo)")
	p.BoolVar(&f.cExports, "c-exports", false, "make the library callable from C, with a header; takes the cgo bridge")
	p.StringVar(&f.cacheDir, "cache-dir", "", "`folder` for finished libraries (default: go-winplugin in the user's cache folder)")
	p.BoolVar(&f.noInstall, "no-install", false, "install nothing, even where a build is impossible without it")
	p.StringVar(&f.mirror, "mirror", "", "`place` to fetch archives from: a URL or a folder (default: WINPLUGIN_MIRROR, else the authors' servers)")
	p.DurationVar(&f.timeout, "timeout", 0, "give up after this `time`, such as 30s or 5m (default: never)")
	p.BoolVarP(&f.verbose, "verbose", "v", false, "log what happens to standard error")
	_ = root.RegisterFlagCompletionFunc("bridge", completeBridge) // fails for an unknown flag only
}

// registerTarget adds the flag of commands that need not run what they build.
func (f *flags) registerTarget(cmd *cobra.Command) {
	cmd.Flags().Var(&f.target, "target", "`system` to build for, as GOOS/GOARCH (default: this one)")
	_ = cmd.RegisterFlagCompletionFunc("target", completeTarget) // fails for an unknown flag only
}

// options returns the library's options for the flags.
func (f *flags) options(t *terminal) []winplugin.Option {
	opts := []winplugin.Option{winplugin.WithLogger(t.logger()), winplugin.WithProgress(t.progress)}
	if len(f.tags) > 0 {
		opts = append(opts, winplugin.WithTags(f.tags...))
	}
	if len(f.packages) > 0 {
		opts = append(opts, winplugin.WithPackages(f.packages...))
	}
	if len(f.methods) > 0 {
		opts = append(opts, winplugin.WithMethods(f.methods...))
	}
	if len(f.instances) > 0 {
		opts = append(opts, winplugin.WithInstantiate(f.instances...))
	}
	if len(f.allow) > 0 {
		opts = append(opts, winplugin.WithAllowedImports(f.allow...))
	}
	if f.strict {
		opts = append(opts, winplugin.WithStrictImports())
	}
	if f.noPolicy {
		opts = append(opts, winplugin.WithoutPolicy())
	}
	if f.goTool != "" || f.compiler != "" {
		opts = append(opts, winplugin.WithToolchain(winplugin.Toolchain{Go: f.goTool, CC: f.compiler}))
	}
	if f.bridge != "" {
		opts = append(opts, winplugin.WithBridge(winplugin.Bridge(f.bridge)))
	}
	if f.cExports {
		opts = append(opts, winplugin.WithCExports())
	}
	if f.cacheDir != "" {
		opts = append(opts, winplugin.WithCacheDir(f.cacheDir))
	}
	if f.noInstall {
		opts = append(opts, winplugin.WithoutInstall())
	}
	if f.mirror != "" {
		opts = append(opts, winplugin.WithMirror(f.mirror))
	}
	if f.target != "" {
		opts = append(opts, winplugin.WithTarget(string(f.target)))
	}
	return opts
}

// mirrored is where to fetch from; "" is the authors' servers.
func (f *flags) mirrored() string {
	if f.mirror != "" {
		return f.mirror
	}
	return os.Getenv(install.MirrorVariable)
}

// A bridgeName is a flag that takes the name of one.
type bridgeName winplugin.Bridge

func (b *bridgeName) String() string { return string(*b) }
func (b *bridgeName) Type() string   { return "bridge" }

func (b *bridgeName) Set(text string) error {
	switch winplugin.Bridge(text) {
	case winplugin.CGO, winplugin.Pure, winplugin.Program:
		*b = bridgeName(text)
	case "auto":
		*b = bridgeName(winplugin.Auto)
	default:
		return fmt.Errorf("%q is none of cgo, pure, program and auto", text)
	}
	return nil
}

// A tagList is a flag with a list, which grows when the flag is repeated.
type tagList []string

func (l *tagList) String() string { return strings.Join(*l, ",") }
func (l *tagList) Type() string   { return "list" }

func (l *tagList) Set(text string) error {
	// The go command takes spaces for commas as well.
	*l = append(*l, strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' })...)
	return nil
}

// A target is a flag of the form GOOS/GOARCH. A malformed one must be a usage
// error, so it is checked here as well as in the library.
type target string

func (t *target) String() string { return string(*t) }
func (t *target) Type() string   { return "system" }

func (t *target) Set(text string) error {
	goos, goarch, ok := strings.Cut(text, "/")
	if !ok || goos == "" || goarch == "" || strings.Contains(goarch, "/") {
		return fmt.Errorf("write it like windows/amd64")
	}
	*t = target(text)
	return nil
}

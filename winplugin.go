// Package winplugin makes any ordinary Go package a plugin: the host opens a
// folder or a finished library, and calls its functions with Go's own types. It
// works on Windows and on Linux, the host needs no cgo, and host and plugin may be
// built with different Go versions. On Windows, plugins of plain Go need no C
// compiler either.
//
// # A first call
//
//	p, err := winplugin.Open("./calculator") // builds if anything changed, then loads
//	if err != nil {
//		return err
//	}
//	defer p.Close()
//	results, err := p.Call(ctx, "Execute", 10, 20) // [30]
//
// A plugin is a folder with a Go package in it: no annotations, no interface
// definitions, no import of this module. Every exported function whose types can
// cross is callable; the others are listed with the reason by [Check] and [Inspect].
//
// # Go funcs
//
// [Func] makes a Go func of a function of the plugin, and [Plugin.Bind] fills a struct
// of them; the types are compared then, not at the call. [Plugin.Call] takes whatever
// can be converted without loss: uintptr(10) for an int, 3.0 for an int, a map for a
// struct, but not 300 for an int8. [Var] binds variables. [Plugin.Lookup] gives what
// the standard library's package plugin would, and the package plugin beside this one
// has that package's API.
//
// # What crosses
//
// Values are copied where they can be: numbers, strings, slices, maps, arrays, pointers,
// structs whose fields are exported, types with marshal methods, errors with what they
// wrap. int is 64 bits. Nothing of one side's memory is kept by the other.
//
// What cannot be copied is carried by reference and stays where it was made: funcs,
// interfaces, channels and structs with unexported fields, alone or in slices, maps and
// structs. The host passes any value that has the methods of the plugin's interface, and
// the plugin calls them from whatever goroutine, for as long as it keeps it. What the
// plugin has arrives as a func, a channel, an interface that the host has a proxy for,
// or an [*Object]. The garbage collectors of both sides release what is no longer used.
// Of a [context.Context] deadline and cancellation cross, at once.
//
// # How it works
//
// The plugin's package is analysed, checked against a policy, and built as a
// library by the go command, with wrappers added by an overlay: the folder is
// neither copied nor written to. The library carries a Go runtime of its own and is
// loaded into the host's process, so a call costs some hundred nanoseconds. A
// library and what it was built from is kept in the user's cache folder; opening an
// unchanged plugin starts no compiler. docs/rationale.md says why it is done so.
//
// What joins a plugin to its host is called a bridge, and there are two. [CGO] makes
// a C shared library, for which it needs a C compiler: MinGW's for Windows. [Pure]
// makes a DLL for Windows with nothing but Go, on any system; it has no C exports,
// and the plugin cannot use cgo. [WithBridge] chooses. The default is CGO if a C
// compiler is found, else Pure for Windows. Libraries of both are opened and called
// alike.
//
// What a build needs is Go and, for CGO, a C compiler; they are found wherever they
// lie. On Windows a build that is impossible otherwise installs them into the cache
// folder, after saying so; [WithoutInstall] forbids it. docs/toolchain.md says how.
//
// # What a plugin can break
//
// A panic in a call becomes a [*PanicError], and the plugin stays usable. These end
// the whole process, as in any Go program: a panic in a goroutine that the plugin
// started, runtime.Goexit in a call, concurrent map writes, stack overflow, want of
// memory, and os.Exit. The policy refuses plugins that import os, os/exec, syscall
// or unsafe, use cgo or assembly, unless [WithAllowedImports] or [WithoutPolicy]
// says otherwise. It is a check against mistakes, not a sandbox.
//
// An init function that panics ends the process too, if the plugin was built by the
// bridge [CGO]; [Pure] makes a [*LoadError] of it, with the reason [Died].
//
// # Unloading
//
// [Plugin.Close] takes a library of the bridge [Pure] out of the process, if
// [Plugin.Unloadable] returns nil: its threads end, what it had of the system is given
// back, and its file can be deleted. Nothing is ended by force; what does not come to
// rest in time is a [*RetiredError], and leaves later. Any other library stays loaded
// until the process ends. docs/unload.md has the whole of it.
//
// On Windows a process has room for some 50 libraries at a time; then Open fails with
// [ErrTooManyLibraries] and those that are there go on working.
//
// # Errors
//
// All errors say what to do. [*BuildError] has the compiler's lines with the
// plugin's own file positions, [*PolicyError] every violation, [*ToolchainError]
// what is missing and the command that fixes it, [*LoadError] why a library cannot
// be used, [*SignatureError] which argument does not fit, [*PanicError] the panic's
// value and the plugin's stack. An error that a plugin's function returned is an
// [*ErrorResult].
//
// # Compatibility
//
// A library is bound to the version of the bridge that made it, which its manifest
// names; a host refuses another one, and opening the plugin's folder builds it anew.
// Supported are Go 1.25 and later for hosts, Go 1.22 and later for plugins, on
// windows/amd64 and linux/amd64. linux/arm64 has run under emulation only;
// windows/arm64 compiles, and nobody has run it yet. Windows means Wine in our tests: see docs/windows.md.
package winplugin

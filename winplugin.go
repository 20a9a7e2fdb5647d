// Package winplugin makes any ordinary Go package a plugin. The host opens a folder or a
// finished library, and calls its functions with Go's own types. It works on Windows and
// on Linux. The host needs no cgo, and host and plugin may be built with different Go
// versions.
//
// # Opening and calling
//
//	p, err := winplugin.Open("./calculator") // builds if anything changed, then loads
//	if err != nil {
//		return err
//	}
//	defer p.Close()
//	results, err := p.Call(ctx, "Execute", 10, 20) // [30]
//
// A plugin is a folder with a Go package in it. It needs no annotations, no interface
// definitions and no import of this module. Every exported function whose types can cross
// is callable. [Check] and [Inspect] list the other functions with the reason.
//
// # Go funcs
//
// [Func] makes a Go func of a function of the plugin, and [Plugin.Bind] fills a struct of
// them. Both compare the types once, so no call fails because of a wrong type. [Plugin.Call]
// accepts any argument that converts without loss: uintptr(10) or 3.0 for an int, a map for
// a struct, but not 300 for an int8. [Batch] enters the plugin once for many calls. [Var] binds
// variables. [Plugin.Lookup] returns funcs and pointers as the standard library's package
// plugin does. The package plugin of this module has the API of that package.
//
// # Contexts
//
// Whatever may block takes a [context.Context] first: [Build], [Check], [Diagnose],
// [Plugin.Call], [Object.Call], and the functions whose names end in Context. [Open],
// [Plugin.Close] and the methods of a [Loader] are short forms of the latter with
// [context.Background]. All of them take a nil context for one that never ends.
//
// # What crosses
//
// These values are copied: numbers, strings, slices, maps, arrays, pointers, structs whose
// fields are exported, types with marshal methods, and errors with the errors that they
// wrap. int has 64 bits. Neither side keeps memory of the other.
//
// Plugin.Call copies less, so that values keep their methods and their identity: a value of a
// type that the plugin declares with methods, and a pointer to a declared type, is an
// [*Object] there.
//
// Funcs, interfaces, channels and structs with unexported fields cannot be copied. They
// cross by reference, alone or in slices, maps and structs. The host passes any value that
// has the methods of the plugin's interface; the plugin may keep it, and call its methods
// from any goroutine. A value of the plugin arrives as a func, a channel, an interface that
// the host has a proxy for, or an [*Object]. The garbage collectors of both sides release
// references that are no longer used. A [context.Context] crosses with its deadline and its
// cancellation, but without its values.
//
// # How it works
//
// A build analyses the plugin's package, applies a policy, and runs the go command, with
// generated wrappers in an overlay. It neither copies the folder nor writes to it. The
// library has a Go runtime of its own and is loaded into the host's process, so a call
// costs some hundred nanoseconds. The user's cache folder keeps libraries, and opening an
// unchanged plugin starts no compiler. docs/rationale.md gives the reasons.
//
// A bridge is the way a library is made and entered. The bridge [CGO] makes a C shared
// library, and needs a C compiler. The bridge [Pure] needs only Go; its libraries have no C
// exports, and the plugin cannot use cgo. [WithBridge] chooses the bridge. Libraries of both
// are opened and called alike.
//
// A build needs Go and, for CGO, a C compiler. On Windows a build that lacks one of them
// installs it into the cache folder, and announces that first. [WithoutInstall] forbids it.
// docs/toolchain.md has the details.
//
// # What a plugin can break
//
// A panic in a call becomes a [*PanicError], and the plugin stays usable. The following end
// the plugin: a panic in a goroutine that it started, runtime.Goexit in a call, concurrent map
// writes, stack overflow, running out of memory, and os.Exit. If [Plugin.Survives] returns
// nil, its calls then fail with a [*CrashError]; otherwise the whole process ends. An init function that panics ends the process too if the plugin was
// built by the bridge CGO; Pure reports a [*LoadError] with the reason [LoadDied].
//
// The policy refuses plugins that import os, os/exec, syscall or unsafe, or use cgo or
// assembly. [WithAllowedImports] and [WithoutPolicy] loosen it. The policy is a check
// against mistakes, not a sandbox.
//
// # Unloading
//
// [Plugin.Close] removes a library from the process if [Plugin.Unloadable] returns nil: its
// threads end, its resources are released, and its file can be deleted. Close ends no thread
// by force. If a thread does not end in time, Close returns a [*RetiredError], and the
// library is removed later. Other libraries stay until the process ends.
// docs/unload.md has the details.
//
// On Windows a process has room for about 50 libraries. Then Open fails with
// [ErrTooManyLibraries], and the libraries that are loaded keep working.
//
// # Errors
//
// Every error says what to do. [errors.As] finds the types: [*BuildError] has the compiler's
// lines with the plugin's own file positions, [*PolicyError] every violation,
// [*ToolchainError] what is missing and the command that fixes it, [*LoadError] why a
// library cannot be used, [*SignatureError] which argument does not match, [*PanicError] the
// panic's value and the plugin's stack, and [*ErrorResult] an error that a function of the
// plugin returned.
//
// # Compatibility
//
// A library belongs to the version of the bridge that made it. A host refuses a library of
// another version; opening the plugin's folder builds it again. Hosts need Go 1.25 or later,
// plugins Go 1.22 or later, on windows/amd64 and linux/amd64. linux/arm64 has only run under
// emulation; windows/arm64 compiles, but has not run yet. All tests on Windows run in Wine:
// see docs/windows.md.
package winplugin

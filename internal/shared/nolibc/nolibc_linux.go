//go:build go1.22 && amd64

// Package nolibc does by raw system calls what runtime/cgo and libc do in a program with
// cgo. With it, the runtime treats a program without cgo like one with cgo (iscgo). So
// runtime.cgocall, runtime.cgocallback and extra Ms work, and the runtime does not report
// goroutines that wait forever as a deadlock.
//
// It is linked into each library of the pure bridge on Linux, where its source is part of
// the plugin's own package, and into hosts that are built with the tag winplugin_static. A
// program must not have it together with runtime/cgo or purego, which define the same names.
package nolibc

import _ "unsafe" // for linkname

//go:linkname winplugin_iscgo runtime.iscgo
var winplugin_iscgo = true

// The runtime calls the code at the addresses in these variables. A variable that is
// linked to the name of a function in assembly has the function's address.

//go:linkname winplugin_init winplugin_init
var winplugin_init byte

//go:linkname winplugin_cgoInit _cgo_init
var winplugin_cgoInit = &winplugin_init

//go:linkname winplugin_thread_start winplugin_thread_start
var winplugin_thread_start byte

//go:linkname winplugin_cgoThreadStart _cgo_thread_start
var winplugin_cgoThreadStart = &winplugin_thread_start

//go:linkname winplugin_nothing winplugin_nothing
var winplugin_nothing byte

//go:linkname winplugin_cgoBindM _cgo_bindm
var winplugin_cgoBindM = &winplugin_nothing

//go:linkname winplugin_cgoSetenv runtime._cgo_setenv
var winplugin_cgoSetenv = &winplugin_nothing

//go:linkname winplugin_cgoUnsetenv runtime._cgo_unsetenv
var winplugin_cgoUnsetenv = &winplugin_nothing

// winplugin_keyCreated is not 0, so that an M that is assigned to a thread stays with it.
var winplugin_keyCreated uintptr = 1

//go:linkname winplugin_cgoPthreadKeyCreated _cgo_pthread_key_created
var winplugin_cgoPthreadKeyCreated = &winplugin_keyCreated

//go:linkname winplugin_setCrosscall2 runtime.set_crosscall2
var winplugin_setCrosscall2 = func() {}

// winplugin_threadEnd is the address of a C function void(void) that each thread of this runtime
// calls before it ends; 0: none.
var winplugin_threadEnd uintptr

package winplugin

import "embed"

// loaderSource is what loads libraries: a build makes a small program of it, which tries
// the pure bridge once on each machine, in a process of its own.
//
//go:embed internal/builder/build/trialhost/*.go internal/host/backend/*.go internal/host/inproc/*.go
//go:embed internal/host/native/*.go internal/host/native/*.s internal/host/native/*.h internal/host/tlswords/*.go internal/host/tlswords/*.s internal/host/nesting/*.go internal/host/nesting/*.s
//go:embed internal/shared/abi/*.go internal/shared/nolibc/*.go internal/shared/nolibc/*.s internal/shared/wire/*.go
//go:embed internal/shared/environ/*.go internal/shared/environ/*.s internal/shared/handle/*.go internal/shared/memory/*.go internal/shared/stream/*.go
//go:embed internal/sys/fsutil/*.go manifest/*.go
var loaderSource embed.FS

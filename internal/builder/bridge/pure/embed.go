// Package pure has the entries that the host calls, in assembly instead of C. Its source is
// copied into the plugin's own package, with another package clause. The package itself
// exists to be compiled and vetted.
package pure

import "embed"

// Source is this package's source, for the copy that goes into plugins.
//
//go:embed bridge_windows.go bridge_windows_amd64.s bridge_windows_arm64.s guard_windows_amd64.s hooks_windows_amd64.s rules_windows_amd64.s
//go:embed stubs.go stubs_amd64.s stubs_arm64.s
//go:embed elf/bridge_linux.go elf/bridge_linux_amd64.s elf/end_linux_amd64.s elf/life_linux_amd64.s elf/ledger_linux_amd64.s elf/light_linux_amd64.go elf/light_linux_amd64.s elf/nolight_linux.go
var Source embed.FS

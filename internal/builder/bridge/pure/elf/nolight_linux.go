//go:build go1.27 || !amd64

package elf

// winplugin_findLight returns 0: the light entry was not tried with this Go release, or on this
// processor. See light_linux_amd64.s.
func winplugin_findLight() uintptr { return 0 }

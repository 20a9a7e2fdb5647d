//go:build go1.27

package elf

// winplugin_findLight returns 0: the light entry was not tried with this Go release. See
// light_linux_amd64.s.
func winplugin_findLight() uintptr { return 0 }

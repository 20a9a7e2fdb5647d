//go:build go1.22 && !go1.27

package elf

import (
	"unsafe"

	winplugin_pluginrt "github.com/RamanSharma100/go-winplugin/internal/shared/pluginrt"
)

// winplugin_places is read by the assembly.
var winplugin_places winplugin_pluginrt.LightPlaces

// In assembly, and called by assembly only.
func winplugin_light()
func winplugin_lightg()

func winplugin_lightEntry() (entry uintptr, gp unsafe.Pointer)

// winplugin_findLight returns the address of the light entry, or 0 if it does not fit this
// runtime.
func winplugin_findLight() uintptr {
	entry, gp := winplugin_lightEntry()
	if !winplugin_places.Find(gp) {
		return 0
	}
	return entry
}

// Package elf is package pure for Linux. Nothing imports it: a program that is no library
// must not have what it defines.
package elf

import "github.com/RamanSharma100/go-winplugin/internal/shared/pluginrt"

// winplugin_library is generated in a plugin.
var winplugin_library pluginrt.Library

// winplugin_setStubs is in a file of package pure that both share.
func winplugin_setStubs(*pluginrt.Entries) {}

// Package elf is what package pure is, for Linux. Nothing imports it: what it defines is
// for programs that are libraries.
package elf

import "github.com/RamanSharma100/go-winplugin/internal/shared/pluginrt"

// winplugin_library is generated in a plugin.
var winplugin_library pluginrt.Library

//go:build go1.22 && !cgo

package pure

import "github.com/RamanSharma100/go-winplugin/internal/shared/pluginrt"

// winplugin_library is generated in a plugin.
var winplugin_library pluginrt.Library

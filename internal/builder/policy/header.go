package policy

import (
	"regexp"

	"github.com/RamanSharma100/go-winplugin/internal/sys/fsutil"
)

// declarations matches the whole of a header that the bridge generates and a build
// leaves beside the library, which may be the plugin's folder. A header that matches
// only declares: whatever its name hides, it brings no code and no macros.
var declarations = regexp.MustCompile(`\A/\* Plugin [^*\n]*, made by winplugin\. Do not edit\.\n` +
	`( \*[^*\n]*\n)* \*[^*\n]*\*/\n` +
	`((` +
	`|#(ifndef|define) WINPLUGIN_\w+` +
	`|#ifdef __cplusplus` +
	`|#endif` +
	`|#include <std(bool|int|lib)\.h>` +
	`|extern "C" \{` +
	`|\}` +
	`|/\* [^*\n]* \*/` +
	`|typedef struct \{ char \*data; int64_t len; \} winplugin_bytes;` +
	`|void winplugin_free\(void \*data\);` +
	`|struct go_plugin_\w+ \{[\w ;]*\};` +
	`|[a-z]\w*( \w+)? go_plugin_\w+\([\w ,]*\);` +
	`)\n)*\z`)

const maxHeader = 16 << 20

func generatedHeader(path string) bool {
	text, err := fsutil.ReadRegular(path, maxHeader)
	return err == nil && declarations.Match(text)
}

package build

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/RamanSharma100/go-winplugin/manifest"
)

// The go command has the C compiler search the plugin's folder before the system's. The
// C code of the bridge includes system headers, and these include others by names such
// as sys/types.h, which a folder in the plugin's can have as well. The policy does not
// look into that folder.
func TestFoldersDoNotShadowSystemHeaders(t *testing.T) {
	for _, folder := range []string{"mein plügin", "plugin (2)", "it's"} {
		t.Run(folder, func(t *testing.T) {
			const marker = "code from a header in the plugin's folder"
			dir := filepath.Join(t.TempDir(), folder)
			if err := os.CopyFS(dir, os.DirFS(plugin(t))); err != nil {
				t.Fatal(err)
			}
			for _, name := range []string{
				"sys/types.h", "sys/cdefs.h", "bits/types.h", "gnu/stubs.h", "asm/unistd.h", "linux/types.h", // glibc
				"sec_api/stdlib_s.h", "psdk_inc/intrin-impl.h", "sdks/_mingw_ddk.h", // MinGW
			} {
				guard := "evil_" + strings.NewReplacer("/", "_", ".", "_", "-", "_").Replace(name)
				write(t, filepath.Join(dir, filepath.FromSlash(name)), fmt.Sprintf("#ifndef %[1]s\n#define %[1]s\n"+
					"static const char %[1]s_text[] __attribute__((used)) = %[2]q;\n#include_next <%[3]s>\n#endif\n", guard, marker, name))
			}
			cfg := config(t, dir)
			cfg.Bridge = manifest.CGO
			a, err := Run(t.Context(), cfg)
			if err != nil {
				t.Fatal(err)
			}
			library, err := os.ReadFile(a.Path)
			if err != nil {
				t.Fatal(err)
			}
			if bytes.Contains(library, []byte(marker)) {
				t.Error("got code from a header that the policy has not seen, want none")
			}
		})
	}
}

package detect

import (
	"os"
	"path/filepath"

	"github.com/RamanSharma100/go-winplugin/internal/sys/fsutil"
)

// MSYS2 returns the folders of the MSYS2 installations that have their package
// manager. A nil env is os.Environ().
func MSYS2(env []string) []string {
	if env == nil {
		env = os.Environ()
	}
	var list []string
	for _, root := range msysRoots(env) {
		if fsutil.IsRegular(filepath.Join(root.Dir, `usr\bin\pacman.exe`)) && root.trusted() == nil {
			list = append(list, root.Dir)
		}
	}
	return list
}

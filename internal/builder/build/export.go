package build

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/RamanSharma100/go-winplugin/internal/sys/fsutil"
)

// Export copies the artifact's library to path, and its header, if it has one, beside
// it with the extension .h, and returns the copy. A folder takes the library under the
// package's name, by which a program that is linked with a DLL looks for it. What is
// there is replaced at once or not at all.
func Export(a *Artifact, path string) (*Artifact, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("failed to find where %s is: %w", path, err)
	}
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		path = filepath.Join(path, linkName(filepath.Base(a.Path)))
	}
	copied := *a
	copied.Path = path
	files := map[string]string{a.Path: copied.Path}
	if a.Header != "" {
		copied.Header = strings.TrimSuffix(path, filepath.Ext(path)) + ".h"
		files[a.Header] = copied.Header
	}
	if copied.Header == path {
		return nil, fmt.Errorf("%s cannot be the library's name: its C header gets that; choose one that ends in .dll or .so", path)
	}
	for from, to := range files {
		content, err := os.ReadFile(from)
		if err != nil {
			return nil, fmt.Errorf("failed to read the finished library: %w; build again", err)
		}
		if err := fsutil.WriteAtomic(to, content); err != nil {
			return nil, fmt.Errorf("failed to write %s: %w; if the library is loaded, choose another name, else check the folder and the free space", to, err)
		}
		// As go build leaves it; writeAtomic's files are private.
		mode := os.FileMode(0o755)
		if to == copied.Header {
			mode = 0o644
		}
		if err := os.Chmod(to, mode); err != nil {
			return nil, fmt.Errorf("failed to make %s readable: %w", to, err)
		}
	}
	return &copied, nil
}

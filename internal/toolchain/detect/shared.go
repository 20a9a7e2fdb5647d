package detect

import (
	"path/filepath"

	"github.com/RamanSharma100/go-winplugin/internal/sys/fsutil"
)

// trusted returns an error if other users can write to the place. It is for folders that
// any user may have created: this user may not have chosen the programs there, so they are
// reported and not run. The folders in PATH and in the registry were chosen.
func (p Place) trusted() error {
	if !p.Shared {
		return nil
	}
	for dir := filepath.Clean(p.Dir); dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		if err := fsutil.CheckPrivate(dir); err != nil {
			return err
		}
	}
	return nil
}

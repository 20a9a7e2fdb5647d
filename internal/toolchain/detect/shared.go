package detect

import (
	"path/filepath"

	"github.com/RamanSharma100/go-winplugin/internal/sys/fsutil"
)

// trusted returns an error if somebody else can write to the place. That matters where
// any user may create the folder: a program there was not necessarily chosen by this
// one, so it is named and not run. Folders in PATH or in the registry were chosen.
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

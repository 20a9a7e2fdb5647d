package winplugin

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"

	"github.com/RamanSharma100/go-winplugin/internal/host/reload"
)

// OpenBytes opens a finished library that is in memory, for instance one that the host's
// program contains:
//
//	//go:embed calculator.so
//	var calculator []byte
//
//	p, err := winplugin.OpenBytes(ctx, "calculator", calculator)
//
// The name is used in messages and by [Plugin.Path]. Otherwise OpenBytes does the same as
// [OpenContext] with a library's path. Opening the same bytes again returns another Plugin
// over the same loaded library. library must not change before OpenBytes returns. With
// [WithRestart] and [WithReload], the Plugin keeps a copy of it.
//
// On Linux nothing is written to the disk, unless the system forbids executable memory
// files. On Windows, a private file in the user's cache folder holds the library, as
// Windows loads files only. The file is removed when the library is unloaded, or by a
// later process if the library stays.
func OpenBytes(ctx context.Context, name string, library []byte, opts ...Option) (*Plugin, error) {
	c, err := newConfig(opts)
	if err != nil {
		return nil, err
	}
	if c.restart != nil || c.reload != nil {
		library = bytes.Clone(library) // it may be needed again
	}
	if library == nil {
		library = []byte{} // an artifact without a library is a file
	}
	return c.openArtifact(ctx, reload.Artifact{Path: name, Library: library}, nil)
}

// OpenFS is [OpenBytes] for a file of a file system, such as an [embed.FS]. It opens
// finished libraries only: the folder of a Go package is built by [OpenContext].
func OpenFS(ctx context.Context, fsys fs.FS, name string, opts ...Option) (*Plugin, error) {
	library, err := fs.ReadFile(fsys, name)
	if err != nil {
		return nil, fmt.Errorf("failed to open plugin: %w; name a library in the file system", err)
	}
	return OpenBytes(ctx, name, library, opts...)
}

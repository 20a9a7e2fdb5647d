package bridge

import (
	"embed"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"strings"
	"sync"

	"github.com/RamanSharma100/go-winplugin/internal/builder/bridge/pure"
	"github.com/RamanSharma100/go-winplugin/internal/builder/elfimage"
	"github.com/RamanSharma100/go-winplugin/internal/builder/peimage"
	"github.com/RamanSharma100/go-winplugin/internal/builder/source"
	"github.com/RamanSharma100/go-winplugin/internal/shared"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// generatorSource is the source of what writes the libraries' code.
//
//go:embed assembly.go bridge.go callback.go cgo.go codec.go dynamic.go export.go fingerprint.go generate.go include.go joined.go known.go name.go object.go packages.go plan.go program.go pure.go routine.go value.go wrapper.go cgo/bridge.c
var generatorSource embed.FS

// Fingerprint identifies the sources on which the content of libraries depends. It is computed
// once for the process, when a host opens its first plugin. It consists of two checksums for
// which processors have instructions, because a cryptographic hash takes longer and nobody
// would forge these sources.
var Fingerprint = sync.OnceValue(func() string {
	ieee, castagnoli := crc32.NewIEEE(), crc32.New(crc32.MakeTable(crc32.Castagnoli))
	w := io.MultiWriter(ieee, castagnoli)
	fmt.Fprintln(w, Version, manifest.Format)
	buffer := make([]byte, 32<<10)
	for _, files := range []embed.FS{shared.Source, generatorSource, pure.Source, source.Source, elfimage.Source, peimage.Source} {
		if err := sum(w, files, buffer); err != nil {
			panic("bridge: embedded source cannot be read: " + err.Error())
		}
	}
	return fmt.Sprintf("%08x%08x", ieee.Sum32(), castagnoli.Sum32())
})

// sum writes the names, sizes and contents of all files but tests to w.
func sum(w io.Writer, files embed.FS, buffer []byte) error {
	return fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(name, "_test.go") {
			return err
		}
		f, err := files.Open(name)
		if err != nil {
			return err
		}
		defer f.Close()
		info, err := f.Stat()
		if err != nil {
			return err
		}
		fmt.Fprintln(w, name, info.Size())
		_, err = io.CopyBuffer(w, f, buffer)
		return err
	})
}

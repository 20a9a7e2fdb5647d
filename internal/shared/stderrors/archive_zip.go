//go:build go1.22

package stderrors

import (
	"archive/zip"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
)

func init() {
	codec.RegisterSentinel("archive/zip.ErrAlgorithm", zip.ErrAlgorithm)
	codec.RegisterSentinel("archive/zip.ErrChecksum", zip.ErrChecksum)
	codec.RegisterSentinel("archive/zip.ErrFormat", zip.ErrFormat)
	codec.RegisterSentinel("archive/zip.ErrInsecurePath", zip.ErrInsecurePath)
}

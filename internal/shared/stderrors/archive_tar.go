//go:build go1.22

package stderrors

import (
	"archive/tar"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
)

func init() {
	codec.RegisterSentinel("archive/tar.ErrFieldTooLong", tar.ErrFieldTooLong)
	codec.RegisterSentinel("archive/tar.ErrHeader", tar.ErrHeader)
	codec.RegisterSentinel("archive/tar.ErrInsecurePath", tar.ErrInsecurePath)
	codec.RegisterSentinel("archive/tar.ErrWriteAfterClose", tar.ErrWriteAfterClose)
	codec.RegisterSentinel("archive/tar.ErrWriteTooLong", tar.ErrWriteTooLong)
}

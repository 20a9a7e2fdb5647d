//go:build go1.22

package stderrors

import (
	"net/http/httputil"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
)

func init() {
	codec.RegisterSentinel("net/http/httputil.ErrClosed", httputil.ErrClosed)
	codec.RegisterSentinel("net/http/httputil.ErrLineTooLong", httputil.ErrLineTooLong)
	codec.RegisterSentinel("net/http/httputil.ErrPersistEOF", httputil.ErrPersistEOF)
	codec.RegisterSentinel("net/http/httputil.ErrPipeline", httputil.ErrPipeline)
}

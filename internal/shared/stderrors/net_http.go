//go:build go1.22

package stderrors

import (
	"net/http"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
)

func init() {
	codec.RegisterSentinel("net/http.ErrAbortHandler", http.ErrAbortHandler)
	codec.RegisterSentinel("net/http.ErrBodyNotAllowed", http.ErrBodyNotAllowed)
	codec.RegisterSentinel("net/http.ErrBodyReadAfterClose", http.ErrBodyReadAfterClose)
	codec.RegisterSentinel("net/http.ErrContentLength", http.ErrContentLength)
	codec.RegisterSentinel("net/http.ErrHandlerTimeout", http.ErrHandlerTimeout)
	codec.RegisterSentinel("net/http.ErrHeaderTooLong", http.ErrHeaderTooLong)
	codec.RegisterSentinel("net/http.ErrHijacked", http.ErrHijacked)
	codec.RegisterSentinel("net/http.ErrLineTooLong", http.ErrLineTooLong)
	codec.RegisterSentinel("net/http.ErrMissingBoundary", http.ErrMissingBoundary)
	codec.RegisterSentinel("net/http.ErrMissingContentLength", http.ErrMissingContentLength)
	codec.RegisterSentinel("net/http.ErrMissingFile", http.ErrMissingFile)
	codec.RegisterSentinel("net/http.ErrNoCookie", http.ErrNoCookie)
	codec.RegisterSentinel("net/http.ErrNoLocation", http.ErrNoLocation)
	codec.RegisterSentinel("net/http.ErrNotMultipart", http.ErrNotMultipart)
	codec.RegisterSentinel("net/http.ErrNotSupported", http.ErrNotSupported)
	codec.RegisterSentinel("net/http.ErrSchemeMismatch", http.ErrSchemeMismatch)
	codec.RegisterSentinel("net/http.ErrServerClosed", http.ErrServerClosed)
	codec.RegisterSentinel("net/http.ErrShortBody", http.ErrShortBody)
	codec.RegisterSentinel("net/http.ErrSkipAltProtocol", http.ErrSkipAltProtocol)
	codec.RegisterSentinel("net/http.ErrUnexpectedTrailer", http.ErrUnexpectedTrailer)
	codec.RegisterSentinel("net/http.ErrUseLastResponse", http.ErrUseLastResponse)
	codec.RegisterSentinel("net/http.ErrWriteAfterFlush", http.ErrWriteAfterFlush)
	codec.RegisterError[*http.MaxBytesError]()
	codec.RegisterError[*http.ProtocolError]()
}

//go:build go1.22

package knownhttp

import (
	"context"
	"net/http"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
)

func init() {
	codec.RegisterSentinel("net/http.ErrBodyNotAllowed", http.ErrBodyNotAllowed)
	codec.RegisterSentinel("net/http.ErrContentLength", http.ErrContentLength)
	codec.RegisterSentinel("net/http.ErrHandlerTimeout", http.ErrHandlerTimeout)
	codec.RegisterSentinel("net/http.ErrBodyReadAfterClose", http.ErrBodyReadAfterClose)
	codec.RegisterSentinel("net/http.ErrNotSupported", http.ErrNotSupported)
	codec.RegisterSentinel("net/http.ErrHijacked", http.ErrHijacked)
	codec.RegisterCopied(packRequest, unpackRequest)
	codec.RegisterKnown(packWriter, unpackWriter)
	codec.RegisterKnown(packHandler, unpackHandler)
	codec.RegisterFunc[http.Handler, http.HandlerFunc]()
}

// A handler is the surrogate of a http.Handler. The request's context is that of the func.
type handler struct {
	Serve func(ctx context.Context, w codec.Known[http.ResponseWriter], r request)
}

func packHandler(h http.Handler) handler {
	return handler{func(ctx context.Context, w codec.Known[http.ResponseWriter], r request) {
		r.Context.Value = ctx
		defer codec.Settle(w.Value)
		h.ServeHTTP(w.Value, unpackRequest(r))
	}}
}

// A remoteHandler is a handler of the other side.
type remoteHandler struct {
	codec.Stand
	handler handler
}

func unpackHandler(s handler) http.Handler { return &remoteHandler{handler: s} }

func (h *remoteHandler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s := packRequest(r)
	ctx := s.Context.Value
	s.Context.Value = nil
	h.handler.Serve(ctx, codec.Known[http.ResponseWriter]{Value: w}, s)
}

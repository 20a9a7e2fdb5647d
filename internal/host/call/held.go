package call

import (
	"context"
	"errors"

	"github.com/RamanSharma100/go-winplugin/internal/host/backend"
	"github.com/RamanSharma100/go-winplugin/internal/host/nesting"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// beginHeld begins an invocation that err has kept from beginning, if err is a
// *backend.HeldError. It waits until the plugin has been replaced, or was not. A call that is
// nested in a callback of the plugin does not wait, because its outer call may be waited for, and
// it is begun also after the plugin was replaced, as its outer call was. ctx may be nil.
func (t *target) beginHeld(ctx context.Context, s *Signature, err error) (backend.Invocation, *wire.Frame, error) {
	var done <-chan struct{}
	if ctx != nil {
		done = ctx.Done()
	}
	for {
		var held *backend.HeldError
		switch {
		case !errors.As(err, &held):
			return nil, nil, err
		case held.Over == nil && t.objects, nesting.Within(t.backend.Session()):
			return t.backend.Held().Begin(s.Index, s.Words)
		case held.Over == nil:
			return nil, nil, &backend.GoneError{Err: backend.ErrReplaced}
		}
		select {
		case <-held.Over:
		case <-done:
			return nil, nil, context.Cause(ctx)
		}
		v, f, again := t.backend.Begin(s.Index, s.Words)
		if again == nil {
			return v, f, nil
		}
		err = again
	}
}

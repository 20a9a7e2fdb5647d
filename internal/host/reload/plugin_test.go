package reload

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/RamanSharma100/go-winplugin/internal/host/call"
	"github.com/RamanSharma100/go-winplugin/internal/host/plugin"
)

// What a call gets that was not begun because the plugin was closed.
func TestAwaitAfterClose(t *testing.T) {
	closed := fmt.Errorf("plugin test: %w", call.ErrClosed)
	for _, test := range []struct {
		name      string
		err, want error
	}{
		{"the plugin has ended", errCrash, nil}, // the next attempt fails with ErrClosed
		{"the plugin is closed", closed, closed},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := &Plugin{options: plugin.Options{Closed: new(atomic.Bool)}}
			p.options.Closed.Store(true)
			if err := p.await(context.Background(), nil, test.err); !errors.Is(err, test.want) {
				t.Errorf("got %v, want %v", err, test.want)
			}
		})
	}
}

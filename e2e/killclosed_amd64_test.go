//go:build linux || windows

package e2e

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

// Kill of a plugin that was closed does not end another one over the same library.
func TestKillAfterClose(t *testing.T) { survivalChild(t, "kill after close") }

// Kill ends a call that Close waits for.
func TestKillWhileClosing(t *testing.T) { survivalChild(t, "kill while closing") }

// Close waits until what WithCrashOutput names has got what the plugin printed.
func TestCloseAwaitsCrashOutput(t *testing.T) { survivalChild(t, "crash output") }

// A slowWriter takes its time.
type slowWriter struct{ written atomic.Int64 }

func (w *slowWriter) Write(b []byte) (int, error) {
	time.Sleep(50 * time.Millisecond)
	w.written.Add(int64(len(b)))
	return len(b), nil
}

func init() {
	children["crash output"] = func() error {
		w := new(slowWriter)
		p, err := openMortal(winplugin.WithCrashOutput(w))
		if err != nil {
			return err
		}
		_, _ = p.Call(context.Background(), "End", "panic in a goroutine")
		short, cancel := context.WithTimeout(context.Background(), time.Millisecond)
		defer cancel()
		if err := p.CloseContext(short); !errors.Is(err, context.DeadlineExceeded) {
			return fmt.Errorf("Close: got %v, want that the context ends before", err)
		}
		if err := p.Close(); err != nil {
			return err
		}
		if w.written.Load() == 0 {
			return errors.New("Close has returned before the output was written")
		}
		return nil
	}
	children["kill while closing"] = func() error {
		p, err := openMortal()
		if err != nil {
			return err
		}
		calling := make(chan struct{})
		back := make(chan error, 1)
		go func() {
			_, err := p.Call(context.Background(), "CallThenWait", func() { close(calling) })
			back <- err
		}()
		<-calling
		short, cancel := context.WithTimeout(context.Background(), time.Millisecond)
		defer cancel()
		if err := p.CloseContext(short); !errors.Is(err, context.DeadlineExceeded) {
			return fmt.Errorf("Close with a call: got %v, want that the context ends before", err)
		}
		if err := p.Kill(errKilled); err != nil {
			return fmt.Errorf("Kill: got %w, want nil", err)
		}
		select {
		case err := <-back:
			if err := wantCause(err, errKilled); err != nil {
				return err
			}
		case <-time.After(patience):
			return notBack()
		}
		if err := p.Close(); err != nil {
			return fmt.Errorf("Close after Kill: got %w, want nil", err)
		}
		if err := p.Kill(errKilled); !errors.Is(err, winplugin.ErrClosed) {
			return fmt.Errorf("Kill after Close: got %v, want ErrClosed", err)
		}
		return nil
	}
	children["kill after close"] = func() error {
		a, err := openMortal()
		if err != nil {
			return err
		}
		b, err := winplugin.Open(a.Path())
		if err != nil {
			return err
		}
		if err := a.Close(); err != nil {
			return err
		}
		if err := a.Kill(errKilled); !errors.Is(err, winplugin.ErrClosed) || !strings.Contains(err.Error(), "plugin mortal: ") {
			return fmt.Errorf("Kill: got %v, want ErrClosed and the plugin's name", err)
		}
		return errors.Join(checkMortal(b), b.Close())
	}
}

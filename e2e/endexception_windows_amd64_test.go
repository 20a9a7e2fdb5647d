package e2e

import (
	"context"
	"errors"
	"testing"
	"time"
)

// A DLL that the plugin has called may raise an exception after the plugin has ended.
func TestExceptionAfterEnd(t *testing.T) { survivalChild(t, "exception after end") }

func init() {
	children["exception after end"] = func() error {
		stays, err := openMortal()
		if err != nil {
			return err
		}
		for delay := time.Duration(0); delay < 20*time.Millisecond; delay += time.Millisecond {
			p, err := openMortal()
			if err != nil {
				return err
			}
			back := make(chan error)
			go func() {
				_, err := p.Call(context.Background(), "FaultLater")
				back <- err
			}()
			time.Sleep(delay)
			if err := p.Kill(errKilled); err != nil {
				return err
			}
			if err := wantCrash(<-back, false); err != nil { // the fault may come first
				return err
			}
			if err := errors.Join(checkMortal(stays), p.Close()); err != nil {
				return err
			}
		}
		return stays.Close()
	}
}

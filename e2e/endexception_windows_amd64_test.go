package e2e

import (
	"context"
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
		p, err := openMortal()
		if err != nil {
			return err
		}
		back := make(chan error)
		go func() {
			_, err := p.Call(context.Background(), "FaultLater")
			back <- err
		}()
		time.Sleep(10 * time.Millisecond) // the call takes longer
		if err := p.Kill(errKilled); err != nil {
			return err
		}
		if err := wantCause(<-back, errKilled); err != nil {
			return err
		}
		if err := checkMortal(stays); err != nil {
			return err
		}
		return p.Close()
	}
}

//go:build linux || windows

package e2e

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

// Two threads of Go 1.24 and later that end a program at once can wait for each other: one prints its last
// words and waits for its turn to end (runtime.fatal), which the other one has, that waits to print. Such a
// plugin is killed.
func TestEndsTogether(t *testing.T) { survivalChild(t, "ends together") }

func init() {
	children["ends together"] = func() error {
		stuck := 0
		for round := 0; round < 60 && stuck < 2; round++ {
			p, err := openMortal()
			if err != nil {
				return err
			}
			ended := make(chan error, 2)
			end := func(way string) {
				_, err := p.Call(context.Background(), "End", way)
				ended <- err
			}
			go end("stack overflow")
			time.Sleep(time.Duration(rand.N(8000)) * time.Microsecond)
			go end("unlock")
			for range 2 {
				var crash *winplugin.CrashError
				select {
				case err := <-ended:
					if !errors.As(err, &crash) {
						return fmt.Errorf("got %w, want a *CrashError", err)
					}
				case <-time.After(patience):
					return notBack()
				}
				if crash.Err != nil {
					stuck++
				}
			}
			if err := p.Close(); err != nil {
				return err
			}
		}
		fmt.Println("calls that came back as the plugin was killed:", stuck)
		return nil
	}
}

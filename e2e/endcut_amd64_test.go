//go:build linux || windows

package e2e

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"testing"
	"time"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

// TestEndWhileOpening ends a plugin that opens and closes descriptors all the time. None is
// left, because a thread is not cut between getting one from the system and recording it.
func TestEndWhileOpening(t *testing.T) { survivalChild(t, "end while opening") }

func init() {
	children["end while opening"] = func() error {
		path, err := copyLibrary(os.Getenv("WINPLUGIN_TEST_MORTAL"), "mortal")
		if err != nil {
			return err
		}
		const warm, rounds = 5, 60
		for range warm {
			if err := endWhileOpening(path); err != nil {
				return err
			}
		}
		// What stays behind makes each series grow; the host's own memory does not.
		for range 3 {
			before := measureUse()
			for range rounds {
				if err := endWhileOpening(path); err != nil {
					return err
				}
			}
			after := measureUse()
			fmt.Printf("before: %v\nafter:  %v\n", before, after)
			if !after.exceeds(before) {
				return nil
			}
		}
		return errors.New("the process has grown")
	}
}

func endWhileOpening(path string) error {
	p, err := winplugin.Open(path)
	if err != nil {
		return err
	}
	const calls = 2
	back := make(chan error)
	for range calls {
		go func() {
			_, err := p.Call(context.Background(), "OpenAndClose", 4)
			back <- err
		}()
	}
	time.Sleep(5*time.Millisecond + time.Duration(rand.N(5000))*time.Microsecond)
	if err := p.Kill(errKilled); err != nil {
		return err
	}
	for range calls {
		select {
		case err := <-back:
			if err := wantCause(err, errKilled); err != nil {
				return err
			}
		case <-time.After(20 * time.Second):
			return notBack()
		}
	}
	return p.Close()
}

//go:build linux || windows

package e2e

import (
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"testing"
	"time"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

// TestEndWhileOpening kills and closes a plugin that opens and closes descriptors all the time.
// None is left, because a thread is not cut between getting one from the system and recording it.
func TestEndWhileOpening(t *testing.T) { survivalChild(t, "end while opening") }

func init() {
	children["end while opening"] = func() error {
		path, err := copyLibrary(os.Getenv("WINPLUGIN_TEST_MORTAL"), "mortal")
		if err != nil {
			return err
		}
		const warm, rounds = 5, 30
		end := func(rounds int) error {
			for range rounds {
				if err := errors.Join(endWhileOpening(path), closeWhileOpening(path)); err != nil {
					return err
				}
			}
			return nil
		}
		if err := end(warm); err != nil {
			return err
		}
		return flat(func() error { return end(rounds) })
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
		case <-time.After(patience):
			return notBack()
		}
	}
	return p.Close()
}

func closeWhileOpening(path string) error {
	p, err := winplugin.Open(path)
	if err != nil {
		return err
	}
	_, err = p.Call(context.Background(), "StartOpening", 4)
	time.Sleep(time.Duration(rand.N(3000)) * time.Microsecond)
	return errors.Join(err, p.Close())
}

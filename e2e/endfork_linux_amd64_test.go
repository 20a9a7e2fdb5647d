package e2e

import (
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"syscall"
	"testing"
	"time"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

// TestForking starts many programs at once. A child shares the memory of the plugin until it
// executes its program, and resets signals meanwhile, which is no end of the plugin.
func TestForking(t *testing.T) { survivalChild(t, "forking") }

// TestEndWhileForking kills and closes a plugin that starts programs all the time.
func TestEndWhileForking(t *testing.T) { survivalChild(t, "end while forking") }

func init() {
	children["forking"] = func() error {
		p, err := openMortal()
		if err != nil {
			return err
		}
		const goroutines, programs = 4, 100
		if _, err := p.Call(context.Background(), "RunPrograms", goroutines, programs); err != nil {
			return err
		}
		return p.Close()
	}
	children["end while forking"] = func() error {
		path, err := copyLibrary(os.Getenv("WINPLUGIN_TEST_MORTAL"), "mortal")
		if err != nil {
			return err
		}
		const warm, rounds = 5, 30
		end := func(rounds int) error {
			for range rounds {
				kill := func(p *winplugin.Plugin) error { return errors.Join(p.Kill(errKilled), p.Close()) }
				if err := errors.Join(endWhileForking(path, kill), endWhileForking(path, (*winplugin.Plugin).Close)); err != nil {
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

func endWhileForking(path string, end func(*winplugin.Plugin) error) error {
	p, err := winplugin.Open(path)
	if err != nil {
		return err
	}
	_, err = p.Call(context.Background(), "StartRunning", 4)
	time.Sleep(time.Duration(rand.N(10_000)) * time.Microsecond)
	err = errors.Join(err, end(p))
	// The programs are children of this process now.
	for {
		if _, werr := syscall.Wait4(-1, nil, syscall.WNOHANG, nil); werr != nil {
			return err
		}
		time.Sleep(100 * time.Microsecond)
	}
}

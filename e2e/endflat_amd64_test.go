//go:build linux || windows

package e2e

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/pprof"
	"strconv"
	"testing"
	"time"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

// TestEndsLeaveNothing ends a plugin again and again. The process has no more threads,
// descriptors, mappings and memory afterwards, and its own signals and profile work.
func TestEndsLeaveNothing(t *testing.T) {
	rounds := 60 // 100 with those before the measurement
	if *soakTime > time.Minute {
		rounds = 300
	}
	survivalChild(t, "end again", "WINPLUGIN_TEST_ROUNDS="+strconv.Itoa(rounds))
}

func init() {
	children["end again"] = func() error {
		rounds, err := strconv.Atoi(os.Getenv("WINPLUGIN_TEST_ROUNDS"))
		if err != nil {
			return err
		}
		stays, ways, err := openStays()
		if err != nil {
			return err
		}
		path, err := copyLibrary(os.Getenv("WINPLUGIN_TEST_MORTAL"), "mortal")
		if err != nil {
			return err
		}
		if err := endAgain(path, ways, min(2*len(ways), rounds/2)); err != nil { // the host's own pools grow
			return err
		}
		if err := flat(func() error { return endAgain(path, ways, rounds) }); err != nil {
			return err
		}
		return errors.Join(checkMortal(stays), checkHost())
	}
}

// flat does something again and again, and returns an error if the process has grown each time:
// what leaks does so each time, and pools of the host do not.
func flat(series func() error) error {
	for range 3 {
		before := measureUse()
		if err := series(); err != nil {
			return err
		}
		after := measureUse()
		fmt.Printf("before: %v\nafter:  %v\n", before, after)
		if !after.exceeds(before) {
			return nil
		}
	}
	return errors.New("the process has grown each time")
}

// endAgain opens the library, lets calls and goroutines wait in it, and ends it, in the ways in
// turn.
func endAgain(path string, ways []string, rounds int) error {
	ctx := context.Background()
	for i := range rounds {
		p, err := winplugin.Open(path, isolation()...)
		if err != nil {
			return err
		}
		if _, err := p.Call(ctx, "Spawn"); err != nil {
			return err
		}
		back := make(chan error)
		waits := []int{0, 2, 5, 6}
		for _, wait := range waits {
			go func() {
				_, err := p.Call(ctx, "Wait", wait)
				back <- err
			}()
		}
		if i%(len(ways)+1) == len(ways) {
			err = p.Kill(errKilled)
		} else {
			_, err = p.Call(ctx, "End", ways[i%(len(ways)+1)])
		}
		var crash *winplugin.CrashError
		if err != nil && !errors.As(err, &crash) {
			return err
		}
		for range waits {
			select {
			case err := <-back:
				if !errors.As(err, &crash) {
					return fmt.Errorf("a call ended with %v", err)
				}
			case <-time.After(patience):
				return notBack()
			}
		}
		if err := p.Close(); err != nil {
			return err
		}
	}
	return nil
}

// checkProfile takes a CPU profile of loops of the host, which only preemption ends.
func checkProfile() error {
	var profile bytes.Buffer
	if err := pprof.StartCPUProfile(&profile); err != nil {
		return err
	}
	for range runtime.GOMAXPROCS(0) {
		go func() {
			for {
			}
		}()
	}
	time.Sleep(200 * time.Millisecond)
	runtime.GC()
	pprof.StopCPUProfile()
	if n, err := io.Copy(io.Discard, &profile); err != nil || n < 500 {
		return fmt.Errorf("the host's profile has %d bytes, %w", n, err)
	}
	return nil
}

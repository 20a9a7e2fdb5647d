//go:build linux || windows

package e2e

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

// TestEndsAtRandom opens, calls, ends, kills and closes libraries at random. The variable
// WINPLUGIN_TEST_MORTALS lists further libraries, by other versions of Go, that take part.
func TestEndsAtRandom(t *testing.T) {
	survivalChild(t, "end churn", "WINPLUGIN_TEST_SOAK="+soakTime.String())
}

// An endChurn is what the workers of TestEndsAtRandom share.
type endChurn struct {
	paths  []string
	ways   []string
	until  time.Time
	failed atomic.Bool

	calls, ends, kills, closes atomic.Int64
}

func init() {
	children["end churn"] = func() error {
		d, err := time.ParseDuration(os.Getenv("WINPLUGIN_TEST_SOAK"))
		if err != nil {
			return err
		}
		stays, ways, err := openStays()
		if err != nil {
			return err
		}
		c := &endChurn{ways: ways, until: time.Now().Add(d)}
		built := append(filepath.SplitList(os.Getenv("WINPLUGIN_TEST_MORTALS")), os.Getenv("WINPLUGIN_TEST_MORTAL"))
		for i := range max(6, len(built)) {
			path, err := copyLibrary(built[i%len(built)], "mortal")
			if err != nil {
				return err
			}
			c.paths = append(c.paths, path)
		}
		var working sync.WaitGroup
		errs := make([]error, 4+rand.N(13)) // by worker
		for i := range errs {
			working.Go(func() {
				for !c.failed.Load() && time.Now().Before(c.until) {
					if errs[i] = c.round(); errs[i] != nil {
						c.failed.Store(true)
					}
				}
			})
		}
		done := make(chan struct{})
		go func() { working.Wait(); close(done) }()
		select {
		case <-done:
		case <-time.After(d + 2*patience):
			return notBack()
		}
		fmt.Printf("%d workers, %d calls, %d ends, %d kills, %d closes\n", len(errs), c.calls.Load(), c.ends.Load(), c.kills.Load(), c.closes.Load())
		return errors.Join(append(errs, checkMortal(stays), stays.Close())...)
	}
}

// round opens a library, uses it and ends its use.
func (c *endChurn) round() error {
	ctx := context.Background()
	patient, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	p, err := winplugin.OpenContext(patient, c.paths[rand.N(len(c.paths))])
	if err != nil {
		return fmt.Errorf("open: %w", err)
	}
	var waiting sync.WaitGroup
	failed := make(chan error, 100)
	call := func(function string, args ...any) {
		c.calls.Add(1)
		_, err := p.Call(ctx, function, args...)
		var crash *winplugin.CrashError
		if err != nil && !errors.As(err, &crash) && !errors.Is(err, winplugin.ErrClosed) {
			failed <- fmt.Errorf("%s: %w", function, err)
		}
	}
	stuck := false // a call waits for ever
	for range rand.N(10) {
		switch rand.N(7) {
		case 0:
			stuck = true
			waiting.Go(func() { call("Wait", rand.N(8)) })
		case 1:
			stuck = true
			waiting.Go(func() { call("Call", func() { call("Wait", rand.N(8)) }) })
		case 2:
			waiting.Go(func() { call("Call", func() { time.Sleep(time.Duration(rand.N(2000)) * time.Microsecond) }) })
		case 3:
			call("CallLater", func() { time.Sleep(time.Duration(rand.N(2000)) * time.Microsecond) })
		case 4:
			stuck = stuck || runtime.GOOS == "windows" // Close waits for goroutines that read
			call("Spawn")
		default:
			call("Add", 1, 2)
		}
	}
	how := rand.N(3)
	if stuck && how == 2 {
		how = rand.N(2)
	}
	switch how {
	case 0:
		c.ends.Add(1)
		call("End", c.ways[rand.N(len(c.ways))])
	case 1:
		c.kills.Add(1)
		if err := p.Kill(errKilled); err != nil {
			return err
		}
	default:
		c.closes.Add(1)
	}
	waiting.Wait()
	if err := p.CloseContext(patient); err != nil {
		return fmt.Errorf("close: %w", err)
	}
	select {
	case err := <-failed:
		return err
	default:
		return nil
	}
}

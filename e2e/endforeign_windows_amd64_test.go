package e2e

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/windows"
)

// A thread that a DLL has let run a function of the plugin returns to the DLL when the plugin
// ends: here to the system's loader, which holds its lock.
func TestEndInForeignCall(t *testing.T) { survivalChild(t, "end in a foreign call") }

func init() {
	children["end in a foreign call"] = func() error {
		startThreads()
		stays, err := openMortal()
		if err != nil {
			return err
		}
		for _, tt := range []struct {
			name string
			wait int
			end  string // empty: the host kills the plugin
		}{
			{"channel", 0, ""},
			{"sleep", 1, ""},
			{"loop", 2, ""},
			{"allocation", 3, ""},
			{"exit", 0, "exit"},
			{"panic", 0, "panic in a goroutine"},
			{"fault", 0, "fault"},
		} {
			if err := endInLoader(tt.wait, tt.end); err != nil {
				return fmt.Errorf("%s: %w", tt.name, err)
			}
			if err := checkMortal(stays); err != nil {
				return fmt.Errorf("after %s: %w", tt.name, err)
			}
		}
		for _, own := range []bool{false, true} {
			for wait := range 4 {
				if err := endOnThread(own, wait); err != nil {
					return fmt.Errorf("thread of the plugin's own: %t, wait %d: %w", own, wait, err)
				}
			}
		}
		r, err := stays.Call(context.Background(), "Digits", 1, 2, 3, 4, 5, 6, 7, 8, 9)
		if err != nil || r[0] != uintptr(123456789) {
			return fmt.Errorf("Digits: got %v, %w, want 123456789", r, err)
		}
		return errors.Join(checkMortal(stays), stays.Close())
	}
}

// startThreads starts threads of the host's runtime, because none starts while the loader's lock
// is held.
func startThreads() {
	var threads sync.WaitGroup
	for range 10 {
		threads.Go(func() { windows.SleepEx(50, false) })
	}
	threads.Wait()
}

func endInLoader(wait int, end string) error {
	p, err := openMortal()
	if err != nil {
		return err
	}
	back := make(chan error, 1)
	go func() {
		_, err := p.Call(context.Background(), "InLoader", wait, end)
		back <- err
	}()
	if end == "" {
		time.Sleep(50 * time.Millisecond)
		if err := p.Kill(errKilled); err != nil {
			return err
		}
	}
	select {
	case err := <-back:
		if err := wantCrash(err, false); err != nil {
			return err
		}
	case <-time.After(patience):
		return notBack()
	}
	// The loader works: nobody holds its lock.
	free := make(chan error, 1)
	go func() {
		dll, err := syscall.LoadLibrary("version.dll")
		free <- errors.Join(err, syscall.FreeLibrary(dll))
	}()
	select {
	case err := <-free:
		return errors.Join(err, p.Close())
	case <-time.After(patience):
		return errors.New("the system's loader does not load a DLL any more")
	}
}

// endOnThread kills a plugin while Windows has called it on a thread that no call has entered.
func endOnThread(own bool, wait int) error {
	p, err := openMortal()
	if err != nil {
		return err
	}
	begun := make(chan bool)
	if _, err := p.Call(context.Background(), "OnThread", own, wait, func() { close(begun) }); err != nil {
		return err
	}
	<-begun
	time.Sleep(5 * time.Millisecond)
	return errors.Join(p.Kill(errKilled), p.Close())
}

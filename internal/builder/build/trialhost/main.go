// Trialhost loads a small library of the pure bridge, calls it, lets both garbage
// collectors run, and unloads it: twice. A build starts it in a process of its own to find
// out whether the pure bridge works on this machine. It prints "works", or what fails.
//
// It is built from embedded source by the Go that builds the plugin, so it and what it
// imports keep to the language of Go 1.22.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/RamanSharma100/go-winplugin/internal/host/backend"
	"github.com/RamanSharma100/go-winplugin/internal/host/inproc"
	"github.com/RamanSharma100/go-winplugin/internal/host/native"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Println("usage: trialhost LIBRARY")
		os.Exit(2)
	}
	for range 2 {
		if err := try(os.Args[1]); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
	}
	fmt.Println("works")
}

func try(path string) error {
	file, err := native.OpenFile(path, true, false)
	if err != nil {
		return err
	}
	defer file.Close()
	b, err := inproc.Open(context.Background(), file, native.Options{}, backend.Limits{})
	if err != nil {
		return err
	}
	functions := make(map[string]uint64)
	for i, f := range file.Manifest.Functions {
		functions[f.Name] = uint64(i)
	}
	if err := use(b, functions); err != nil {
		return err
	}
	<-b.Drain()
	stays := b.Unloadable()
	exit := b.Release(nil, nil)
	if stays != nil {
		return nil // the bridge serves without this too, and Plugin.Unloadable says so
	}
	if exit == nil {
		return errors.New("the library was not unloaded")
	}
	return exit.Wait(context.Background())
}

// use calls the library from several threads, of which some end, while both sides collect
// garbage and loop without a call.
func use(b backend.Backend, functions map[string]uint64) error {
	const callers = 4
	failed := make(chan error, callers)
	var done sync.WaitGroup
	for i := range callers {
		done.Add(1)
		go func() {
			defer done.Done()
			if i%2 == 0 {
				runtime.LockOSThread() // the thread ends with the goroutine
			}
			failed <- caller(b, functions)
		}()
	}
	var stop atomic.Bool
	spinning := make(chan struct{})
	go func() {
		defer close(spinning)
		for !stop.Load() { // only a signal or a suspended thread preempts this
		}
	}()
	for range 3 {
		runtime.GC()
	}
	done.Wait()
	stop.Store(true)
	<-spinning
	for range callers {
		if err := <-failed; err != nil {
			return err
		}
	}
	return nil
}

func caller(b backend.Backend, functions map[string]uint64) error {
	for i := range uint64(300) {
		name, argument, want := "Double", i, 2*i
		switch i % 100 {
		case 30:
			name, want = "Fault", 1
		case 60:
			name, want = "Collect", 1
		case 90:
			name, argument, want = "Deep", 200, 200
		}
		got, err := call(b, functions[name], argument)
		if err != nil {
			return fmt.Errorf("calling %s: %w", name, err)
		}
		if got != want {
			return fmt.Errorf("%s(%d) is %d, want %d", name, argument, got, want)
		}
	}
	return nil
}

// call calls a function that takes and returns an int.
func call(b backend.Backend, function, argument uint64) (uint64, error) {
	v, frame, err := b.Begin(function, 1)
	if err != nil {
		return 0, err
	}
	defer v.Release()
	*frame.Word(0) = argument
	if err := v.Invoke(); err != nil {
		return 0, err
	}
	if frame.Status != wire.StatusOK {
		return 0, fmt.Errorf("status %d", frame.Status)
	}
	return *frame.Word(0), nil
}

//go:build go1.22 && unix

// Package lifeline joins a program to the host that has started it, from the first init function on.
// It is for systems on which nothing else ends a process with its host.
package lifeline

import (
	"os"
	"syscall"

	"github.com/RamanSharma100/go-winplugin/internal/shared/exchange"
	"github.com/RamanSharma100/go-winplugin/internal/shared/pluginrt"
)

// The descriptors of the pipes that the process inherits, behind that of the memory.
const (
	readDescriptor  = 4
	writeDescriptor = 5
	groupDescriptor = 6 // of a file of the control group of this process, if it has one
)

var wakes *exchange.Wakes

// Wakes returns how this process and its host wake each other, nil if no host has started it.
func Wakes() *exchange.Wakes { return wakes }

func init() {
	if os.Getenv(pluginrt.ServeVariable) != pluginrt.ServePipes {
		return
	}
	_ = os.Unsetenv(pluginrt.ServeVariable)
	syscall.CloseOnExec(readDescriptor)
	syscall.CloseOnExec(writeDescriptor)
	grouped := hasGroup()
	if grouped {
		syscall.CloseOnExec(groupDescriptor)
	}
	wakes = exchange.NewWakes(exchange.Plugin, os.NewFile(writeDescriptor, "wakes of the host"))
	go func() {
		_ = wakes.Serve(os.NewFile(readDescriptor, "wakes of the plugin"))
		end(grouped)
	}()
}

// end ends this process, whose host has ended or needs it no more, with those that it has started and
// that are in its control group, or in its process group.
func end(grouped bool) {
	if grouped && hasGroup() {
		_, _ = syscall.Write(groupDescriptor, []byte("1"))
	}
	if syscall.Getpgrp() == syscall.Getpid() {
		_ = syscall.Kill(0, syscall.SIGKILL)
	}
	os.Exit(128 + int(syscall.SIGKILL))
}

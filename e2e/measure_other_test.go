//go:build !linux && !windows

package e2e

import "testing"

// Hosts on other systems load no plugins, so what tests measure of a host is not known there.
func committed() int64                { return 0 }
func nextTLS() uintptr                { return 0 }
func inWine() bool                    { return false }
func processResources(*testing.T) int { return 0 }
func processThreads(*testing.T) int   { return 0 }
func openHandles(*testing.T) int      { return 0 }
func residentMemory(*testing.T) int64 { return 0 }
func checkGone(*testing.T, string)    {}
func console(*testing.T)              {}
